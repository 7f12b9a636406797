"""Stories of publishers and receivers around a plane in virtual time."""

import random
import struct

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpReceiverInfo, RtcpRrPacket, RtcpRtpfbPacket, RtcpSrPacket

from sfu.plane import rtcp
from sfu.plane.model import (
    ExtensionIds,
    FirstPacket,
    Layer,
    PayloadType,
    Publication,
    Removed,
    SrtpProfile,
    Subscription,
)
from sfu.plane.twcc import ArrivalLog
from tests.sfu.plane.peers import H264, VP8, Peer, Rtp, World, vp8

MID = {1: b"0"}
VIDEO_SSRC, RTX_SSRC, AUDIO_SSRC = 0xA0, 0xA1, 0xB0


def call(receivers: int = 1) -> tuple[World, Peer, list[Peer]]:
    """Peer 1 publishes video (1) and audio (2); each receiver subscribes to both: 10 and 11, 20 and 21, ..."""
    world = World()
    sender = world.join(1)
    world.video(sender)
    world.audio(sender)
    others = [world.join(2 + index) for index in range(receivers)]
    for index, peer in enumerate(others):
        world.subscribe(peer, 1, 10 * (index + 1))
        world.subscribe(peer, 2, 10 * (index + 1) + 1)
    return world, sender, others


def frame(number: int, *, key: bool = False, sequence: int | None = None) -> Rtp:
    """A video frame of one packet."""
    payload = vp8(number, key=key, tl0=number, body=b"%d" % number)
    return Rtp(96, number if sequence is None else sequence, 3000 * number, VIDEO_SSRC, payload, True, MID)


def voice(number: int, level: int | None = None) -> Rtp:
    extensions = {1: b"1"} | ({4: bytes([level])} if level is not None else {})
    return Rtp(111, number, 960 * number, AUDIO_SSRC, b"opus%d" % number, False, extensions)


def feedback(world: World, peer: Peer, kind: type[RtcpRtpfbPacket] | type[RtcpPsfbPacket], fmt: int) -> list[bytes]:
    """FCI or body of all such messages that the peer got."""
    found = []
    for datagram in world.take_rtcp(peer):
        for packet in RtcpPacket.parse(datagram):
            if isinstance(packet, kind) and packet.fmt == fmt:
                found.append(bytes(packet))
    return found


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


# -- key frames ------------------------------------------------------------------------------------------------------


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
    world.pass_time(2.2)
    assert 4 <= len(feedback(world, sender, RtcpPsfbPacket, 1)) <= 5
    world.plane.pause_publication(1, True)
    world.pass_time(2.0)
    assert feedback(world, sender, RtcpPsfbPacket, 1) == []


def test_python_may_ask_for_a_key_frame() -> None:
    world, sender, _ = call(0)
    world.send(sender, frame(0))
    world.plane.request_key_frame(1, 0)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 1


# -- loss ------------------------------------------------------------------------------------------------------------


def test_a_receiver_gets_a_lost_packet_again_by_rtx() -> None:
    world, sender, (receiver,) = call()
    for number in range(20):
        world.send(sender, frame(number, key=number == 0))
    packets = world.take(receiver)
    lost = packets[7]
    world.send_rtcp(receiver, rtcp.nack(1, lost.ssrc, [lost.sequence]))
    (again,) = world.take(receiver)
    assert (again.payload_type, again.ssrc) == (97, lost.ssrc + 1)
    assert again.payload == struct.pack("!H", lost.sequence) + lost.payload
    assert (again.timestamp, again.marker) == (lost.timestamp, lost.marker)
    # Asked twice at once: answered once. Without a round trip in between it would be a waste.
    world.send_rtcp(receiver, rtcp.nack(1, lost.ssrc, [lost.sequence]))
    assert world.take(receiver) == []
    world.now += 0.2
    world.send_rtcp(receiver, rtcp.nack(1, lost.ssrc, [lost.sequence]))
    assert len(world.take(receiver)) == 1
    assert world.take_rtcp(sender) == [] or feedback(world, sender, RtcpRtpfbPacket, 1) == []
    stats = world.plane.subscription_stats(10)
    assert stats is not None
    assert (stats.retransmitted, stats.nacks_received) == (2, 3)


