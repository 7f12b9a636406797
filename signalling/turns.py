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

    def defer(self, work: Callable[[], object]) -> None:
        """Do the work when it is its turn. It must not raise; nobody waits for it."""
        self._add(work, asyncio.get_running_loop().create_future())

    async def take(self, work: Callable[[], T]) -> T:
        """Do the work when it is its turn, and return or raise what it does. Not done at all for who stops waiting."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._add(work, done)  # type: ignore[arg-type]  # only ever set to what `work` returns
        return await done

    def _add(self, work: Callable[[], object], done: asyncio.Future[object]) -> None:
        self._waiting.append((work, done))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        ends = self._clock() + SLICE
        while self._waiting:
            _do(*self._waiting[0])
            self._waiting.popleft()
            if self._clock() >= ends:
                break
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._run)


def _do(work: Callable[[], object], done: asyncio.Future[object]) -> None:
    """Never raises: the others' turn would never come."""
    if done.cancelled():
        return
    try:
        result = work()
    except asyncio.CancelledError:
        done.cancel()
    except Exception as error:
        if not done.done():  # the work itself may have ended the wait
            # A future takes no StopIteration.
            done.set_exception(RuntimeError("the work stopped") if isinstance(error, StopIteration) else error)
    else:
        if not done.done():
            done.set_result(result)
