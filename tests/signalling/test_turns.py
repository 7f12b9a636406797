import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from signalling.turns import SLICE, Turns


class Work:
    """Jobs that take half a slice each, on a clock of their own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[int] = []

    def job(self, number: int) -> int:
        self.now += SLICE / 2
        self.done.append(number)
        return number

    def take(self, turns: Turns, number: int) -> Coroutine[Any, Any, int]:
        return turns.take(lambda: self.job(number))


async def test_work_is_done_in_order_and_a_slice_in_each_round() -> None:
    work = Work()
    turns = Turns(lambda: work.now)
    waiting = asyncio.gather(*(work.take(turns, number) for number in range(5)))
    rounds = []
    while not waiting.done():
        await asyncio.sleep(0)
        rounds.append(len(work.done))
    assert await waiting == list(range(5))
    assert work.done == list(range(5))
    assert [number for number in (2, 4, 5) if number in rounds] == [2, 4, 5]


async def test_an_error_is_that_of_who_waits() -> None:
    turns = Turns(lambda: 0.0)

    def fail() -> None:
        raise ValueError("no")

    failing, fine = asyncio.gather(turns.take(fail), return_exceptions=True), turns.take(lambda: 1)
    assert await fine == 1
    assert [str(error) for error in await failing] == ["no"]


async def test_who_stops_waiting_gets_nothing_done() -> None:
    work = Work()
    turns = Turns(lambda: work.now)
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(work.take(turns, number)) for number in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
    assert work.done == [0, 2]


async def test_work_that_ends_its_own_wait_does_not_stop_the_queue() -> None:
    turns = Turns(lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        waiting: list[asyncio.Task[object]] = []
        waiting.append(group.create_task(turns.take(lambda: waiting[0].cancel())))
    assert waiting[0].cancelled()
    async with asyncio.timeout(5):
        assert await turns.take(lambda: 7) == 7


@pytest.mark.parametrize("error", [StopIteration(), asyncio.CancelledError()])
async def test_errors_that_mean_something_to_the_loop_do_not_stop_the_queue(error: BaseException) -> None:
    turns = Turns(lambda: 0.0)

    def fail() -> None:
        raise error

    failed, fine = await asyncio.gather(turns.take(fail), turns.take(lambda: 7), return_exceptions=True)
    assert isinstance(failed, RuntimeError | asyncio.CancelledError)
    assert fine == 7