def test_retransmissions_have_a_budget() -> None:
    world, sender, (receiver,) = call()
    for number in range(300):
        world.send(sender, Rtp(96, number, 3000 * number, VIDEO_SSRC, vp8(number, key=number == 0, body=bytes(1000))))
    world.pass_time(0.1)
    packets = [packet for packet in world.take(receiver) if packet.payload_type == 96]
    numbers = [packet.sequence for packet in packets]
    assert len(numbers) == 300
    for start in range(0, 300, 100):
        world.send_rtcp(receiver, rtcp.nack(1, packets[0].ssrc, numbers[start : start + 100]))
    assert 100 < len(world.take(receiver)) < 200
    assert world.plane.counters()["drop_nack_budget"] > 0


def test_without_rtx_nothing_is_sent_twice() -> None:
    world, sender, _ = call(0)
    receiver = world.join(9)
    world.plane.add_subscription(Subscription(5, 1, 9, 77, (VP8,)))
    world.plane.select(5, 0)
    world.send(sender, frame(0, key=True))
    (packet,) = world.take(receiver)
    world.send_rtcp(receiver, rtcp.nack(1, 77, [packet.sequence]))
    assert world.take(receiver) == []
    assert world.plane.counters()["drop_nack_no_rtx"] == 1


def test_holes_are_asked_of_the_sender_and_filled_for_the_receiver() -> None:
    world, sender, (receiver,) = call()
    for number in (0, 1, 3, 4):
        world.send(sender, frame(number, key=number == 0))
    world.pass_time(0.03)
    (nack,) = feedback(world, sender, RtcpRtpfbPacket, 1)
    (parsed,) = RtcpPacket.parse(nack)
    assert isinstance(parsed, RtcpRtpfbPacket)
    assert (parsed.media_ssrc, parsed.lost) == (VIDEO_SSRC, [2])
    missing = frame(2)
    again = Rtp(97, 900, missing.timestamp, RTX_SSRC, b"\0\2" + missing.payload, True, MID)
    world.send(sender, again)
    packets = world.take(receiver)
    first = packets[0].sequence
    assert [packet.sequence - first for packet in packets] == [0, 1, 3, 4, 2]
    assert [packet.payload_type for packet in packets] == [96] * 5
    world.pass_time(1.0)
    assert feedback(world, sender, RtcpRtpfbPacket, 1) == []
    stats = world.plane.publication_stats(1)
    assert stats is not None
    assert stats.layers[0].lost == 0
    world.send(sender, Rtp(97, 901, missing.timestamp, RTX_SSRC, b"\0\2" + missing.payload, True, MID))
    assert world.take(receiver) == []
    assert world.plane.counters()["drop_duplicate"] == 1


def test_rtx_probes_are_dropped() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, frame(0, key=True))
    world.send(sender, Rtp(97, 1, 0, RTX_SSRC, b"", False, MID, padding=200))
    assert len(world.take(receiver)) == 1
    assert world.plane.counters()["drop_rtx_empty"] == 1


def test_padding_of_the_sender_makes_no_gap_at_the_receiver() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, frame(0, key=True))
    world.send(sender, Rtp(96, 1, 0, VIDEO_SSRC, b"", False, {}, padding=100))
    world.send(sender, frame(1, sequence=2))
    first, second = world.take(receiver)
    assert second.sequence == first.sequence + 1


def test_a_late_packet_of_an_unwanted_temporal_layer_becomes_padding() -> None:
    world, sender, (receiver,) = call()
    world.plane.select(10, 0, 0)
    world.send(sender, frame(0, key=True))
    world.send(sender, frame(2))
    world.send(sender, Rtp(96, 1, 3000, VIDEO_SSRC, vp8(1, tid=2), True))
    first, second, late = world.take(receiver)
    assert [first.sequence + 2, first.sequence + 1] == [second.sequence, late.sequence]
    assert (late.payload, late.padding > 0) == (b"", True)


