"""Rooms on lanes: who is where, moves and figures."""

import json

import pytest

from sfu.media import Room
from tests.sfu.fakes import Ear, Wish, voice_figures
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"
STREAM = "PA_teacher|camera"


async def test_a_room_opens_on_the_least_loaded_lane(unit: Unit) -> None:
    busy = unit.service.open_room(Ear(), lane=0)
    teacher, pupil = Client(unit, busy, "teacher"), Client(unit, busy, "pupil")
    teacher.publish()
    pupil.receive(MIC, CAM)
    assert [unit.service.open_room(Ear()).lane for _ in range(2)] == [1, 1]
    pupil.peer.close()
    assert unit.service.open_room(Ear()).lane == 0
    assert unit.service.open_room(Ear(), lane=1).lane == 1


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


async def test_nobody_sends_more_data_while_somebody_is_far_behind(
    unit: Unit, room: Room, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.receive(MIC)
    sending, receiving = unit.connections[0].opened
    receiving.backlog = 1_000_000
    unit.run(0.1)
    assert sending.held
    receiving.backlog = 0
    unit.run(0.1)
    assert not sending.held
    receiving.backlog = 1_000_000
    unit.run(9.0)
    assert sending.held
    unit.run(2.0)
    assert not sending.held, "it was waited for long enough"
