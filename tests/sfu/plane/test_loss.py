"""Loss on both sides: NACK, RTX, and numbers without gaps of our own making."""

import random
import struct

from aiortc.rtp import RtcpPacket, RtcpRtpfbPacket

from sfu.plane import rtcp
from sfu.plane.model import Subscription
from tests.sfu.plane.peers import VP8, Rtp, vp8
from tests.sfu.plane.stage import MID, RTX_SSRC, VIDEO_SSRC, call, feedback, frame


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
