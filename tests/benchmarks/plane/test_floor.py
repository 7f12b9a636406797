import threading

import pytest

from benchmarks.plane.floor import FloorLoop
from benchmarks.plane.floor_command import BurstCost, report
from benchmarks.plane.floors import measure, turns
from benchmarks.plane.paced import feed, serve
from sfu.plane.model import SrtpProfile

GCM = SrtpProfile.AEAD_AES_128_GCM


@pytest.mark.parametrize("profile", list(SrtpProfile))
@pytest.mark.parametrize(("burst", "offload"), [(1, False), (4, False), (4, True)])
def test_every_step_takes_time(profile: SrtpProfile, burst: int, offload: bool) -> None:
    loop = FloorLoop(profile=profile, receivers=3, burst=burst, offload=offload)
    try:
        assert all(step > 0 for step in loop.steps(20))
    finally:
        loop.close()


@pytest.mark.parametrize("numbers", [{"receivers": 1000}, {"receivers": 0}, {"burst": 33}, {"size": 4000}])
def test_what_does_not_fit_is_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        FloorLoop(**{"profile": 1, "receivers": 1, **numbers})


def test_paced_packets_reach_all_receivers() -> None:
    loop = FloorLoop(profile=GCM, receivers=5)
    arrived: list[int] = []
    feeding = threading.Thread(target=lambda: arrived.append(feed(loop, 44, 2000)))
    try:
        feeding.start()
        assert serve(loop, 44) > 0
        feeding.join()
    finally:
        loop.close()
    assert arrived == [220]


def test_a_publisher_that_is_silent_does_not_hold_the_floor_for_ever() -> None:
    loop = FloorLoop(profile=GCM, receivers=1)
    try:
        with pytest.raises(OSError):
            serve(loop, 1)
    finally:
        loop.close()


def test_a_measurement_tells_after_each_turn_what_it_knows() -> None:
    found = list(measure(profiles=(GCM,), receivers=(2, 4), rounds=2))
    assert len(found) == turns(profiles=1, receivers=2, rounds=2)
    assert [len(costs) for costs in found] == [1, 2, 2, 2]
    for cost in found[-1]:
        assert cost.name == "GCM128"
        assert 0 < cost.paced.low <= cost.paced.median <= cost.paced.high < 1e-3
        assert 0 < cost.hot.low <= cost.hot.median <= cost.hot.high < 1e-3


def test_the_report_has_both_floors_and_all_steps() -> None:
    (costs,) = measure(profiles=(GCM,), receivers=(2,), rounds=1)
    made = report(costs, [BurstCost("GCM128", 30, 4, True, costs[0].steps)])
    floors, steps = made.sections
    assert [row[:2] for row in floors.table.rows] == [("GCM128", "1 to 2")]
    assert [row[:2] for row in steps.table.rows] == [("GCM128", "1 to 2"), ("GCM128", "1 to 30, bursts of 4, GSO")]
