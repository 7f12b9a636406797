"""Ending a run early: Ctrl-C and SIGTERM stop measuring, what exists is kept; a second one ends everything at once."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.peers.peer import FOLDERS

STOPPED = 130  # exit code of a process that Ctrl-C ended, as shells have it
SIGNALS = (signal.SIGINT, signal.SIGTERM)
AGAIN = 0.3  # seconds: what comes sooner is the same wish; timeout(1) signals a process and then its whole group


class UsageError(Exception):
    """Flags that make no sense, in words for the person who typed them. The command ends with exit code 2."""


def finished(work: Coroutine[Any, Any, object]) -> bool:
    """Run it to the end. False when a signal stopped it: it was cancelled and has cleaned up behind itself."""
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_stoppable(work))
        return True
    return False


def succeeded(
    work: Coroutine[Any, Any, object], server: str, failures: tuple[type[Exception], ...], console: Console
) -> bool:
    """Run it to the end. False when a signal stopped it, or one of the `failures` did, which is then told in words."""
    try:
        return finished(work)
    except failures as error:
        console.print(f"{server}: {error}", markup=False)
        return False


async def _stoppable(work: Coroutine[Any, Any, object]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked: float | None = None

    def stop() -> None:
        nonlocal asked
        if asked is None and task is not None:
            asked = loop.time()
            task.cancel()
        elif asked is not None and loop.time() > asked + AGAIN:
            end_at_once()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await work
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def end_at_once() -> None:
    """Kill the processes that this one started, remove their folders, and end it without any goodbye."""
    for child in children(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDERS}*"):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(STOPPED)


def children(pid: int) -> list[int]:
    """Processes that this process has started, and theirs; deepest first."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [*children(child), child]
    return found
