import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from benchmarks.peers.peer import PeerError
from benchmarks.rooms.churn import ChurningClass
from benchmarks.rooms.data import DataFanOut
from benchmarks.rooms.guard import Limits
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.options import Options
from benchmarks.rooms.outcome import Outcome, Window
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.progress import Phase, phases
from benchmarks.rooms.run import run
from benchmarks.rooms.school_class import SchoolClass
from benchmarks.rooms.storm import Storm
from tests.support.fake_peer import FakeClient, FakePeer, World
from tests.support.virtual_loop import run as virtually

CLASS = SchoolClass(participants=6, tiles=3, voices=2)
OPTIONS = Options(windows=2, seconds=3.0, settle=1.0, size=6)


class Witness:
    """Keeps what a run tells."""

    def __init__(self, on_phase: Callable[[Phase], None] = lambda _: None) -> None:
        self.phases: list[str] = []
        self.windows: list[Window] = []
        self.notes: list[str] = []
        self.outcomes: list[Outcome] = []
        self.shares: list[float] = []
        self._on_phase = on_phase

    def begin(self, server: str, plan: Plan, phases: Sequence[Phase]) -> None:
        self.expected = [phase.name for phase in phases]

    def enter(self, phase: Phase) -> None:
        self.phases.append(phase.name)
        self._on_phase(phase)

    def advance(self, share: float) -> None:
        self.shares.append(share)

    def window(self, window: Window) -> None:
        self.windows.append(window)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def perform(world: World, plan: Plan, options: Options = OPTIONS, witness: Witness | None = None) -> Outcome:
    async def work() -> Outcome:
        client = FakeClient(world)
        try:
            return await run(FakePeer(world, client.engine), client, plan, options, witness or Witness())  # type: ignore[arg-type]
        finally:
            await client.close()

    return virtually(work())


def test_a_class_is_measured_and_everybody_leaves() -> None:
    world, witness = World(pid=os.getpid()), Witness()
    outcome = perform(world, CLASS.plan(), witness=witness)
    assert (outcome.server, outcome.plan, outcome.size, outcome.participants) == ("Fake", "class", 6, 6)
    assert len(outcome.windows) == 2
    window = outcome.windows[0]
    assert window.seconds == pytest.approx(3.0)
    assert window.packets_sent == pytest.approx(3 * CLASS.plan().packets_per_second()[0], rel=0.02)
    assert window.expected == pytest.approx(3 * CLASS.plan().packets_per_second()[1], rel=0.02)
    assert window.delivered == pytest.approx(1.0, abs=0.02)
    assert window.jitter == 0.002
    assert window.video.packets == 1000
    assert window.server is not None
    assert window.server.threads >= 1
    assert (outcome.resident_empty or 0) > 1 << 20
    assert not outcome.failures
    assert not world.inside()
    assert witness.outcomes == [outcome]
    assert witness.phases == witness.expected
    assert witness.shares[-1] == 1.0


def test_arrivals_tell_when_what_came() -> None:
    outcome = perform(World(), Lecture(receivers=3).plan())
    lecturer, *listeners = outcome.arrivals
    assert lecturer.joined == pytest.approx(0.02)
    assert lecturer.connected == pytest.approx(0.07)
    assert lecturer.first_packet is None
    for listener in listeners:
        assert listener.first_packet == pytest.approx(0.08)
        assert listener.first_key_frame == pytest.approx(0.18)
        assert not listener.again


def test_a_remote_server_has_no_accounting() -> None:
    outcome = perform(World(), CLASS.plan())
    assert outcome.resident_empty is None
    assert outcome.windows[0].server is None
    assert outcome.memory_per_participant is None


def test_the_first_receiver_of_each_room_decrypts_everything() -> None:
    world = World()
    perform(world, Lecture(receivers=3).plan())
    assert world.samples == {"lecturer": 16, "listener-0": 1, "listener-1": 16, "listener-2": 16}


def test_without_a_rate_one_joins_when_the_one_before_is_in() -> None:
    world = World()
    perform(world, CLASS.plan())
    ups = [member.up or 0.0 for member in world.members]
    assert all(later - earlier == pytest.approx(0.07) for earlier, later in pairwise(ups))


