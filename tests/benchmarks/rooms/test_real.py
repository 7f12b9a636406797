"""Every scenario, very small, on real servers."""

import pytest

from benchmarks.load.client import LoadClient
from benchmarks.peers import entrants
from benchmarks.peers.peer import Entrant
from benchmarks.rooms import SCENARIOS
from benchmarks.rooms.breakout import Breakout
from benchmarks.rooms.capacity import Limits, search
from benchmarks.rooms.churn import ChurningClass
from benchmarks.rooms.custom import parse
from benchmarks.rooms.data import DataFanOut
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.options import Options
from benchmarks.rooms.outcome import Outcome
from benchmarks.rooms.plan import Plan, Scenario
from benchmarks.rooms.progress import Silence
from benchmarks.rooms.run import run_alone, started
from benchmarks.rooms.school_class import SchoolClass
from benchmarks.rooms.storm import Storm
from benchmarks.rooms.webinar import Webinar

SHORT = Options(seconds=0.6, settle=0.3, sample=1)
SMALL: tuple[Scenario, ...] = (
    Lecture(receivers=2, video=100),
    SchoolClass(participants=4, tiles=2, voices=2),
    Breakout(rooms=2, people=2),
    Storm(joins=6, rooms=2, cameras=2, within=0.2),
    ChurningClass(participants=4, tiles=2, voices=1, per_second=4.0, away=0.1),
    Webinar(listeners=3, speakers=2),
    DataFanOut(participants=3, senders=2, per_second=20.0),
)
CUSTOM = """
[[rooms]]
name = "pair"
participants = 2
cameras = 2
[[rooms]]
name = "talk"
participants = 3
voices = 1
[rooms.messages]
per_second = 20
"""


def entrant(words: str) -> Entrant:
    found = next((one for one in entrants() if words in one.name), None)
    if found is None:
        pytest.skip(f"{words} is not installed")
    return found


async def measured(server: str, plan: Plan, options: Options = SHORT) -> Outcome:
    outcome = await run_alone(entrant(server), plan, options, Silence())
    assert not outcome.failures
    assert not outcome.stopped
    assert outcome.participants == len(plan.seats)
    (window,) = outcome.windows
    assert window.lost == 0
    assert window.server is not None
    assert window.server.cpu > 0
    return outcome


def test_no_scenario_is_left_out() -> None:
    assert {one.NAME for one in SMALL} == set(SCENARIOS)


@pytest.mark.parametrize("scenario", SMALL, ids=[one.NAME for one in SMALL])
async def test_a_scenario_on_our_server(scenario: Scenario) -> None:
    plan = scenario.plan()
    outcome = await measured("Zvonok, GCM128", plan)
    window = outcome.windows[0]
    if plan.packets_per_second()[1]:
        assert window.packets_received > 0
        assert window.video.packets + window.audio.packets > 0
        assert all(
            arrival.first_packet is not None
            for arrival, seat in zip(outcome.arrivals, plan.seats, strict=False)
            if not arrival.again and arrival.identity == seat.identity and plan.sources_of(seat)
        )
    if plan.churn is None and window.expected:
        assert window.delivered > 0.8
    if plan.churn is not None:
        assert any(arrival.again for arrival in outcome.arrivals)
    if any(seat.messages for seat in plan.seats):
        assert window.messages is not None
        assert window.messages.received > 0


async def test_a_custom_scenario_on_our_server() -> None:
    window = (await measured("Zvonok, CM80", parse(CUSTOM))).windows[0]
    assert window.messages is not None
    assert window.messages.received > 0
    assert window.packets_received > 0


@pytest.mark.parametrize("scenario", SMALL[:3], ids=[one.NAME for one in SMALL[:3]])
@pytest.mark.parametrize("server", ["Janus, default", "Janus, event_loops=1"])
async def test_a_scenario_on_janus(server: str, scenario: Scenario) -> None:
    outcome = await measured(server, scenario.plan())
    assert outcome.windows[0].delivered > 0.8
    assert outcome.windows[0].video.packets > 0


async def test_a_capacity_search_on_our_server_reuses_it() -> None:
    one = entrant("Zvonok, GCM128")
    limits = Limits(loss=0.5, p99=2.0, window=0.5, settle=0.2, most=4)  # not about how busy this machine is
    async with LoadClient(one.profile) as client, started(one, client) as peer:
        found = await search(peer, client, Lecture(receivers=2, video=100), limits, lambda _: None)
    assert [probe.size for probe in found.probes if not probe.problem] == [2, 4]
    assert found.size == 4
    assert (found.packets_per_core or 0) > 0
