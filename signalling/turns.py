"""Work of many clients that takes milliseconds each: in order, and in slices between which all else has its turn."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.01
"""Seconds of such work in one round of the event loop: nobody notices that a voice or a handshake waits so long."""


class Turns:
    """A queue. It is as long as there are clients, since each of them waits for its own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives monotonic seconds."""
        self._clock = clock
        self._waiting: deque[tuple[Callable[[], object], asyncio.Future[object]]] = deque()

    async def take(self, work: Callable[[], T]) -> T:
        """Do the work when it is its turn, and return or raise what it does. Not done at all for who stops waiting."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.append((work, done))  # type: ignore[arg-type]  # only ever set to what `work` returns
        if len(self._waiting) == 1:
            loop.call_soon(self._run)
        return await done

    def _run(self) -> None:
        ends = self._clock() + SLICE
        while self._waiting:
            work, done = self._waiting[0]
            if not done.cancelled():
                try:
                    done.set_result(work())
                except Exception as error:
                    done.set_exception(error)
            self._waiting.popleft()
            if self._clock() >= ends:
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._run)
