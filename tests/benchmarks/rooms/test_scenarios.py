from dataclasses import fields
from itertools import pairwise

import pytest

from benchmarks.load.model import Kind
from benchmarks.rooms import SCENARIOS
from benchmarks.rooms.breakout import Breakout
from benchmarks.rooms.churn import ChurningClass
from benchmarks.rooms.data import DataFanOut
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.plan import Scenario
from benchmarks.rooms.school_class import SchoolClass
from benchmarks.rooms.storm import Storm
from benchmarks.rooms.webinar import Webinar

EVERY = pytest.mark.parametrize("kind", SCENARIOS.values(), ids=SCENARIOS.keys())


@EVERY
def test_a_scenario_describes_itself(kind: type[Scenario]) -> None:
    assert (kind.__doc__ or "").splitlines()[0].endswith(".")
    for flag in fields(kind):  # type: ignore[arg-type]
        assert flag.metadata["help"]
        assert type(flag.default) in (int, float)
    assert kind.SIZE in {flag.name for flag in fields(kind)}  # type: ignore[arg-type]


@EVERY
def test_identities_are_unique_and_phases_within_a_picture(kind: type[Scenario]) -> None:
    plan = kind().plan()
    assert len({seat.identity for seat in plan.seats}) == len(plan.seats)
    assert all(0 <= seat.phase < 0.04 for seat in plan.seats)
    assert plan.name == kind.NAME


@EVERY
def test_a_larger_one_keeps_the_seats_of_a_smaller_one(kind: type[Scenario]) -> None:
    small, large = (kind().sized(size).plan().seats for size in (20, 40))
    if kind is not Storm:  # it is about everybody coming at once
        assert set(small) <= set(large)
    assert len(large) > len(small)


@EVERY
def test_sizes_without_sense_are_refused_in_words(kind: type[Scenario]) -> None:
    for size in (0, -5, 10**9):
        with pytest.raises(ValueError, match=f"{kind.SIZE}.* must be from .* not"):
            kind().sized(size).plan()


def test_a_lecture_reaches_everybody_but_the_lecturer() -> None:
    plan = Lecture(receivers=3, video=100).plan()
    assert plan.packets_per_second() == (150, 450)
    assert [plan.sources_of(seat) for seat in plan.seats] == [0, 2, 2, 2]


def test_everybody_in_a_class_shows_as_many_tiles_and_hears_all_voices() -> None:
    plan = SchoolClass(participants=12, tiles=4, voices=3).plan()
    for number, seat in enumerate(plan.seats):
        assert len(seat.cameras or ()) == 4
        assert seat.identity not in (seat.cameras or ())
        assert plan.sources_of(seat) == 4 + (2 if number < 3 else 3)
    assert plan.takers_of(plan.seats[11], Kind.VIDEO) == 0
    assert plan.takers_of(plan.seats[0], Kind.VIDEO) == 11


def test_a_class_with_tiles_for_all_takes_everybody() -> None:
    assert all(seat.cameras is None for seat in SchoolClass(participants=5, tiles=4).plan().seats)


def test_fifty_breakout_rooms_of_four() -> None:
    plan = Breakout().plan()
    assert len(plan.rooms) == 50
    assert all(plan.sources_of(seat) in (3, 4) for seat in plan.seats)
    assert plan.packets_per_second() == (50 * (4 * 50 + 50), 50 * (4 * 50 + 50) * 3)


def test_a_storm_fills_its_rooms_in_turn() -> None:
    plan = Storm(joins=10, rooms=3, cameras=2, within=0.5).plan()
    assert plan.joins_per_second == 20
    assert [seat.room for seat in plan.seats[:4]] == ["storm-0", "storm-1", "storm-2", "storm-0"]
    assert all(sum(bool(seat.sends) for seat in seats) == 2 for seats in plan.rooms.values())


def test_a_churning_class_never_empties() -> None:
    assert ChurningClass().plan().churn is not None
    with pytest.raises(ValueError, match="nobody of 4 would be left"):
        ChurningClass(participants=4, voices=1, per_second=2.0, away=2.0).plan()


def test_a_webinar_is_audio_only() -> None:
    plan = Webinar(listeners=10, speakers=2).plan()
    assert {rhythm.kind for seat in plan.seats for rhythm in seat.sends} == {Kind.AUDIO}
    assert plan.packets_per_second() == (100, 2 * 50 * 11)


def test_data_has_messages_and_no_media() -> None:
    plan = DataFanOut(participants=5, senders=2, lossy=1).plan()
    assert [seat.messages is not None for seat in plan.seats] == [True, True, False, False, False]
    assert not plan.seats[0].messages.reliable
    assert plan.packets_per_second() == (0, 0)


def test_phases_of_neighbours_differ() -> None:
    phases = [seat.phase for seat in SchoolClass().plan().seats]
    assert all(abs(one - other) > 0.001 for one, other in pairwise(phases))
