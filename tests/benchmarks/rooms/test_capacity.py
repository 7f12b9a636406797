import os
from dataclasses import replace

import pytest

from benchmarks.rooms import SCENARIOS
from benchmarks.rooms.breakout import Breakout
from benchmarks.rooms.capacity import Capacity, Limits, Probe, judge, largest, search, summary
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.outcome import Messaging
from benchmarks.rooms.plan import Scenario, Seat
from benchmarks.rooms.storm import Storm
from tests.support.fake_peer import FakeClient, FakePeer, World
from tests.support.outcomes import GOOD, MANY, NONE
from tests.support.virtual_loop import run as virtually


def find(world: World, scenario: Scenario, limits: Limits, told: list[Probe] | None = None) -> Capacity:
    async def work() -> Capacity:
        client = FakeClient(world)
        peer = FakePeer(world, client.engine)
        probes = told if told is not None else []
        return await search(peer, client, scenario, limits, probes.append)  # type: ignore[arg-type]

    return virtually(work())


def carrying(packets: float) -> World:
    """A server that loses packets when more are asked of it."""
    world = World(pid=os.getpid())
    world.loss = lambda: 0.0 if world.packets_per_second() <= packets else 0.2
    return world


def test_the_largest_lecture_is_found_and_people_stay_between_probes() -> None:
    world, told = carrying(550 * 35), list[Probe]()
    found = find(world, Lecture(receivers=10), Limits(most=64), told)
    assert 33 <= found.size <= 35
    assert (found.limited_by, found.problem) == ("the server", "20.0% lost")
    assert found.packets_per_second == pytest.approx(found.size * 550, rel=0.03)
    assert (found.packets_per_core or 0) > found.packets_per_second
    assert (found.server, found.plan, found.unit) == ("Fake", "lecture", "receivers")
    assert list(found.probes) == told
    assert not world.inside()
    assert len(world.members) < 240  # those beyond half of the last good size come again: everybody anew would be 300
    assert world.prepared == [Lecture(receivers=64).plan()]


def test_a_slow_server_is_at_its_limit_too() -> None:
    world = World()
    world.slow = lambda: len(world.inside()) > 31
    found = find(world, Lecture(receivers=10), Limits(most=64))
    assert found.size in (29, 30)
    assert "p99" in next(probe.problem for probe in found.probes if probe.problem)
    assert found.packets_per_core is None


def test_a_client_at_its_limit_says_nothing_of_the_server() -> None:
    world = carrying(550 * 20)
    world.skipping = True
    assert find(world, Lecture(receivers=10), Limits(most=100)).limited_by == "the load client"


def test_what_was_not_tried_is_no_limit() -> None:
    found = find(World(), Lecture(receivers=10), Limits(most=20))
    assert (found.size, found.limited_by) == (20, "the search")
    assert found.problem == ""


def test_a_spent_budget_ends_the_search() -> None:
    found = find(carrying(550 * 35), Lecture(receivers=10), Limits(most=64, budget=10.0))
    assert found.size == 20
    assert found.limited_by == "the search"


def test_people_who_do_not_get_in_make_a_size_fail() -> None:
    world = World()
    world.refuse = lambda _: "full" if sum(member.gone is None for member in world.members) >= 41 else ""
    found = find(world, Lecture(receivers=10), Limits(most=100))
    assert 38 <= found.size <= 40
    assert any("failed: full" in probe.problem for probe in found.probes)


def test_rooms_are_added() -> None:
    assert 9 <= find(carrying(10 * 750), Breakout(rooms=2), Limits(most=32)).size <= 10


def test_a_storm_comes_anew_each_time() -> None:
    world = World()
    found = find(world, Storm(joins=10, rooms=2), Limits(most=20))
    assert found.size == 20
    assert len(world.members) == 30


def test_nobody_getting_in_finds_nothing() -> None:
    found = find(World(refuse=lambda _: "full"), Lecture(receivers=2), Limits(most=4))
    assert found.size == 0
    assert found.best is None
    assert found.packets_per_second == 0


