"""Ending a run early: Ctrl-C and SIGTERM stop measuring, what exists is kept; a second one ends everything at once."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

STOPPED = 130  # exit code of a process that Ctrl-C ended, as shells have it
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class UsageError(Exception):
    """Flags that make no sense, in words for the person who typed them. The command ends with exit code 2."""


def finished(work: Coroutine[Any, Any, None]) -> bool:
    """Run it to the end. False when a signal stopped it: it was cancelled and has cleaned up behind itself."""
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_stoppable(work))
        return True
    return False


async def _stoppable(work: Coroutine[Any, Any, None]) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked = 0

    def stop() -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            end_at_once()
        elif task is not None:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await work
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def end_at_once() -> None:
    """Kill the processes that this one started, and end it without any goodbye."""
    for child in children(os.getpid()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    os._exit(STOPPED)


def children(pid: int) -> list[int]:
    """Processes that this process has started, and theirs; deepest first."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [*children(child), child]
    return found
