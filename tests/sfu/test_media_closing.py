"""Who closes whom (ARCHITECTURE.md, "Owners and closing order"): from the top down, each by its owner only."""

import asyncio

import pytest

from sfu.media import Room
from tests.sfu.fakes import Ear, Request, Sent, Wish, answer, offer
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"
STREAM = "PA_teacher|camera"


async def test_a_leaving_peer_takes_its_tracks_from_the_others(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    await unit.heard()
    pupil.ear.heard.clear()
    teacher.peer.close()
    teacher.peer.close()
    await unit.heard()
    assert unit.plane.publications == unit.plane.subscriptions == {}
    assert pupil.ear.named("offer_needed") == [(False,)]
    assert pupil.negotiate().mids == {}
    assert unit.service.gauges() == {"rooms": 1, "peers": 1, "tracks": 0, "subscriptions": 0}


async def test_closing_goes_from_the_top_down(unit: Unit, room: Room, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    unit.plane.commands.clear()
    await unit.close()
    names = [name for name, *_ in unit.plane.commands]
    last_removal = max(index for index, name in enumerate(names) if name.startswith("remove"))
    assert names.index("remove_publication") > max(i for i, name in enumerate(names) if name == "remove_subscription")
    assert names.index("close_transport") > last_removal
    assert room.closed and teacher.peer.closed and pupil.peer.closed
    assert unit.connections[0].closed and unit.plane.stopped
    assert unit.tasks == set()


async def test_a_thread_ends_only_after_it_has_acknowledged_every_removal(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    closing = asyncio.get_running_loop().create_task(unit.service.close())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not closing.done() and not unit.plane.stopped
    unit.connections[0].acknowledge()
    await closing
    assert unit.plane.stopped


async def test_nobody_hears_anything_after_closing(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC)
    await unit.heard()
    heard = list(pupil.ear.heard)
    pupil.peer.unsubscribe(MIC)
    listener = unit.connections[0].opened[1].listener
    pupil.peer.close()
    listener.message("_reliable", b"late")
    listener.closed()
    await unit.heard()
    assert pupil.ear.heard == heard


async def test_a_closed_peer_does_nothing_any_more(unit: Unit, room: Room, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC)
    offered = pupil.peer.offer()
    room.close()
    unit.plane.commands.clear()
    for refused in (
        lambda: teacher.peer.answer(offer(Sent("audio", "mic"))),
        lambda: pupil.peer.offer(),
        lambda: pupil.peer.accept_answer(answer(offered.sdp)),
    ):
        with pytest.raises(ValueError):
            refused()
    assert not pupil.peer.subscribe(CAM, STREAM)
    pupil.peer.unsubscribe(MIC)
    pupil.peer.wish(MIC, Wish(disabled=True))
    teacher.peer.announce(Request("TR_new", ("mic",), "audio"))
    teacher.peer.mute(MIC, True)
    teacher.peer.unpublish(MIC)
    room.close()
    assert unit.plane.commands == []


async def test_a_room_that_closes_in_the_middle_of_a_round_is_passed_over(
    unit: Unit, room: Room, teacher: Client, caplog: pytest.LogCaptureFixture
) -> None:
    other = unit.service.open_room(Ear(), lane=0)
    pupil = Client(unit, other, "pupil")
    pupil.publish()
    round_of_decisions = unit.service.steps(unit.now)
    next(round_of_decisions)
    other.close()
    assert list(round_of_decisions) == []
    assert "decisions of room" not in caplog.text
