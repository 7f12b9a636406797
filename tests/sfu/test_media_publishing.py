"""A client's tracks arrive: announced, negotiated, live, muted, gone."""

import pytest

from sfu.negotiation import sdp
from sfu.plane.model import Codec
from sfu.ports import LayerInfo, LiveTrack
from tests.sfu.fakes import Ear, Request, Sent, Wish, first_packet, layer_figures, offer, video_figures, voice_figures
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"


async def test_an_announced_track_gets_its_publication_with_the_answer(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    description = teacher.peer.answer(offer(Sent("audio", "mic"), Sent("video", "cam", simulcast=True)))
    (handle,) = unit.plane.named("add_publication")[0]
    publication = unit.plane.publications[handle]
    assert description.mids == {"1": CAM}
    assert publication.mid == "1" and not publication.audio
    assert [layer.rid for layer in publication.layers] == ["q", "h", "f"]
    assert publication.payload_types[0].codec is Codec.VP8
    assert sdp.parse(description.sdp).sections[1].direction == "recvonly"


async def test_a_track_is_live_with_its_first_packet_and_only_then(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    teacher.peer.answer(offer(Sent("video", "cam", simulcast=True)))
    (publication,) = unit.plane.publications.values()
    await unit.heard()
    assert teacher.ear.heard == []
    unit.deliver(first_packet(publication, layer=0))
    unit.deliver(first_packet(publication, layer=1))
    await unit.heard()
    layers = [LayerInfo("q", 1000, 0, 0), LayerInfo("h", 0, 0, 0), LayerInfo("f", 0, 0, 0)]
    assert teacher.ear.named("track_live") == [(LiveTrack(CAM, "0", "video/VP8", layers),)]


async def test_an_announcement_may_come_after_the_offer(unit: Unit, teacher: Client) -> None:
    teacher.peer.answer(offer(Sent("audio", "mic")))
    assert unit.plane.named("add_publication") == []
    teacher.peer.announce(Request(MIC, ("mic",), "audio"))
    assert len(unit.plane.named("add_publication")) == 1


async def test_a_section_that_falls_silent_ends_its_track(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    unit.plane.commands.clear()
    teacher.peer.answer(offer(Sent("audio", "mic"), Sent("video", "cam", active=False)))
    await unit.heard()
    assert teacher.ear.named("track_gone") == [(CAM,)]
    removals = [name for name, *_ in unit.plane.commands if name.startswith("remove")]
    assert removals == ["remove_subscription", "remove_publication"]
    assert not pupil.peer.subscribe(CAM, "PA_teacher|camera")


async def test_a_later_offer_changes_the_publication_in_place(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    teacher.peer.answer(offer(Sent("video", "cam", simulcast=True)))
    handle = next(iter(unit.plane.publications))
    teacher.peer.answer(offer(Sent("video", "cam", simulcast=True)))
    assert unit.plane.named("set_publication") == []
    teacher.peer.answer(offer(Sent("video", "cam")))
    assert unit.plane.named("set_publication") == [(handle,)]
    assert len(unit.plane.publications[handle].layers) == 1


async def test_receivers_choose_anew_when_the_layers_are_others(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    pupil.peer.wish(CAM, Wish(quality="low"))
    unit.run(1.0)
    (handle,) = unit.plane.subscriptions
    assert unit.plane.named("select")[-1] == (handle, 0, 7)
    unit.plane.commands.clear()
    teacher.peer.answer(offer(Sent("audio", "mic"), Sent("video", "cam")))
    unit.run(0.1)
    assert unit.plane.named("select") == [(handle, 0, 7)]


async def test_an_offer_that_is_no_sdp_is_refused_and_changes_nothing(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    with pytest.raises(ValueError):
        teacher.peer.answer("nonsense")
    assert unit.plane.commands == []


async def test_an_ice_restart_is_answered_with_new_credentials(unit: Unit, teacher: Client) -> None:
    first = sdp.parse(teacher.peer.answer(offer(Sent("audio", "mic"))).sdp)
    again = sdp.parse(teacher.peer.answer(offer(Sent("audio", "mic"))).sdp)
    restarted = sdp.parse(teacher.peer.answer(offer(Sent("audio", "mic"), ufrag="other")).sdp)
    assert first.sections[0].ufrag == again.sections[0].ufrag != restarted.sections[0].ufrag
    assert first.version < again.version < restarted.version


async def test_a_mute_that_comes_before_the_offer_is_remembered(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(MIC, ("mic",), "audio"))
    teacher.peer.mute(MIC, True)
    teacher.peer.answer(offer(Sent("audio", "mic")))
    handle = next(iter(unit.plane.publications))
    assert unit.plane.named("pause_publication") == [(handle, True)]
    teacher.peer.mute(MIC, False)
    teacher.peer.mute(MIC, False)
    assert unit.plane.named("pause_publication") == [(handle, True), (handle, False)]


async def test_the_server_can_end_a_track_and_says_nothing_back(unit: Unit, teacher: Client) -> None:
    teacher.publish()
    teacher.peer.unpublish(CAM)
    teacher.peer.unpublish("TR_unknown")
    await unit.heard()
    assert len(unit.plane.named("remove_publication")) == 1
    assert teacher.ear.named("track_gone") == []


async def test_the_tracks_go_with_their_transport(unit: Unit, teacher: Client) -> None:
    teacher.publish()
    unit.connections[0].opened[0].listener.closed()
    await unit.heard()
    assert teacher.ear.named("track_gone") == [(MIC,), (CAM,)]
    assert teacher.ear.named("transport_changed") == [("publisher", "closed")]
    assert unit.plane.publications == {}


async def test_a_packet_of_a_track_that_is_leaving_is_no_news(unit: Unit, teacher: Client) -> None:
    teacher.peer.announce(Request(MIC, ("mic",), "audio"))
    teacher.peer.answer(offer(Sent("audio", "mic")))
    (publication,) = unit.plane.publications.values()
    teacher.peer.unpublish(MIC)
    unit.deliver(first_packet(publication))
    unit.connections[0].acknowledge()
    unit.deliver(first_packet(publication))
    await unit.heard()
    assert teacher.ear.heard == []


async def test_messages_of_the_client_arrive_by_the_label_of_their_channel(unit: Unit, teacher: Client) -> None:
    teacher.peer.answer(offer(Sent("audio", "mic")))
    ear = unit.connections[0].opened[0].listener
    ear.message("_reliable", b"one")
    ear.message("_lossy", b"two")
    ear.message("other", b"three")
    await unit.heard()
    assert teacher.ear.heard == [("data_received", "reliable", b"one"), ("data_received", "lossy", b"two")]


async def test_a_client_without_transport_wide_feedback_is_told_its_limit(unit: Unit, teacher: Client) -> None:
    teacher.publish(transport_cc=False)
    unit.run(1.5)
    assert [limit for _, limit in unit.plane.named("limit_publisher")] == [4_000_000]
    lossy = video_figures(*[layer_figures(packets=1000, lost=400)] * 3)
    for handle, publication in unit.plane.publications.items():
        if not publication.audio:
            unit.plane.publication_figures[handle] = lossy
    unit.run(1.5)
    assert unit.plane.named("limit_publisher")[-1][1] < 4_000_000
    teacher.peer.answer(offer(Sent("audio", "mic"), Sent("video", "cam", simulcast=True), transport_cc=True))
    unit.run(3.0)
    assert unit.plane.named("limit_publisher")[-1][1] == 0


async def test_a_client_with_transport_wide_feedback_is_not(unit: Unit, teacher: Client) -> None:
    teacher.publish(transport_cc=True)
    unit.run(3.0)
    assert unit.plane.named("limit_publisher") == []


async def test_unused_layers_are_reported_after_a_while_and_used_ones_at_once(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.receive(CAM)
    pupil.peer.wish(CAM, Wish(quality="low"))
    unit.run(4.5)
    await unit.heard()
    assert teacher.ear.named("layers_wanted") == []
    unit.run(1.0)
    await unit.heard()
    assert teacher.ear.named("layers_wanted") == [(CAM, {"low": True, "medium": False, "high": False})]
    unit.run(0.1)
    pupil.peer.wish(CAM, Wish(quality="high"))
    unit.run(0.1)
    await unit.heard()
    assert teacher.ear.named("layers_wanted")[1:] == [(CAM, {"low": True, "medium": True, "high": True})]


async def test_speakers_are_reported_to_the_room_loudest_first(unit: Unit) -> None:
    ear = Ear()
    room = unit.service.open_room(ear, lane=0)
    for name, level in (("quiet", 30), ("loud", 10), ("silent", 127)):
        client = Client(unit, room, name)
        client.publish()
        microphone = unit.plane.named("add_publication")[-2][0]
        unit.plane.publication_figures[microphone] = voice_figures(level, 0 if level == 127 else 400)
    unit.run(0.5)
    (levels,) = ear.named("speakers_changed")[0]
    assert list(levels) == ["TR_loud_mic", "TR_quiet_mic"]


async def test_a_muted_microphone_does_not_speak(unit: Unit) -> None:
    ear = Ear()
    client = Client(unit, unit.service.open_room(ear, lane=0), "teacher")
    client.publish()
    microphone = unit.plane.named("add_publication")[0][0]
    unit.plane.publication_figures[microphone] = voice_figures(10, 400)
    client.peer.mute(MIC, True)
    unit.run(2.0)
    assert ear.heard == []