def test_a_storm_joins_on_time_however_long_each_takes() -> None:
    world = World(connecting=2.0)
    outcome = perform(world, Storm(joins=20, within=1.0).plan())
    ups = [member.up or 0.0 for member in world.members]
    assert max(ups) - min(ups) == pytest.approx(0.95)
    assert outcome.seconds_to_join == pytest.approx(0.95 + 2.02, abs=0.06)


def test_who_is_refused_is_recorded_and_the_others_are_measured() -> None:
    world, witness = World(refuse=lambda seat: "no" if seat.identity == "class-2" else ""), Witness()
    outcome = perform(world, CLASS.plan(), witness=witness)
    assert [(failure.identity, failure.problem) for failure in outcome.failures] == [("class-2", "no")]
    assert outcome.participants == 5
    assert outcome.windows[0].delivered == pytest.approx(1.0, abs=0.02)
    assert witness.notes == ["class-2: no"]


def test_a_driver_that_breaks_on_one_participant_does_not_end_the_run() -> None:
    def refuse(seat: Seat) -> str:
        return {}["sdp"] if seat.identity == "class-2" else ""

    outcome = perform(World(refuse=refuse), CLASS.plan())
    assert [failure.problem for failure in outcome.failures] == ["KeyError: 'sdp'"]
    assert outcome.participants == 5


def test_who_does_not_connect_in_time_is_recorded() -> None:
    outcome = perform(World(connecting=100.0), Storm(joins=4).plan())
    assert "nobody got in: was not connected in 30 s" in outcome.stopped
    assert [arrival.connected for arrival in outcome.arrivals] == [None] * 4
    assert not outcome.windows


def test_who_receives_nothing_is_recorded_and_lowers_what_was_delivered() -> None:
    outcome = perform(World(mute=lambda seat: seat.identity == "listener-1"), Lecture(receivers=4).plan())
    assert [failure.problem for failure in outcome.failures] == ["received 0 of 2 streams in 16 s"]
    assert outcome.windows[0].delivered == pytest.approx(0.75, abs=0.02)


def test_nobody_getting_in_is_an_error() -> None:
    with pytest.raises(PeerError, match="nobody got in: full"):
        perform(World(refuse=lambda _: "full"), Storm(joins=4).plan())


def test_after_some_failures_in_a_row_the_others_need_not_try() -> None:
    world = World(refuse=lambda seat: "" if seat.identity == "class-0" else "full")
    outcome = perform(world, SchoolClass(participants=30).plan())
    assert outcome.stopped == "5 participants in a row failed, the last one with: full"
    assert len(outcome.failures) == 5
    assert not world.inside()


def test_who_is_put_out_is_recorded_once_and_nothing_more_is_due_to_it() -> None:
    world = World()

    def put_out(phase: Phase) -> None:
        if phase.name == "settling":
            world.members[-1].problem = "the server ended the session"

    outcome = perform(world, Lecture(receivers=4).plan(), witness=Witness(put_out))
    assert [failure.identity for failure in outcome.failures] == ["listener-3"]
    assert outcome.windows[0].delivered == pytest.approx(1.0, abs=0.02)
    assert outcome.participants == 4


def test_a_process_that_ends_leaves_what_was_measured() -> None:
    child = os.fork()
    if child == 0:
        os.execv("/bin/sleep", ["sleep", "60"])
    world = World(pid=child)

    def kill(phase: Phase) -> None:
        if phase.name == "window 2 of 2":
            os.kill(child, 9)
            os.waitpid(child, 0)

    outcome = perform(world, CLASS.plan(), witness=Witness(kill))
    assert outcome.stopped.startswith("the server's process cannot be read any more")
    assert len(outcome.windows) == 1
    assert not world.inside()


def test_interrupted_it_tells_what_it_has_and_everybody_leaves() -> None:
    world = World()

    def interrupt(phase: Phase) -> None:
        if phase.name == "window 2 of 2":
            asyncio.get_running_loop().call_later(1.0, next(iter(asyncio.all_tasks())).cancel)

    witness = Witness(interrupt)
    with pytest.raises(asyncio.CancelledError):
        perform(world, CLASS.plan(), witness=witness)
    (outcome,) = witness.outcomes
    assert outcome.stopped == "interrupted"
    assert len(outcome.windows) == 1
    assert not world.inside()