def test_everything_arrives_over_lossy_links() -> None:
    """2 % loss and reordering on both links, NACK and RTX on both: nothing is missing after a while."""
    seeded = random.Random(42)
    world, sender, (receiver,) = call()
    kept: dict[int, Rtp] = {}
    seen: dict[int, bytes] = {}
    resent = 0
    highest = 0
    for number in range(600):
        packet = frame(number, key=number == 0)
        kept[number] = packet
        if number == 0 or seeded.random() > 0.02:
            world.send(sender, packet)
        world.pass_time(0.005, 0.005)
        for datagram in world.take_rtcp(sender):
            for part in RtcpPacket.parse(datagram):
                if isinstance(part, RtcpRtpfbPacket) and part.fmt == 1 and part.media_ssrc == VIDEO_SSRC:
                    for lost in part.lost:
                        original = kept[lost]
                        payload = struct.pack("!H", lost) + original.payload
                        world.send(sender, Rtp(97, resent, original.timestamp, RTX_SSRC, payload, True, MID))
                        resent += 1
        for arrived in world.take(receiver):
            if arrived.payload_type == 111 or (seeded.random() < 0.02 and seen):
                continue
            if arrived.payload_type == 97:
                seen[int.from_bytes(arrived.payload[:2], "big")] = arrived.payload[2:]
            else:
                seen[arrived.sequence] = arrived.payload
                highest = max(highest, arrived.sequence)
        if number % 10 == 9:
            first = min(seen)
            missing = [n for n in range(first, highest) if n not in seen]
            if missing:
                world.send_rtcp(receiver, rtcp.nack(1, 0x1000 + 20, missing))
    first = min(seen)
    settled = range(first, first + 560)
    assert all(number in seen for number in settled)
    assert [seen[number].endswith(b"%d" % (number - first)) for number in settled] == [True] * 560
    assert resent > 3
    assert world.plane.counters()["rtx_packets_out"] > 3
    assert world.plane.counters()["drop_protect"] == 0


# -- reports and feedback --------------------------------------------------------------------------------------------


def sender_report(ssrc: int, wall: float, timestamp: int) -> bytes:
    ntp = int((wall + 2208988800) * 2**32)
    return struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, ntp, timestamp & 0xFFFFFFFF, 0, 0)


def test_lips_stay_in_sync_in_the_reports_to_the_receiver() -> None:
    world, sender, (receiver,) = call()
    # The peer's clock is 5000 s off; video and audio were captured together at its 100.0.
    world.send(sender, frame(0, key=True))
    world.send(sender, voice(0))
    world.send_rtcp(sender, sender_report(VIDEO_SSRC, 100.0, 0))
    world.send_rtcp(sender, sender_report(AUDIO_SSRC, 100.5, 24000))
    video, audio = world.take(receiver)
    world.pass_time(2.1)
    reports = {}
    for datagram in world.take_rtcp(receiver):
        for packet in RtcpPacket.parse(datagram):
            if isinstance(packet, RtcpSrPacket):
                reports[packet.ssrc] = packet.sender_info
    at = {}
    for packet, rate in ((video, 90000), (audio, 48000)):
        info = reports[packet.ssrc]
        behind = ((packet.timestamp - info.rtp_timestamp + 2**31) % 2**32 - 2**31) / rate
        at[rate] = info.ntp_timestamp / 2**32 + behind
    assert at[90000] == pytest.approx(at[48000], abs=0.001)
    assert at[90000] - 2208988800 == pytest.approx(1_700_000_000 + 1.0, abs=0.6)


def test_layers_are_aligned_by_sender_reports() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q", "h"))
    world.subscribe(receiver, 1, 5)
    world.send(sender, Rtp(96, 0, 1000, 0xA0, vp8(0, key=True), True, MID | {2: b"q"}))
    world.send(sender, Rtp(96, 0, 777000, 0xA1, vp8(0), True, MID | {2: b"h"}))
    world.send_rtcp(sender, sender_report(0xA0, 50.0, 1000))
    world.send_rtcp(sender, sender_report(0xA1, 50.0, 777000))
    world.plane.select(5, 1)
    world.now += 0.25  # it took long to arrive
    world.send(sender, Rtp(96, 1, 777000 + 9000, 0xA1, vp8(1, key=True), True))
    first, second = world.take(receiver)
    assert second.timestamp - first.timestamp == 9000


