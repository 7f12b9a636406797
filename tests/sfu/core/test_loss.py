"""Loss is that of the latest interval."""

from sfu.core.loss import Direction, LossMeter


def test_each_look_measures_what_came_since_the_last() -> None:
    meter = LossMeter()
    assert meter.observe(Direction(100, 0)) == 0.0
    assert meter.observe(Direction(175, 25)) == 0.25
    assert meter.observe(Direction(275, 25)) == 0.0


def test_too_few_packets_say_nothing() -> None:
    meter = LossMeter()
    assert meter.observe(Direction(5, 5)) is None
    assert meter.observe(Direction(5, 5)) is None


def test_totals_that_shrink_start_anew() -> None:
    meter = LossMeter()
    meter.observe(Direction(1000, 10))
    assert meter.observe(Direction(100, 0)) is None
    assert meter.observe(Direction(150, 50)) == 0.5


def test_packets_that_were_thought_lost_and_came_are_no_loss() -> None:
    meter = LossMeter()
    meter.observe(Direction(100, 10))
    assert meter.observe(Direction(210, 0)) == 0.0
