"""Peers that are shown in other rooms of their lane: received, heard, counted, and hidden again."""

from collections.abc import Mapping

import pytest

from sfu.media import Room
from sfu.plane.model import PublicationStats
from tests.sfu.fakes import Ear, Wish, voice_figures
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"
STREAM = "PA_guest|camera"


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def group(unit: Unit, ear: Ear) -> Room:
    return unit.service.open_room(ear, lane=0)


@pytest.fixture
def other(unit: Unit, group: Room) -> Client:
    return Client(unit, group, "other")


async def test_a_shown_peer_is_received_in_both_rooms(
    unit: Unit, teacher: Client, pupil: Client, group: Room, other: Client
) -> None:
    teacher.publish()
    assert not other.peer.subscribe(CAM, STREAM)
    group.show(teacher.peer)
    other.receive(MIC, CAM)
    pupil.receive(MIC, CAM)
    assert len(unit.plane.subscriptions) == 4 and len(unit.plane.publications) == 2
    other.publish()
    assert not teacher.peer.subscribe("TR_other_mic", STREAM)


async def test_tracks_that_come_later_are_shown_as_well(teacher: Client, group: Room, other: Client) -> None:
    group.show(teacher.peer)
    teacher.publish()
    assert other.peer.subscribe(MIC, STREAM)


async def test_hiding_ends_what_that_room_receives(
    unit: Unit, teacher: Client, pupil: Client, group: Room, other: Client
) -> None:
    teacher.publish()
    group.show(teacher.peer)
    other.receive(MIC, CAM)
    pupil.receive(MIC, CAM)
    await unit.heard()
    other.ear.heard.clear()
    group.hide(teacher.peer)
    group.hide(teacher.peer)
    await unit.heard()
    assert len(unit.plane.subscriptions) == 2
    assert other.ear.named("offer_needed") == [(False,)] and other.negotiate().mids == {}
    assert not other.peer.subscribe(CAM, STREAM)


async def test_a_track_may_come_back_in_the_next_offer(
    teacher: Client, pupil: Client, group: Room, other: Client
) -> None:
    """Who moves to a room where the same peer is shown gets the same track again, in another section."""
    teacher.publish()
    group.show(teacher.peer)
    pupil.receive(CAM)
    before = pupil.peer.offer().mids
    group.adopt("PA_moved", pupil.peer)
    assert pupil.peer.subscribe(CAM, STREAM)
    after = pupil.negotiate().mids
    assert list(after.values()) == [CAM] and after.keys().isdisjoint(before.keys())


async def test_a_voice_is_heard_in_the_other_room(unit: Unit, teacher: Client, group: Room, ear: Ear) -> None:
    teacher.publish()
    group.show(teacher.peer)
    microphone = next(each.publication for each in unit.plane.publications.values() if each.audio)
    unit.plane.publication_figures[microphone] = voice_figures(10, 400)
    unit.run(1.0)
    assert speaking(ear) == {MIC}
    teacher.peer.mute(MIC, True)
    unit.run(1.0)
    assert speaking(ear) == set()


async def test_a_voice_is_read_once_however_many_rooms_hear_it(
    unit: Unit, teacher: Client, group: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading starts the next window of levels: who reads more often hears less."""
    teacher.publish()
    microphone = next(each.publication for each in unit.plane.publications.values() if each.audio)
    reads: list[int] = []
    read = unit.plane.publication_stats

    def count(handle: int) -> PublicationStats | None:
        reads.append(handle)
        return read(handle)

    monkeypatch.setattr(unit.plane, "publication_stats", count)
    unit.run(4.0)
    alone = reads.count(microphone)
    reads.clear()
    group.show(teacher.peer)
    unit.run(4.0)
    assert reads.count(microphone) == alone > 0


def speaking(ear: Ear) -> set[str]:
    levels: dict[str, float] = {}
    changes: list[Mapping[str, float]] = [change for (change,) in ear.named("speakers_changed")]
    for change in changes:
        levels.update(change)
    return {track for track, level in levels.items() if level}


async def test_the_layers_that_only_another_room_wants_stay_on(
    unit: Unit, teacher: Client, pupil: Client, group: Room, other: Client
) -> None:
    teacher.publish()
    group.show(teacher.peer)
    pupil.receive(CAM)
    other.receive(CAM)
    pupil.peer.wish(CAM, Wish(quality="low"))
    unit.run(6.0)
    await unit.heard()
    assert teacher.ear.named("layers_wanted") == []
    other.peer.wish(CAM, Wish(quality="medium"))
    unit.run(6.0)
    await unit.heard()
    assert teacher.ear.named("layers_wanted") == [(CAM, {"low": True, "medium": True, "high": False})]


@pytest.mark.parametrize("first", ["peer", "room"])
async def test_whichever_closes_first_the_other_goes_on(
    unit: Unit, teacher: Client, pupil: Client, group: Room, other: Client, first: str
) -> None:
    teacher.publish()
    group.show(teacher.peer)
    other.receive(CAM)
    pupil.receive(CAM)
    if first == "peer":
        teacher.peer.close()
        assert unit.plane.publications == unit.plane.subscriptions == {}
        group.hide(teacher.peer)
        unit.run(1.0)
        group.close()
    else:
        group.close()
        assert len(unit.plane.subscriptions) == 1
        group.hide(teacher.peer)
        unit.run(1.0)
        assert not teacher.peer.closed


async def test_a_peer_is_not_shown_on_another_lane_nor_when_closed(unit: Unit, teacher: Client, group: Room) -> None:
    with pytest.raises(ValueError):
        unit.service.open_room(Ear(), lane=1).show(teacher.peer)
    teacher.peer.close()
    with pytest.raises(ValueError):
        group.show(teacher.peer)