def test_round_trip_loss_and_jitter_come_from_receiver_reports() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, frame(0, key=True))
    world.send_rtcp(sender, sender_report(VIDEO_SSRC, 100.0, 0))
    world.take(receiver)
    world.pass_time(2.0)
    infos = [
        packet.sender_info
        for datagram in world.take_rtcp(receiver)
        for packet in RtcpPacket.parse(datagram)
        if isinstance(packet, RtcpSrPacket)
    ]
    last = infos[-1].ntp_timestamp
    sent = last / 2**32 - 2208988800 - 1_700_000_000
    lsr = (last >> 16) & 0xFFFFFFFF
    world.now = sent + 0.5 + 0.08
    block = RtcpReceiverInfo(0x1000 + 20, 64, 12, 70000, 900, lsr, 65536 // 2)
    world.send_rtcp(receiver, bytes(RtcpRrPacket(ssrc=1, reports=[block])))
    stats = world.plane.subscription_stats(10)
    assert stats is not None
    assert stats.round_trip == pytest.approx(0.08, abs=0.001)
    assert (stats.lost, stats.fraction_lost, stats.jitter) == (12, 0.25, 0.01)
    transport = world.plane.transport_stats(2)
    assert transport is not None
    assert transport.round_trip == stats.round_trip


def test_numbered_packets_are_answered_with_feedback() -> None:
    world, sender, _ = call()
    for number in range(40):
        packet = frame(number, key=number == 0)
        world.send(sender, Rtp(96, number, 0, VIDEO_SSRC, packet.payload, True, MID | {5: struct.pack("!H", number)}))
        world.pass_time(0.01)
    world.pass_time(0.2)
    parts = [part for data in world.take_rtcp(sender) for part in rtcp.parse(data) if part and part["count"] == 15]
    told = [struct.unpack_from("!HH", part["body"], 8) for part in parts if part["type"] == 205]
    assert sum(count for _, count in told) == 40
    assert [base for base, _ in told] == [sum(count for _, count in told[:index]) for index in range(len(told))]
    assert 4 <= len(told) <= 8


def test_feedback_of_a_receiver_is_kept_for_python() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, frame(0, key=True))
    world.send(sender, voice(0))
    packets = world.take(receiver)
    log = ArrivalLog()
    for packet in packets:
        log.put(int.from_bytes(packet.extensions[5], "big"), 77.0)
    world.send_rtcp(receiver, log.build(1, 2))
    samples = world.plane.take_feedback(2)
    assert [sample.sequence - samples[0].sequence for sample in samples] == [0, 1]
    assert {sample.sent for sample in samples} == {world.now}
    assert all(sample.received >= 0 and sample.size > 20 for sample in samples)
    assert world.plane.take_feedback(2) == []


def test_remb_goes_both_ways() -> None:
    world, sender, (receiver,) = call()
    world.send_rtcp(receiver, rtcp.remb(1, 1_500_000, [0x1000 + 20]))
    stats = world.plane.transport_stats(2)
    assert stats is not None
    assert stats.remb == pytest.approx(1_500_000, rel=0.001)
    assert stats.remb_at == world.now
    world.send(sender, frame(0, key=True))
    world.plane.limit_publisher(1, 800_000)
    world.pass_time(0.6)
    asked = [part for data in world.take_rtcp(sender) for part in rtcp.parse(data) if part and "remb" in part]
    assert [part["remb"] for part in asked if part] == [800_000, 800_000]
    world.plane.limit_publisher(1, 0)
    world.pass_time(1.0)
    assert not any("remb" in (part or {}) for data in world.take_rtcp(sender) for part in rtcp.parse(data))


