"""The number map against a model that remembers everything."""

from hypothesis import given
from hypothesis import strategies as st

from sfu.plane.seqmap import Map


class Model:
    """Every number gets its place when it is first overtaken; dropped ones get none."""

    def __init__(self, start: int) -> None:
        self.next = start
        self.places: dict[int, int | None] = {}
        self.highest = 0

    def restart(self, number: int) -> None:
        self.places = {}
        self.highest = number - 1

    def reach(self, number: int) -> None:
        while self.highest < number:
            self.highest += 1
            self.places[self.highest] = self.next
            self.next += 1

    def map_number(self, number: int) -> int:
        self.reach(number)
        place = self.places.get(number)
        return -1 if place is None else place

    def drop(self, number: int) -> int:
        if number <= self.highest:
            return self.map_number(number)
        self.reach(number - 1)
        self.highest = number
        self.places[number] = None
        return -1


steps = st.lists(st.tuples(st.sampled_from(["map", "map", "drop"]), st.integers(-6, 4)), max_size=60)


@given(steps)
def test_places_are_those_of_the_model(todo: list[tuple[str, int]]) -> None:
    ours, model = Map(500), Model(500)
    ours.restart(1000)
    model.restart(1000)
    head = 1000
    for what, offset in todo:
        number = max(1000, head + offset)
        head = max(head, number)
        if what == "map":
            assert ours.map_number(number) == model.map_number(number)
        else:
            assert ours.drop(number) == model.drop(number)


def test_gaps_of_our_own_vanish_and_real_ones_stay() -> None:
    numbers = Map(10)
    numbers.restart(100)
    assert [numbers.map_number(n) for n in (100, 101)] == [10, 11]
    assert numbers.drop(102) == -1
    assert numbers.map_number(103) == 12
    assert numbers.map_number(106) == 15  # 104 and 105 are lost
    assert numbers.map_number(104) == 13  # and one comes late
    assert numbers.map_number(102) == -1


def test_a_late_packet_that_is_not_wanted_has_a_place_already() -> None:
    numbers = Map(10)
    numbers.restart(100)
    numbers.map_number(100)
    numbers.map_number(102)
    assert numbers.drop(101) == 11


def test_a_restart_continues_without_a_gap() -> None:
    numbers = Map(10)
    assert numbers.map_number(5) == -1
    numbers.restart(100)
    assert numbers.map_number(100) == 10
    numbers.restart(70000)
    assert numbers.map_number(70000) == 11
    assert numbers.map_number(69999) == -1


def test_many_runs_forget_the_oldest_only() -> None:
    numbers = Map(0)
    numbers.restart(1)
    for number in range(1, 1001):
        if number % 2:
            assert numbers.map_number(number) == number // 2
        else:
            assert numbers.drop(number) == -1
    assert numbers.map_number(999) == 499
    assert numbers.map_number(951) == 475
    assert numbers.map_number(1) == -1
