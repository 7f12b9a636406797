"""A client gets others' tracks: subscribed, offered, accepted, selected, paused, dropped."""

import asyncio

import pytest

from sfu.core.selection import NO_LAYER
from sfu.media import Room
from sfu.negotiation import sdp
from sfu.negotiation.subscriber import AT_ONCE
from sfu.ports import Channel
from sfu.receiving import VIDEO_SILENCE, VOICE_SILENCE
from tests.sfu.fakes import (
    THREE_LAYERS,
    Ear,
    Request,
    Sent,
    Wish,
    answer,
    first_packet,
    layer_figures,
    offer,
    subscription_figures,
    transport_figures,
    video_figures,
)
from tests.sfu.unit import Client, Unit

MIC, CAM = "TR_teacher_mic", "TR_teacher_cam"
STREAM = "PA_teacher|camera"


def camera_of(unit: Unit) -> int:
    return next(handle for handle, publication in unit.plane.publications.items() if not publication.audio)


def subscription_to(unit: Unit, publication: int) -> int:
    return next(h for h, each in unit.plane.subscriptions.items() if each.publication == publication)


async def test_only_live_tracks_of_the_room_can_be_subscribed(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    teacher.peer.answer(offer(Sent("video", "cam")))
    assert not pupil.peer.subscribe(CAM, STREAM)
    unit.deliver(first_packet(unit.plane.publications[camera_of(unit)]))
    assert pupil.peer.subscribe(CAM, STREAM)
    assert pupil.peer.subscribe(CAM, STREAM)
    assert not teacher.peer.subscribe(CAM, STREAM)
    elsewhere = Client(unit, unit.service.open_room(teacher.ear, lane=0), "other")
    assert not elsewhere.peer.subscribe(CAM, STREAM)


async def test_an_offer_is_asked_for_once_until_it_is_made(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.peer.subscribe(MIC, STREAM)
    pupil.peer.subscribe(CAM, STREAM)
    assert pupil.ear.heard == []  # never from inside the call
    await unit.heard()
    assert pupil.ear.named("offer_needed") == [(True,)]
    description = pupil.peer.offer()
    assert set(description.mids.values()) == {MIC, CAM}
    pupil.peer.unsubscribe(MIC)
    pupil.peer.unsubscribe(CAM)
    await unit.heard()
    assert pupil.ear.named("offer_needed") == [(True,), (False,)]


async def test_of_a_large_room_what_can_be_heard_or_seen_comes_first(unit: Unit, room: Room, pupil: Client) -> None:
    others = [Client(unit, room, f"o{number}") for number in range(AT_ONCE)]
    voices, cameras = ({f"TR_{other.name}_{kind}" for other in others} for kind in ("mic", "cam"))
    for other in others:
        other.publish()
        other.peer.mute(f"TR_{other.name}_mic", True)
        for track in (f"TR_{other.name}_mic", f"TR_{other.name}_cam"):
            pupil.peer.subscribe(track, STREAM)
    first = pupil.negotiate()
    assert set(first.mids.values()) == cameras
    await unit.heard()
    assert pupil.ear.named("offer_needed") == [(False,), (True,), (False,)], "nobody waits for voices that are muted"
    others[0].peer.mute("TR_o0_mic", False)
    await unit.heard()
    assert pupil.ear.named("offer_needed")[3:] == [(True,)]
    assert set(pupil.negotiate().mids.values()) == cameras | voices


async def test_a_subscription_begins_when_the_client_accepts(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.peer.subscribe(CAM, STREAM)
    description = pupil.peer.offer()
    assert unit.plane.subscriptions == {}
    pupil.peer.accept_answer(answer(description.sdp))
    ((handle, subscription),) = unit.plane.subscriptions.items()
    section = sdp.parse(description.sdp).sections[1]
    assert subscription.publication == camera_of(unit)
    assert (subscription.ssrc, subscription.rtx_ssrc) == section.source_groups[0].ssrcs
    assert unit.plane.named("select") == []  # a key frame sent now would be lost
    pupil.connect()
    assert unit.plane.named("select") == [(handle, 2, 7)]


async def test_a_refused_section_carries_nothing(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.peer.subscribe(CAM, STREAM)
    pupil.negotiate(refuse=("1",))
    assert unit.plane.subscriptions == {}
    assert unit.plane.named("select") == []


async def test_who_unsubscribes_before_answering_gets_nothing(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.peer.subscribe(CAM, STREAM)
    description = pupil.peer.offer()
    pupil.peer.unsubscribe(CAM)
    pupil.peer.accept_answer(answer(description.sdp))
    assert unit.plane.named("add_subscription") == []
    assert pupil.negotiate().mids == {}


async def test_a_track_that_comes_back_has_other_numbers(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    ssrcs = set()
    for _ in range(3):
        pupil.receive(CAM)
        ssrcs |= {(each.ssrc, each.rtx_ssrc) for each in unit.plane.subscriptions.values()}
        pupil.peer.unsubscribe(CAM)
        pupil.negotiate()
    assert len(ssrcs) == 3


async def test_one_who_changes_its_mind_twice_ends_with_one_subscription(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.peer.subscribe(CAM, STREAM)
    first = pupil.peer.offer()
    pupil.peer.unsubscribe(CAM)
    pupil.peer.subscribe(CAM, STREAM)
    pupil.peer.accept_answer(answer(first.sdp))
    second = pupil.negotiate()
    (subscription,) = unit.plane.subscriptions.values()
    mid = next(mid for mid, track in second.mids.items() if track == CAM)
    section = next(each for each in sdp.parse(second.sdp).sections if each.mid == mid)
    assert subscription.ssrc == section.source_groups[0].ssrcs[0]


async def test_one_who_comes_back_while_an_offer_is_out_is_received_once(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    """The answer is to an offer of the old numbers, which cannot begin anew."""
    teacher.publish()
    pupil.receive(CAM)
    before = unit.plane.subscriptions[subscription_to(unit, camera_of(unit))].ssrc
    pupil.peer.subscribe(MIC, STREAM)
    offered = pupil.peer.offer()
    pupil.peer.unsubscribe(CAM)
    pupil.peer.subscribe(CAM, STREAM)
    pupil.peer.accept_answer(answer(offered.sdp))
    pupil.negotiate()
    assert len(unit.plane.subscriptions) == 2
    assert unit.plane.subscriptions[subscription_to(unit, camera_of(unit))].ssrc != before


async def test_an_answer_that_cannot_be_used_is_refused(unit: Unit, teacher: Client, pupil: Client) -> None:
    with pytest.raises(ValueError):
        pupil.peer.accept_answer(offer(Sent("audio", "mic")))
    teacher.publish()
    pupil.peer.subscribe(CAM, STREAM)
    description = pupil.peer.offer()
    with pytest.raises(ValueError):
        pupil.peer.accept_answer("nonsense")
    pupil.peer.accept_answer(answer(description.sdp))
    assert len(unit.plane.subscriptions) == 1


async def test_an_ice_restart_offers_new_credentials(unit: Unit, pupil: Client) -> None:
    ufrags = [
        sdp.parse(pupil.peer.offer(restart_ice=restart).sdp).sections[0].ufrag for restart in (False, False, True)
    ]
    assert ufrags[0] == ufrags[1] != ufrags[2]


async def test_a_wish_selects_a_layer_once(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    unit.plane.commands.clear()
    pupil.peer.wish(CAM, Wish(width=320, height=180, fps=15))
    unit.run(2.0)
    handle = subscription_to(unit, camera_of(unit))
    assert unit.plane.named("select") == [(handle, 0, 1)]
    pupil.peer.wish(CAM, Wish(disabled=True))
    unit.run(2.0)
    assert unit.plane.named("select")[1:] == [(handle, -1, 7)]
    await unit.heard()
    assert pupil.ear.named("stream_paused") == []


async def test_audio_flows_until_it_is_disabled(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC)
    handle = next(iter(unit.plane.subscriptions))
    pupil.peer.wish(MIC, Wish(disabled=True))
    unit.run(0.2)
    pupil.peer.wish(MIC, Wish())
    unit.run(0.2)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [0, -1, 0]
    assert {each for each, *_ in unit.plane.named("select")} == {handle}


async def test_a_layer_that_stops_is_replaced_and_comes_back(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    camera = camera_of(unit)

    def sent(*last: float) -> None:
        """The figures after each layer's newest packet came at these times."""
        layers = [layer._replace(last_packet=at) for layer, at in zip(THREE_LAYERS.layers, last, strict=True)]
        unit.plane.publication_figures[camera] = video_figures(*layers)
        unit.run(0.5)

    unit.plane.commands.clear()
    sent(9.0, 9.0, 1.0)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [1]
    sent(10.0, 10.0, 10.0)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [1]
    sent(16.0, 16.0, 16.0)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [1, 2]


async def test_a_late_layer_is_taken_when_it_comes(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.peer.announce(Request(CAM, ("cam",), "video"))
    teacher.peer.answer(offer(Sent("video", "cam", simulcast=True)))
    publication = unit.plane.publications[camera_of(unit)]
    silent = layer_figures(packets=0, bitrate=0, last=0.0)
    unit.plane.publication_figures[publication.publication] = video_figures(THREE_LAYERS.layers[0], silent, silent)
    unit.deliver(first_packet(publication, 0))
    pupil.receive(CAM)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [0]
    unit.plane.publication_figures[publication.publication] = THREE_LAYERS
    unit.deliver(first_packet(publication, 2))
    unit.run(0.1)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [0, 2]


async def test_a_link_that_is_too_thin_pauses_the_video_and_tells(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    transport = unit.connections[0].opened[1].handle
    handle = subscription_to(unit, camera_of(unit))
    unit.plane.subscription_figures[handle] = subscription_figures(bitrate=1_500_000, fraction_lost=0.05)
    unit.plane.transport_figures[transport] = transport_figures(remb=120_000, remb_at=unit.now)
    unit.run(1.0)
    await unit.heard()
    assert pupil.ear.named("stream_paused") == [(CAM, True)]
    assert unit.plane.named("select")[-1] == (handle, -1, 7)
    unit.plane.subscription_figures[handle] = subscription_figures(bitrate=0)
    unit.plane.transport_figures[transport] = transport_figures(remb=5_000_000, remb_at=unit.now + 5.0)
    unit.run(5.0)
    await unit.heard()
    assert pupil.ear.named("stream_paused") == [(CAM, True), (CAM, False)]


async def test_heavy_loss_steps_down_to_a_smaller_layer(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    handle = subscription_to(unit, camera_of(unit))
    unit.plane.transport_figures[unit.connections[0].opened[1].handle] = transport_figures()
    unit.plane.subscription_figures[handle] = subscription_figures(bitrate=1_500_000, fraction_lost=0.3)
    unit.run(0.6)
    assert unit.plane.named("select")[-1] == (handle, 1, 7)


async def test_a_muted_video_keeps_its_layer_and_costs_nothing(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    unit.plane.commands.clear()
    teacher.peer.mute(CAM, True)
    pupil.peer.wish(CAM, Wish(quality="low"))
    unit.run(1.0)
    assert unit.plane.named("select") == []
    teacher.peer.mute(CAM, False)
    unit.run(0.2)
    assert [layer for _, layer, _ in unit.plane.named("select")] == [0]


async def test_messages_go_out_by_the_label_of_their_channel(unit: Unit, pupil: Client) -> None:
    assert not pupil.peer.send_data("reliable", b"too early")
    pupil.negotiate()
    assert pupil.peer.send_data("reliable", b"one")
    assert pupil.peer.send_data("lossy", b"two")
    assert unit.connections[0].opened[0].sent == [("_reliable", b"one"), ("_lossy", b"two")]


async def test_the_server_opens_the_channels_where_the_client_receives(unit: Unit, pupil: Client) -> None:
    pupil.negotiate()
    pupil.peer.answer(offer(Sent("audio", "mic")))
    subscriber, publisher = unit.connections[0].opened
    assert subscriber.channels[:2] == ["_reliable", "_lossy"]
    assert publisher.channels == []


async def test_a_client_that_falls_silent_is_sent_nothing_until_it_is_back(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.receive(MIC, CAM)
    unit.run(1.0)
    connection = next(each for each in unit.connections[0].opened if each.channels)
    connection.checked_at = unit.now
    camera = camera_of(unit)
    microphone = next(handle for handle in unit.plane.publications if handle != camera)
    picture, voice = subscription_to(unit, camera), subscription_to(unit, microphone)

    def selected() -> list[tuple[int, int]]:
        commands, unit.plane.commands[:] = unit.plane.named("select"), []
        return [(handle, layer) for handle, layer, _ in commands]

    selected()
    unit.run(VIDEO_SILENCE - 0.5)
    assert selected() == []
    unit.run(1.0)
    assert selected() == [(picture, NO_LAYER)]
    unit.run(VOICE_SILENCE - VIDEO_SILENCE)
    assert selected() == [(voice, NO_LAYER)]
    unit.run(3.0)
    assert selected() == []
    connection.checked_at = unit.now
    unit.run(0.1)
    assert sorted(selected()) == sorted([(picture, 2), (voice, 0)])
    await unit.heard()
    assert pupil.ear.named("stream_paused") == []


async def test_a_voice_that_is_new_to_a_client_that_says_little_is_sent(
    unit: Unit, teacher: Client, pupil: Client
) -> None:
    teacher.publish()
    pupil.receive(CAM)
    connection = next(each for each in unit.connections[0].opened if each.channels)
    connection.checked_at = unit.now
    unit.run(VIDEO_SILENCE + 1.0)
    unit.plane.commands.clear()
    pupil.receive(MIC)
    unit.run(0.1)
    microphone = next(handle for handle in unit.plane.publications if handle != camera_of(unit))
    selected = [(handle, layer) for handle, layer, _ in unit.plane.named("select")]
    assert (subscription_to(unit, microphone), 0) in selected


async def test_reports_of_a_client_are_signs_of_life_as_checks_are(unit: Unit, teacher: Client, pupil: Client) -> None:
    teacher.publish()
    pupil.receive(CAM)
    connection = next(each for each in unit.connections[0].opened if each.channels)
    connection.checked_at = unit.now
    unit.plane.commands.clear()
    for _ in range(12):
        unit.run(1.0)
        figures = transport_figures()._replace(last_packet=unit.now)
        unit.plane.transport_figures[connection.handle] = figures
    assert NO_LAYER not in [layer for _, layer, _ in unit.plane.named("select")]


class Slow(Ear):
    """Whoever handles its messages takes a second for each. Notes in `told` what comes."""

    def __init__(self, unit: Unit, told: list[str]) -> None:
        super().__init__()
        self._unit = unit
        self._told = told

    def data_received(self, channel: Channel, payload: bytes) -> None:
        self._unit.now += 1.0
        self._told.append("message")

    def offer_needed(self, urgent: bool) -> None:
        self._told.append("offer")


async def test_news_do_not_wait_behind_a_heap_of_messages(unit: Unit, room: Room, teacher: Client) -> None:
    told: list[str] = []
    peer = room.join("PA_slow", Slow(unit, told))
    teacher.publish()
    for _ in range(20):
        peer.message("_reliable", b"x")
    peer.subscribe(MIC, STREAM)
    for _ in range(30):
        await asyncio.sleep(0)
    assert len(told) == 21
    assert told.index("offer") < 3
