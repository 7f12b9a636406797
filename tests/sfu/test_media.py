"""Rooms on lanes: who is where, moves, figures, and who closes whom."""

import asyncio
import json

import pytest

from sfu.media import Room
from tests.sfu.fakes import Ear, Request, Sent, Wish, answer, offer, voice_figures
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"
STREAM = "PA_teacher|camera"


async def test_a_room_opens_on_the_least_loaded_lane(unit: Unit) -> None:
    first = unit.service.open_room(Ear())
    second = unit.service.open_room(Ear())
    assert {first.lane, second.lane} == {0, 1}
    teacher, pupil = Client(unit, first, "teacher"), Client(unit, first, "pupil")
    if first.lane == 0:
        teacher.publish()
        pupil.receive(MIC, CAM)
    assert unit.service.open_room(Ear()).lane == second.lane
    assert unit.service.open_room(Ear(), lane=0).lane == 0


async def test_a_moved_peer_keeps_its_tracks_and_loses_its_subscriptions(
    unit: Unit, room: Room, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.publish()
    teacher.receive("TR_pupil_mic")
    pupil.receive(MIC, CAM)
    ear = Ear()
    breakout = unit.service.open_room(ear, lane=0)
    other = Client(unit, breakout, "other")
    unit.plane.commands.clear()
    breakout.adopt("PA_moved", teacher.peer)
    assert unit.plane.subscriptions == {}
    assert len(unit.plane.publications) == 4
    assert {name for name, *_ in unit.plane.commands} == {"remove_subscription"}
    await unit.heard()
    assert teacher.ear.named("offer_needed") and pupil.ear.named("offer_needed")
    assert not pupil.peer.subscribe(CAM, STREAM)
    other.receive(MIC, CAM)
    assert len(unit.plane.subscriptions) == 2
    microphone = next(each.publication for each in unit.plane.publications.values() if each.audio)
    unit.plane.publication_figures[microphone] = voice_figures(10, 400)
    unit.run(0.5)
    assert {track for (levels,) in ear.named("speakers_changed") for track in levels} == {MIC}
    room.close()
    assert not teacher.peer.closed and pupil.peer.closed


async def test_a_peer_cannot_move_to_another_lane_nor_when_closed(unit: Unit, room: Room, teacher: Client) -> None:
    with pytest.raises(ValueError):
        unit.service.open_room(Ear(), lane=1).adopt("PA_moved", teacher.peer)
    teacher.peer.close()
    with pytest.raises(ValueError):
        unit.service.open_room(Ear(), lane=0).adopt("PA_moved", teacher.peer)


async def test_a_leaving_peer_takes_its_tracks_from_the_others(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    await unit.heard()
    pupil.ear.heard.clear()
    teacher.peer.close()
    teacher.peer.close()
    await unit.heard()
    assert unit.plane.publications == unit.plane.subscriptions == {}
    assert pupil.ear.named("offer_needed") == [()]
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


async def test_a_connection_is_lost_only_when_its_transport_failed(unit: Unit, teacher: Client) -> None:
    teacher.publish()
    unit.run(10.0)
    assert teacher.peer.quality() == 5.0
    unit.connections[0].opened[0].listener.failed()
    unit.run(2.1)
    assert teacher.peer.quality() == 0.0
    await unit.heard()
    assert teacher.ear.named("transport_changed") == [("publisher", "failed")]


async def test_figures_are_for_people_and_for_machines(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    pupil.peer.wish(CAM, Wish(quality="low"))
    unit.run(1.0)
    sent = json.loads(json.dumps(teacher.peer.stats()))["sent"]
    received = json.loads(json.dumps(pupil.peer.stats()))["received"]
    assert [(each["track"], each["kind"], len(each["layers"])) for each in sent] == [
        (MIC, "audio", 1),
        (CAM, "video", 3),
    ]
    assert [(each["track"], each["kind"]) for each in received] == [(MIC, "audio"), (CAM, "video")]
    assert unit.service.counters() == {"rtp_in": 14, "stun_in": 6}
    assert unit.service.gauges() == {"rooms": 1, "peers": 2, "tracks": 2, "subscriptions": 2}


async def test_a_room_whose_decisions_fail_does_not_stop_the_others(
    unit: Unit, teacher: Client, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Ear):
        def speakers_changed(self, levels: object) -> None:
            raise RuntimeError("a mistake")

    broken = Client(unit, unit.service.open_room(Broken(), lane=0), "broken")
    ear = Ear()
    sound = Client(unit, unit.service.open_room(ear, lane=0), "sound")
    for client in (broken, sound):
        client.publish()
        microphone = unit.plane.named("add_publication")[-2][0]
        unit.plane.publication_figures[microphone] = voice_figures(10, 400)
    unit.run(0.5)
    assert "decisions of room" in caplog.text
    assert ear.named("speakers_changed")
