"""Signals end a run early; what it started never survives. Each in a process of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest

from benchmarks.command.stop import children

ROOT = Path(__file__).parents[3]
PROGRAM = """
import asyncio, sys
from benchmarks.command.stop import finished

async def work():
    child = await asyncio.create_subprocess_exec("sleep", "1000", start_new_session=True)
    print(child.pid, flush=True)
    try:
        await child.wait()
    finally:
        print("cleaning up", flush=True)
        if "stuck" in sys.argv:
            await asyncio.sleep(1000)
        if "slow" in sys.argv:
            await asyncio.sleep(0.1)
        child.kill()
        await child.wait()

print("finished" if finished(work()) else "stopped")
"""


def started(*words: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_run_clean_up_and_go_on_with_what_it_has(number: signal.Signals) -> None:
    process, child = started()
    process.send_signal(number)
    out, _ = process.communicate(timeout=20)
    assert out.splitlines() == ["cleaning up", "stopped"]
    assert process.returncode == 0
    assert not is_running(child)


def test_a_second_signal_ends_at_once_and_takes_the_children_along() -> None:
    process, child = started("stuck")
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert process.stdout.readline() == "cleaning up\n"
    folder = Path(tempfile.gettempdir(), f"zvonok-bench-{process.pid}-test")
    folder.mkdir()
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:  # what comes too soon counts as the first one
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert not is_running(child)
    assert not folder.exists()


def test_a_signal_that_comes_twice_at_once_is_one() -> None:
    process, child = started("slow")
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert out.splitlines() == ["cleaning up", "stopped"]
    assert not is_running(child)


def test_children_of_children_are_found() -> None:
    process = subprocess.Popen(["sh", "-c", "sleep 1000 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    grandchild = int(process.stdout.readline())
    try:
        found = children(os.getpid())
        assert found.index(grandchild) < found.index(process.pid)
    finally:
        os.kill(grandchild, signal.SIGKILL)
        process.communicate(timeout=20)
