import pytest

from benchmarks.command.timetable import Timetable
from benchmarks.rooms.progress import Phase

JOIN, MEASURE = Phase("joining", 2.0), Phase("measuring", 8.0)
PHASES = (JOIN, MEASURE)


def test_time_left_is_known_before_anything_began() -> None:
    table = Timetable([10.0, 10.0], now=100.0)
    assert (table.share(100.0), table.left(100.0)) == (0.0, 20.0)


def test_the_clock_moves_the_bar_within_a_phase_but_not_past_it() -> None:
    table = Timetable([10.0, 10.0], now=0.0)
    table.begin(PHASES, 0.0)
    table.enter(JOIN, 0.0)
    table.enter(MEASURE, 2.0)
    assert table.share(6.0) == pytest.approx(0.3)
    assert table.share(60.0) == pytest.approx(0.5)


def test_a_run_that_knows_better_than_the_clock_is_believed() -> None:
    table = Timetable([10.0], now=0.0)
    table.begin(PHASES, 0.0)
    table.enter(JOIN, 0.0)
    table.advance(0.5)
    assert table.share(0.0) == pytest.approx(0.1)


def test_what_is_over_counts_whole_however_long_it_took() -> None:
    table = Timetable([10.0, 10.0], now=0.0)
    table.begin(PHASES, 0.0)
    table.enter(JOIN, 0.0)
    table.end()
    assert table.share(1.0) == pytest.approx(0.5)
    table.begin(PHASES, 1.0)
    assert table.share(1.0) == pytest.approx(0.5)


def test_a_slow_machine_makes_the_rest_longer() -> None:
    table = Timetable([10.0, 10.0], now=0.0)
    table.begin(PHASES, 0.0)
    table.end()
    assert table.left(30.0) == pytest.approx(30.0)


def test_never_more_than_everything() -> None:
    table = Timetable([10.0], now=0.0)
    for _ in range(3):
        table.begin(PHASES, 0.0)
        table.enter(JOIN, 0.0)
        table.end()
    assert (table.share(50.0), table.left(50.0)) == (1.0, 0.0)


def test_a_phase_ends_early_with_the_next_one_even_after_some_were_left_out() -> None:
    table = Timetable([10.0], now=0.0)
    table.begin((JOIN, MEASURE, Phase("leaving", 10.0)), 0.0)
    table.enter(JOIN, 0.0)
    table.enter(Phase("leaving", 10.0), 1.0)
    assert table.share(1.0) == pytest.approx(0.5)
