"""An overloaded machine: media that waited too long in the socket is dropped, and nothing else."""

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket

from sfu.plane import rtcp
from sfu.plane.model import DatagramReceived
from tests.sfu.plane.peers import Peer, Rtp, World
from tests.sfu.plane.stage import MID, RTX_SSRC, VIDEO_SSRC, call, feedback, frame, voice

FAR_TOO_LONG = 2.0  # seconds in the socket


def send(world: World, sender: Peer, packet: Rtp, waited: float) -> None:
    world.plane.receive(sender.rtp(packet), sender.address, world.now, waited=waited)


def shed(world: World) -> int:
    return world.plane.counters()["drop_shed"]


def test_video_is_shed_from_a_quarter_of_a_second_until_the_queue_is_short() -> None:
    world, sender, (receiver,) = call()
    waits = (0.0, 0.2, 0.249, 0.251, 0.2, 0.1, 0.051, 0.049, 0.2)
    for number, waited in enumerate(waits):
        send(world, sender, frame(number, key=number == 0), waited)
    packets = world.take(receiver)
    assert [packet.sequence - packets[0].sequence for packet in packets] == [0, 1, 2, 7, 8]
    assert shed(world) == 4
    assert world.plane.counters()["rtp_packets_in"] == 5


def test_sound_is_kept_twice_as_long_as_pictures() -> None:
    world, sender, (receiver,) = call()
    for number, waited in enumerate((0.0, 0.3, 0.499, 0.501, 0.499)):
        send(world, sender, voice(number), waited)
    packets = world.take(receiver)
    assert [packet.sequence - packets[0].sequence for packet in packets] == [0, 1, 2, 4]
    assert shed(world) == 1


def test_the_queue_of_one_publisher_says_nothing_of_another() -> None:
    world, sender, (receiver,) = call()
    other = world.join(9)
    world.video(other, handle=5)
    world.subscribe(receiver, 5, 50)
    for number in range(3):
        send(world, sender, frame(number, key=number == 0), 0.0 if number == 0 else 0.3)
        send(world, other, frame(number, key=number == 0), 0.1)
    assert len(world.take(receiver)) == 1 + 3


def test_what_was_shed_is_lost_for_the_publisher_but_not_asked_for_again() -> None:
    world, sender, (_,) = call()
    for number in range(40):
        send(world, sender, frame(number, key=number == 0), FAR_TOO_LONG if 10 <= number < 20 else 0.0)
    world.pass_time(1.5)
    reports = [part for datagram in world.take_rtcp(sender) for part in RtcpPacket.parse(datagram)]
    assert not [part for part in reports if isinstance(part, RtcpRtpfbPacket) and part.fmt == 1]
    blocks = [block for part in reports if isinstance(part, RtcpRrPacket) for block in part.reports]
    assert {block.packets_lost for block in blocks if block.ssrc == VIDEO_SSRC} == {10}


def test_a_real_loss_after_shedding_is_asked_for() -> None:
    world, sender, (_,) = call()
    for number in (0, 1, 2, 5, 7):
        send(world, sender, frame(number, key=number == 0), FAR_TOO_LONG if number == 2 else 0.0)
    world.pass_time(0.03)
    (nack,) = feedback(world, sender, RtcpRtpfbPacket, 1)
    (parsed,) = RtcpPacket.parse(nack)
    assert isinstance(parsed, RtcpRtpfbPacket)
    assert parsed.lost == [6]


def test_a_retransmission_does_not_end_what_shedding_left_out() -> None:
    world, sender, (_,) = call()
    for number in (0, 1, 3, 4):
        send(world, sender, frame(number, key=number == 0), FAR_TOO_LONG if number == 4 else 0.0)
    again = frame(2)
    send(world, sender, Rtp(97, 900, again.timestamp, RTX_SSRC, b"\0\2" + again.payload, True, MID), 0.0)
    send(world, sender, frame(6), 0.0)
    world.pass_time(0.03)
    assert feedback(world, sender, RtcpRtpfbPacket, 1) == []


def test_one_key_frame_is_asked_for_when_shedding_ends() -> None:
    world, sender, (_,) = call()
    send(world, sender, frame(0, key=True), 0.0)
    world.pass_time(3.0)
    feedback(world, sender, RtcpPsfbPacket, 1)
    for number in range(1, 20):
        send(world, sender, frame(number), FAR_TOO_LONG)
        world.pass_time(0.05)
    assert feedback(world, sender, RtcpPsfbPacket, 1) == []
    for number in range(20, 24):
        send(world, sender, frame(number), 0.0)
        world.pass_time(0.02)
    assert len(feedback(world, sender, RtcpPsfbPacket, 1)) == 1


def test_checks_handshakes_and_reports_are_never_shed() -> None:
    world, sender, (receiver,) = call()
    stun = bytes.fromhex("000100002112a442") + bytes(12)
    dtls = bytes([22, 254, 253]) + bytes(30)
    for datagram in (stun, dtls):
        world.plane.receive(datagram, sender.address, world.now, waited=FAR_TOO_LONG)
    assert [event.data for event in world.plane.poll() if isinstance(event, DatagramReceived)] == [stun, dtls]
    send(world, sender, frame(0, key=True), 0.0)
    (packet,) = world.take(receiver)
    request = receiver.rtcp(rtcp.nack(1, packet.ssrc, [packet.sequence]))
    world.plane.receive(request, receiver.address, world.now, waited=FAR_TOO_LONG)
    assert len(world.take(receiver)) == 1
    assert shed(world) == 0


def test_packets_are_shed_before_they_cost_a_decryption() -> None:
    world, sender, (_,) = call()
    send(world, sender, frame(0, key=True), 0.0)
    forged = frame(1).encode() + bytes(16)
    world.plane.receive(forged, sender.address, world.now, waited=FAR_TOO_LONG)
    assert shed(world) == 1
    assert world.plane.counters()["drop_auth"] == 0