def test_an_interrupted_search_can_be_summed_up() -> None:
    told: list[Probe] = []
    find(carrying(550 * 35), Lecture(receivers=10), Limits(most=64), told)
    assert summary("Fake", Lecture(), told[:2]).size == 20
    assert summary("Fake", Lecture(), []).size == 0


@pytest.mark.parametrize("kind", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_the_largest_size_is_one_that_a_client_can_bring(kind: type[Scenario]) -> None:
    size = largest(kind())
    assert 200 < len(kind().sized(size).plan().seats) <= 1000


def test_nobody_more_joins_a_server_that_is_clearly_at_its_end() -> None:
    world, told = carrying(550 * 20), list[Probe]()
    world.entering = 1.0
    find(world, Lecture(receivers=100), Limits(most=100, budget=1.0), told)
    (probe,) = told
    assert probe.problem.startswith("given up with")
    assert "packets of the last seconds were lost" in probe.problem
    assert len(world.members) < 80
    assert probe.window is not None
    assert probe.window.loss > 0.1


def test_after_a_failure_half_of_the_last_good_size_stays() -> None:
    world, inside = carrying(550 * 35), list[int]()
    world.entering = 0.1

    def refuse(_: Seat) -> str:
        inside.append(len(world.inside()))
        return ""

    world.refuse = refuse
    told: list[Probe] = []
    find(world, Lecture(receivers=32), Limits(most=64), told)
    assert [probe.size for probe in told if probe.problem] == [64, 48, 40, 36, 36]
    assert [probe.too_much for probe in told if probe.problem] == [64, 48, 40, 36, 36]
    assert inside.count(16) >= 3  # of 33: where joining begins for the next size


def test_the_next_size_waits_until_queues_are_empty() -> None:
    """A server that was too full and gets on with its queues only when it is half empty."""
    world, choked = World(), [False]

    def slow() -> bool:
        inside = len(world.inside())
        choked[0] = inside > 36 or (choked[0] and inside > 5)
        return choked[0]

    world.slow = slow
    assert 34 <= find(world, Lecture(receivers=10), Limits(most=64)).size <= 35


def test_a_size_given_up_while_joining_is_told_with_how_far_it_got() -> None:
    world, told = carrying(550 * 30), list[Probe]()
    world.entering = 2.0
    find(world, Lecture(receivers=20), Limits(most=320, budget=15.0), told)
    given_up = next(probe for probe in told if "given up" in probe.problem)
    assert 20 < given_up.too_much < given_up.size


def test_messages_that_are_late_or_missing_are_problems_too() -> None:
    silent = replace(GOOD, video=NONE, audio=NONE, packets_received=0, expected=0)
    assert judge(replace(silent, messages=Messaging(60, 1000, 990, MANY)), Limits()) == ""
    few = Messaging(60, 1000, 700, MANY)
    assert judge(replace(silent, messages=few), Limits()) == "70.0% of the messages delivered"
    late = replace(MANY, p99=0.2)
    assert judge(replace(silent, messages=Messaging(60, 1000, 1000, late)), Limits()) == "p99 200 ms"


def test_a_size_that_lets_nobody_in_is_too_much() -> None:
    world, told = World(), list[Probe]()
    world.refuse = lambda _: "full"
    find(world, Lecture(receivers=2), Limits(most=4), told)
    assert all(probe.too_much for probe in told)


def test_what_may_still_be_under_way_at_a_windows_ends_is_not_missing() -> None:
    most = replace(GOOD, packets_received=96_900)
    assert judge(most, Limits()) == "96.9% delivered"
    assert judge(replace(GOOD, packets_received=97_100), Limits()) == ""
    assert judge(most, Limits(window=1.0)) == ""  # 50 of 1000 ms may be under way
    assert judge(replace(GOOD, packets_received=94_000), Limits(window=1.0)) == "94.0% delivered"
