"""Tasks and the order of starting and stopping: the only file that makes tasks.

In: coroutines. Out: tasks that somebody owns, whose failures are logged, and that are over when the server is.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("zvonok.lifecycle")

CLOSE_TIMEOUT = 5.0  # seconds a task gets to end after its cancellation before we say so and go on


class Spawner:
    """Owns background tasks. A task that fails is logged and forgotten; the others go on."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` in the background until it ends or the spawner closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancel what still runs and wait for its end."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            _, stuck = await asyncio.wait(tasks, timeout=CLOSE_TIMEOUT)
            for task in stuck:
                log.error("task %s did not end within %.0f s of its cancellation", task.get_name(), CLOSE_TIMEOUT)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background task %s failed", task.get_coro().__qualname__, exc_info=error)  # type: ignore[union-attr]
