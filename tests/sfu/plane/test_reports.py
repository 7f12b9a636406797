"""Reports and feedback in both directions, and the statistics made of them."""

import struct

import pytest
from aiortc.rtp import RtcpPacket, RtcpReceiverInfo, RtcpRrPacket, RtcpSrPacket

from sfu.plane import rtcp
from sfu.plane.twcc import ArrivalLog
from tests.sfu.plane.peers import Rtp, World, vp8
from tests.sfu.plane.stage import AUDIO_SSRC, MID, VIDEO_SSRC, call, frame, voice


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
