from asyncio import CancelledError
from collections.abc import Callable

import pytest

from sfu.turns import SLICE, Turns


class Loop:
    """An event loop whose rounds are turned by hand; `now` is its clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.scheduled: list[Callable[[], None]] = []

    def schedule(self, call: Callable[[], None]) -> None:
        self.scheduled.append(call)

    def turn(self) -> None:
        scheduled, self.scheduled = self.scheduled, []
        for call in scheduled:
            call()


class Work:
    """Calls that take `seconds` each."""

    def __init__(self, loop: Loop, seconds: float) -> None:
        self.loop = loop
        self.seconds = seconds
        self.done: list[int] = []

    def __call__(self, number: int) -> None:
        self.loop.now += self.seconds
        self.done.append(number)


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def turns(loop: Loop) -> Turns:
    return Turns(loop.schedule, lambda: loop.now)


def test_nothing_is_called_at_once_and_everything_in_order_in_the_next_round(loop: Loop, turns: Turns) -> None:
    work = Work(loop, 0.0)
    for number in range(100):
        turns.defer(work, number)
    assert work.done == []
    loop.turn()
    assert work.done == list(range(100))
    assert loop.scheduled == []


def test_what_takes_longer_than_a_slice_goes_on_in_the_next_round(loop: Loop, turns: Turns) -> None:
    work = Work(loop, SLICE / 2)
    for number in range(5):
        turns.defer(work, number)
    rounds = []
    while loop.scheduled:
        loop.turn()
        rounds.append(len(work.done))
    assert rounds == [2, 4, 5]
    assert work.done == list(range(5))


def test_a_call_may_defer_another_which_comes_last(loop: Loop, turns: Turns) -> None:
    work = Work(loop, 0.0)
    turns.defer(lambda: turns.defer(work, 2))
    turns.defer(work, 1)
    loop.turn()
    assert work.done == [1, 2]
    assert loop.scheduled == []
    turns.defer(work, 3)
    loop.turn()
    assert work.done == [1, 2, 3]


@pytest.mark.parametrize("error", [ZeroDivisionError, CancelledError])
def test_a_call_that_fails_does_not_stop_the_others(
    loop: Loop, turns: Turns, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    def fail() -> None:
        raise error

    work = Work(loop, 0.0)
    turns.defer(fail)
    turns.defer(work, 1)
    loop.turn()
    assert work.done == [1]
    assert error.__name__ in caplog.text
