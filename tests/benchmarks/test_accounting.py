import os
import threading
import time

import pytest

from benchmarks.accounting import cpu_seconds, first_thread_seconds, resident_bytes, threads


def test_the_clock_of_this_process_is_its_own_cpu_time() -> None:
    before = time.process_time()
    seen = cpu_seconds(os.getpid())
    after = time.process_time()
    assert before <= seen <= after


def test_the_first_thread_does_not_count_what_others_do() -> None:
    before = first_thread_seconds(os.getpid())
    worker = threading.Thread(target=lambda: sum(range(3_000_000)))
    worker.start()
    worker.join()
    alone = first_thread_seconds(os.getpid()) - before
    sum(range(3_000_000))
    assert first_thread_seconds(os.getpid()) - before > 2 * alone


def test_a_process_that_is_gone_is_an_error() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    with pytest.raises(OSError):
        cpu_seconds(child)


def test_resident_memory_counts_what_is_touched() -> None:
    before = resident_bytes(os.getpid())
    block = bytearray(os.urandom(4096)) * 8192
    assert resident_bytes(os.getpid()) - before > len(block) // 2


def test_threads_are_counted() -> None:
    done = threading.Event()
    before = threads(os.getpid())
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert threads(os.getpid()) == before + 1
    finally:
        done.set()
        thread.join()
