"""The call that the stories of forwarding, loss and reports begin with."""

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRtpfbPacket

from tests.sfu.plane.peers import Peer, Rtp, World, vp8

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
