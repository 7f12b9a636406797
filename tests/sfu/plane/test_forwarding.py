"""Who gets what: stories of publishers and receivers around a plane in virtual time."""

import struct

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket

from sfu.plane.model import ExtensionIds, FirstPacket, Layer, PayloadType, Publication, SrtpProfile, Subscription
from tests.sfu.plane.peers import VP8, Rtp, World, vp8
from tests.sfu.plane.stage import MID, VIDEO_SSRC, call, feedback, frame, voice


def test_everybody_hears_and_sees_the_sender() -> None:
    world, sender, receivers = call(3)
    world.send(sender, frame(0, key=True))
    world.send(sender, voice(0, 30))
    for peer in receivers:
        video, audio = world.take(peer)
        assert (video.payload_type, audio.payload_type) == (96, 111)
        assert audio.payload == b"opus0"
        assert audio.extensions[4] == bytes([30])
        assert set(video.extensions) == {5, 6}
    assert world.take(sender) == []


@pytest.mark.parametrize("profile", list(SrtpProfile))
def test_profiles_may_differ_between_sender_and_receiver(profile: SrtpProfile) -> None:
    world = World()
    sender = world.join(1)
    receiver = world.join(2, profile)
    world.audio(sender)
    world.subscribe(receiver, 2, 5)
    world.send(sender, voice(0))
    assert [packet.payload for packet in world.take(receiver)] == [b"opus0"]


def test_a_receiver_gets_its_own_payload_and_extension_numbers() -> None:
    world, sender, _ = call(0)
    receiver = world.join(7)
    world.plane.set_extensions(7, ExtensionIds(transport_cc=11, video_orientation=12))
    types = (PayloadType(VP8.codec, 120, 121),)
    world.plane.add_subscription(Subscription(5, 1, 7, 77, types, 78))
    world.plane.select(5, 0)
    packet = frame(0, key=True)
    world.send(sender, Rtp(96, 0, 0, VIDEO_SSRC, packet.payload, True, MID | {7: b"\x02"}))
    world.send(sender, frame(1))
    first, second = world.take(receiver)
    assert (first.payload_type, first.ssrc, first.extensions[12]) == (120, 77, b"\x02")
    assert set(second.extensions) == {11}
    assert first.extensions[11] != second.extensions[11]


def test_the_first_packet_makes_the_track_live_once() -> None:
    world, sender, _ = call()
    world.send(sender, frame(0))
    world.send(sender, frame(1))
    assert [event for event in world.plane.poll() if isinstance(event, FirstPacket)] == [
        FirstPacket(1, 0, VIDEO_SSRC, 96, VP8.codec)
    ]


def test_an_ssrc_is_remembered_when_mid_and_rid_stop_coming() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q", "h"))
    world.subscribe(receiver, 1, 5, 1)
    world.send(sender, Rtp(96, 0, 0, 0xC1, vp8(0, key=True), True, MID | {2: b"h"}))
    world.send(sender, Rtp(96, 1, 3000, 0xC1, vp8(1), True))
    world.send(sender, Rtp(96, 0, 0, 0xC9, vp8(0, key=True), True))
    assert len(world.take(receiver)) == 2
    assert world.plane.counters()["drop_ssrc_unknown"] == 1


def test_declared_ssrcs_need_no_extension() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    layers = (Layer("", 0xD0, 0xD1),)
    world.plane.add_publication(Publication(1, 1, "0", False, (VP8,), layers))
    world.plane.add_publication(Publication(3, 1, "3", False, (VP8,), (Layer("", 0xE0),)))
    world.subscribe(receiver, 1, 5)
    world.send(sender, Rtp(96, 0, 0, 0xD0, vp8(0, key=True), True))
    world.send(sender, Rtp(96, 1, 0, 0xE0, vp8(0, key=True), True))
    assert len(world.take(receiver)) == 1


def test_an_early_receiver_report_tells_the_sender_that_its_ssrc_is_known() -> None:
    world, sender, _ = call()
    world.pass_time(0.5)
    world.send(sender, frame(0, key=True))
    world.pass_time(0.05)
    reports = [p for data in world.take_rtcp(sender) for p in RtcpPacket.parse(data) if isinstance(p, RtcpRrPacket)]
    assert [report.ssrc for packet in reports for report in packet.reports] == [VIDEO_SSRC]


def test_a_sender_that_restarts_with_a_new_ssrc_goes_on() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(500))
    world.now += 1.0
    world.send(sender, Rtp(111, 9, 77, 0xB7, b"again", False, {1: b"1"}))
    first, second = world.take(receiver)
    assert second.sequence == first.sequence + 1
    assert second.timestamp - first.timestamp == 48000


def test_key_frame_requests_of_a_class_become_one() -> None:
    world, sender, receivers = call(5)
    world.send(sender, frame(0))
    world.pass_time(0.1)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 1
    world.send(sender, frame(1, key=True))
    world.pass_time(1.0)
    assert feedback(world, sender, RtcpPsfbPacket, 1) == []
    for index, peer in enumerate(receivers):
        world.send_rtcp(peer, struct.pack("!BBHII", 0x81, 206, 2, 1, 0x1000 + 20 * (index + 1)))
    fir = struct.pack("!BBHIIII", 0x84, 206, 4, 1, 0, 0x1000 + 20, 0x01000000)
    world.send_rtcp(receivers[0], fir)
    world.pass_time(1.0)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 1
    stats = world.plane.subscription_stats(10)
    assert stats is not None
    assert stats.plis_received == 2


def test_a_key_frame_is_asked_for_again_while_somebody_waits() -> None:
    world, sender, _ = call()
    world.send(sender, frame(0))
    world.pass_time(0.5)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 4, "the first few soon"
    world.pass_time(10.0)
    assert 19 <= len(feedback(world, sender, RtcpPsfbPacket, 1)) <= 21, "then two a second"
    world.plane.pause_publication(1, True)
    world.pass_time(2.0)
    assert feedback(world, sender, RtcpPsfbPacket, 1) == []


def test_python_may_ask_for_a_key_frame() -> None:
    world, sender, _ = call(0)
    world.send(sender, frame(0))
    world.plane.request_key_frame(1, 0)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 1
