from dataclasses import replace

from benchmarks.rooms.breakout import Breakout
from benchmarks.rooms.guard import Guard, Limits, Sight, steps, warning
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.watch import since

QUIET = Sight(now=0.0, tried=40, failed=0, problem="", received=0, lost=0, p99=None)


def test_a_healthy_run_goes_on() -> None:
    guard = Guard(Limits())
    for second in range(100):
        sight = replace(QUIET, now=float(second), received=1000 * second, lost=second, p99=0.02)
        assert guard.check(sight) == ""


def test_few_failures_are_within_the_budget() -> None:
    assert Guard(Limits()).check(replace(QUIET, failed=2, tried=3)) == ""
    assert Guard(Limits()).check(replace(QUIET, failed=5, tried=100)) == ""


def test_more_failures_than_the_budget_stop_it() -> None:
    reason = Guard(Limits()).check(replace(QUIET, failed=3, tried=40, problem="503"))
    assert reason == "3 of 40 participants failed, the last one with: 503"


def test_only_the_loss_of_the_last_seconds_counts() -> None:
    guard = Guard(Limits(seconds=3.0))
    for second in range(10):
        assert not guard.check(replace(QUIET, now=float(second), received=10_000 * second))
    assert not guard.check(replace(QUIET, now=10.0, received=100_000, lost=1000))
    assert guard.check(replace(QUIET, now=11.0, received=101_000, lost=3000)).startswith("12%")


def test_the_loss_of_a_few_packets_says_nothing() -> None:
    guard = Guard(Limits())
    guard.check(QUIET)
    assert guard.check(replace(QUIET, now=1.0, received=40, lost=50)) == ""


def test_latency_is_compared_with_that_of_the_beginning() -> None:
    guard = Guard(Limits(slower=0.3))
    assert not guard.check(replace(QUIET, p99=0.2))  # a distant server
    assert not guard.check(replace(QUIET, p99=0.4))
    assert not guard.check(replace(QUIET, p99=0.6))  # one slow second
    assert not guard.check(replace(QUIET, p99=0.2))
    assert not guard.check(replace(QUIET, p99=0.6))
    assert guard.check(replace(QUIET, p99=0.7)) == "latency (p99) rose from 200 to 700 ms"


def test_steps_at_most_double_who_is_there() -> None:
    assert list(steps(50, 5)) == [5, 5, 10, 20, 10]
    assert list(steps(3, 5)) == [3]
    assert list(steps(0, 5)) == []


def test_a_large_plan_is_described_before_it_runs() -> None:
    assert warning(Lecture(receivers=5).plan()) == ""
    text = warning(Breakout().plan())
    assert "200 participants will join 50 rooms" in text
    assert "270 Mbit/s (37,500 packets a second)" in text
    assert "one room" in warning(Lecture(receivers=30).plan())


def test_what_came_into_a_histogram_since() -> None:
    assert since([1, 2, 0], [1, 5, 1]) == [0, 3, 1]
    assert since([10, 20, 0], [1, 0, 0]) == [1, 0, 0]
    assert since([], [1, 2]) == [1, 2]