def test_audio_levels_become_speech() -> None:
    world, sender, _ = call()
    for number in range(20):
        world.send(sender, voice(number, 20 if number < 5 else 90))
        world.now += 0.02
    stats = world.plane.publication_stats(2)
    assert stats is not None
    assert (stats.audio_level, stats.audio_active_ms, stats.audio_total_ms) == (20, 100, 400)
    stats = world.plane.publication_stats(2)
    assert stats is not None
    assert (stats.audio_level, stats.audio_active_ms, stats.audio_total_ms) == (127, 0, 0)


def test_bitrates_are_those_of_the_last_second() -> None:
    world, sender, (receiver,) = call()
    for number in range(150):
        world.send(sender, Rtp(96, number, 3000 * number, VIDEO_SSRC, vp8(number, key=number == 0, body=bytes(1000))))
        world.pass_time(0.02)
    publication, subscription = world.plane.publication_stats(1), world.plane.subscription_stats(10)
    assert publication is not None
    assert subscription is not None
    assert publication.layers[0].bitrate == pytest.approx(50 * 1007 * 8, rel=0.1)
    assert subscription.bitrate == pytest.approx(50 * 1040 * 8, rel=0.1)
    assert (publication.layers[0].width, publication.layers[0].height) == (640, 360)
    assert len(world.take(receiver)) == 150


# -- removal and bad input -------------------------------------------------------------------------------------------


def test_a_removal_takes_what_hangs_on_it_and_says_so() -> None:
    world, sender, receivers = call(2)
    world.send(sender, frame(0, key=True))
    world.take(receivers[0])
    world.plane.poll()
    world.plane.remove_transport(1)
    removed = world.plane.poll()
    assert set(removed) == {
        Removed("transport", 1), Removed("publication", 1), Removed("publication", 2),
    } | {Removed("subscription", handle) for handle in (10, 11, 20, 21)}  # fmt: skip
    assert removed[-1] == Removed("transport", 1)
    assert world.plane.publication_stats(1) is None
    world.send(sender, frame(1))
    assert world.take(receivers[0]) == []
    assert world.plane.counters()["drop_address_unknown"] == 1


def test_commands_on_removed_objects_do_nothing() -> None:
    world, _, _ = call()
    world.plane.remove_subscription(10)
    world.plane.select(10, 0)
    world.plane.remove_subscription(10)
    assert world.plane.poll()[-1] == Removed("subscription", 10)
    world.plane.select(10, 0)
    world.plane.remove_publication(99)
    world.plane.remove_transport(99)
    assert world.plane.subscription_stats(10) is None
    with pytest.raises(ValueError, match="no transport"):
        world.plane.add_publication(Publication(5, 99, "0", False, (VP8,)))


def test_handles_and_ssrcs_are_not_used_twice() -> None:
    world, _, _ = call()
    with pytest.raises(ValueError, match="in use"):
        world.plane.add_transport(1)
    with pytest.raises(ValueError, match="used one of the SSRCs"):
        world.plane.add_subscription(Subscription(77, 1, 2, 0x1000 + 20, (VP8,)))


def test_new_layers_after_a_renegotiation_keep_what_was_learnt() -> None:
    world = World()
    sender, receiver = world.join(1), world.join(2)
    world.video(sender, 1, ("q", "h"))
    world.subscribe(receiver, 1, 5, 1)
    world.send(sender, Rtp(96, 0, 0, 0xC1, vp8(0, key=True), True, MID | {2: b"h"}))
    layers = (Layer("h"), Layer("f"))
    world.plane.set_publication(Publication(1, 1, "0", False, (VP8, H264), layers))
    world.send(sender, Rtp(96, 1, 3000, 0xC1, vp8(1), True))
    world.send(sender, Rtp(96, 1, 3000, 0xC0, vp8(1), True, MID | {2: b"q"}))
    assert len(world.take(receiver)) == 2
    stats = world.plane.subscription_stats(5)
    assert stats is not None
    assert stats.layer == 0