def test_churners_leave_and_come_back_and_what_is_due_follows() -> None:
    world = World()
    plan = ChurningClass(participants=6, tiles=3, voices=2, per_second=1.0, away=1.0).plan()
    outcome = perform(world, plan, replace(OPTIONS, windows=1, seconds=10.0))
    again = [arrival.identity for arrival in outcome.arrivals if arrival.again]
    assert again == ["churn-0", "churn-1", "churn-2", "churn-3", "churn-4", "churn-5", "churn-0", "churn-1"]
    window = outcome.windows[0]
    assert window.packets_received < 0.9 * 10 * plan.packets_per_second()[1]
    assert window.delivered == pytest.approx(1.0, abs=0.02)
    assert not outcome.failures
    assert not world.inside()


def test_messages_are_counted_with_their_receivers() -> None:
    outcome = perform(World(), DataFanOut(participants=5, senders=2, per_second=10.0).plan())
    messages = outcome.windows[0].messages
    assert messages is not None
    assert messages.sent == pytest.approx(2 * 10 * 3, abs=2)
    assert messages.due == messages.received == 4 * messages.sent
    assert messages.delay.p50 == 0.003


def test_a_server_without_messages_is_recorded() -> None:
    outcome = perform(World(), DataFanOut(participants=3, senders=1, lossy=1).plan())
    assert [failure.problem for failure in outcome.failures] == ["cannot send messages: there is no lossy channel here"]


GUARDED = replace(OPTIONS, guard=Limits(joins_per_second=10.0, first_step=2, pause=3.0))


def test_a_guarded_run_joins_in_growing_steps() -> None:
    world = World()
    outcome = perform(world, Lecture(receivers=11).plan(), GUARDED)
    ups = [member.up or 0.0 for member in world.members]
    pauses = [number for number in range(1, 12) if ups[number] - ups[number - 1] > 2]
    assert pauses == [2, 4, 8]
    assert not outcome.stopped


def test_a_guarded_run_stops_when_packets_get_lost() -> None:
    world = World()
    world.loss = lambda: 0.2 if len(world.inside()) > 8 else 0.0
    outcome = perform(world, Lecture(receivers=40).plan(), GUARDED)
    assert "packets of the last seconds were lost" in outcome.stopped
    assert len(outcome.arrivals) <= 16
    assert not world.inside()


def test_a_guarded_run_stops_when_latency_explodes_during_a_window() -> None:
    world = World()

    def slow_down(phase: Phase) -> None:
        world.slow = lambda: phase.name == "window 2 of 2"

    outcome = perform(world, Lecture(receivers=4).plan(), replace(GUARDED, seconds=10.0), Witness(slow_down))
    assert "latency (p99) rose from 0 to" in outcome.stopped
    assert len(outcome.windows) == 1


def test_a_guarded_run_stops_when_the_server_refuses() -> None:
    world = World(refuse=lambda seat: "503" if len(seat.identity) > len("listener-0") else "")
    outcome = perform(world, Lecture(receivers=40).plan(), GUARDED)
    assert "participants failed, the last one with: 503" in outcome.stopped
    assert len(outcome.failures) < 10


def test_rooms_are_made_before_anybody_comes() -> None:
    world = World(refuse=lambda _: "" if world.prepared else "no such room")
    plan = CLASS.plan()
    assert not perform(world, plan).failures
    assert world.prepared == [plan]


def test_phases_add_up_to_the_length_of_the_run() -> None:
    plan = Lecture(receivers=11).plan()
    assert sum(phase.seconds for phase in phases(plan, OPTIONS)) == pytest.approx(12 * 0.1 + 1 + 1 + 2 * 3 + 1)
    guarded = sum(phase.seconds for phase in phases(plan, GUARDED))
    assert guarded == pytest.approx(12 / 10 + 3 * 3 + 1 + 1 + 2 * 3 + 1)


def test_nothing_is_due_from_other_rooms() -> None:
    seats = (Seat("a", "a0", CLASS.plan().seats[0].sends), Seat("b", "b0"))
    outcome = perform(World(), Plan("two", "Two rooms", seats))
    assert not outcome.failures
    assert outcome.windows[0].expected == 0
