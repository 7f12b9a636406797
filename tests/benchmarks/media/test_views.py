import pytest

from benchmarks.media.picture import NUMBERS
from benchmarks.media.views import View, view

Pictures = list[tuple[float, int | None]]


def steady(first: int = 0, count: int = 30, begin: float = 10.0) -> Pictures:
    return [(begin + number / 15, (first + number) % NUMBERS) for number in range(count)]


def seen(pictures: Pictures, sound: list[tuple[float, bool]] | None = None) -> View:
    taken = {number: at - 0.02 for at, number in pictures if number is not None}
    loud = [(10.0 + number / 100, True) for number in range(200)] if sound is None else sound
    return view("a", "b", pictures, loud, taken=taken, since=9.5, window=(10.0, 12.0))


def test_a_steady_view_has_no_problem() -> None:
    one = seen(steady())
    assert one.problems == ()
    assert (one.pictures, one.per_second, one.first) == (30, 15.0, 0.5)
    assert one.delay == pytest.approx(0.02)
    assert (one.sound, one.silent, one.freezes) == (200, 0, 0)


def test_numbers_may_wrap() -> None:
    assert seen(steady(first=NUMBERS - 10)).problems == ()


def test_only_the_window_counts_but_the_first_picture_is_the_first() -> None:
    one = seen([(9.75, 5), *steady(first=6, count=60)])
    assert one.pictures == 30
    assert one.first == 0.25


def test_disorder_and_damage_are_problems() -> None:
    pictures = steady()
    pictures[5], pictures[6] = (pictures[5][0], 6), (pictures[6][0], 5)
    pictures[9] = (pictures[9][0], pictures[8][1])
    pictures[20] = (pictures[20][0], None)
    assert seen(pictures).problems == ("1 damaged pictures", "2 pictures out of order")


def test_freezes_are_told_without_being_problems() -> None:
    one = seen(steady()[:10] + steady()[20:])
    assert (one.freezes, one.problems) == (1, ())
    assert one.longest_gap == pytest.approx(11 / 15)


def test_seeing_and_hearing_nothing_are_problems() -> None:
    one = seen([], [])
    assert one.first is None
    assert one.problems == ("no picture", "no sound")
    silent = seen(steady(), [(10.0 + number / 100, number > 20) for number in range(200)])
    assert silent.problems == ("21 of 200 pieces of sound are silent",)