def test_a_peer_may_change_its_address() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(0))
    old, new = sender.address, ("192.0.2.7", 999)
    world.peers[new] = sender
    world.plane.set_remote(1, 0, new)
    sender.address = new
    world.send(sender, voice(1))
    sender.address = old
    world.send(sender, voice(2))
    assert len(world.take(receiver)) == 3
    other = world.join(9)
    world.plane.set_remote(9, 0, new)
    sender.address = new
    world.send(sender, voice(3))
    assert world.take(receiver) == []
    assert world.plane.counters()["drop_ssrc_unknown"] == 1
    assert other.address != new


def test_every_bad_datagram_has_its_counter_and_no_answer() -> None:
    world, sender, (receiver,) = call()
    good = sender.rtp(voice(0))
    cases = {
        "drop_shape": [b"", b"\xff" * 50, b"\x40" * 30, b"\x80\x60" + bytes(7)],
        "drop_stun_shape": [b"\x00\x01" + bytes(30)],
        "drop_rtp_malformed": [b"\xbf\x60" + b"\xff" * 14],
        "drop_ssrc_unknown": [b"\x80\x7f" + bytes(40)],
        "drop_auth": [good[:-1] + bytes([good[-1] ^ 1])],
        "drop_rtcp_auth": [b"\x80\xc8" + bytes(40)],
    }
    for datagrams in cases.values():
        for datagram in datagrams:
            world.plane.receive(datagram, sender.address, world.now)
    world.plane.receive(good, ("203.0.113.5", 5), world.now)
    world.plane.receive(good, sender.address, world.now)
    world.plane.receive(good, sender.address, world.now)
    world.send(sender, Rtp(96, 0, 0, VIDEO_SSRC, b"\x90", True, MID))
    world.send(sender, Rtp(99, 1, 0, AUDIO_SSRC, b"?", True))
    counters = world.plane.counters()
    expected = {name: len(datagrams) for name, datagrams in cases.items()} | {
        "drop_address_unknown": 1, "drop_replay": 1, "drop_descriptor": 1, "drop_payload_type": 1,
    }  # fmt: skip
    assert {name: value for name, value in counters.items() if name.startswith("drop_") and value} == expected
    assert [packet.payload for packet in world.take(receiver)] == [b"opus0"]


def test_datagrams_for_python_are_bounded_and_strangers_do_not_push_out_friends() -> None:
    world, sender, _ = call()
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    dtls = b"\x16\xfe\xfd" + bytes(20)
    for port in range(5000):
        world.plane.receive(stun, ("203.0.113.5", port + 1), world.now)
    world.plane.receive(dtls, sender.address, world.now)
    events = world.plane.poll(10000)
    assert len(events) == 2049
    assert getattr(events[-1], "transport", None) == 1
    assert getattr(events[-1], "data", None) == dtls
    assert world.plane.counters()["drop_events_full"] == 5000 - 2048


def test_v6_addresses_are_told_apart() -> None:
    world = World()
    peer = Peer(1)
    peer.address = ("2001:db8::1", 7)
    world.peers[peer.address] = peer
    world.plane.add_transport(1)
    world.plane.set_remote(1, 1, peer.address)
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    world.plane.receive(stun, peer.address, 1.0, 1)
    world.plane.receive(stun, ("2001:db8::2", 7), 1.0, 1)
    world.plane.receive(stun, ("fe80::1%2", 7), 1.0, 1)
    found = [(getattr(event, "transport", -1), getattr(event, "address", None)) for event in world.plane.poll()]
    assert found == [(1, ("2001:db8::1", 7)), (0, ("2001:db8::2", 7)), (0, ("fe80::1%2", 7))]


def test_a_sender_that_jumps_far_ahead_goes_on_without_a_gap() -> None:
    world, sender, (receiver,) = call()
    world.send(sender, voice(0))
    delayed = sender.rtp(Rtp(111, 19400, 960, AUDIO_SSRC, b"too late", False))
    world.send(sender, Rtp(111, 20000, 960, AUDIO_SSRC, b"later", False))
    world.plane.receive(delayed, sender.address, world.now)
    first, second = world.take(receiver)
    assert second.sequence == first.sequence + 1
    assert world.plane.counters()["drop_late"] == 1
