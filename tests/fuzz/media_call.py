"""A running call for the media targets: one peer with valid keys misbehaves, the others must not notice."""

import struct

from tests.sfu.plane.peers import Rtp, World, vp8

MID_VIDEO, MID_AUDIO = b"0", b"1"
RENEW_AFTER = 2000  # inputs: a call that was fed for long is replaced, so that a finding can be repeated


class Call:
    """Peer 1 is the villain, 2 speaks, 3 listens to both and sees the villain."""

    def __init__(self) -> None:
        self.world = World()
        self.villain, self.speaker, self.listener = (self.world.join(handle) for handle in (1, 2, 3))
        self.world.video(self.villain, 1, ("q", "h"))
        self.world.audio(self.villain, 2)
        self.world.audio(self.speaker, 3)
        for handle, publication in ((5, 1), (6, 2), (7, 3)):
            self.world.subscribe(self.listener, publication, handle)
        self.inputs = 0
        for layer, rid in enumerate((b"q", b"h")):
            for number in range(3):
                packet = Rtp(96, number, 0, 0xA0 + layer, vp8(number, key=True), True, {1: MID_VIDEO, 2: rid})
                self.world.send(self.villain, packet)

    def rtp(self, packet: bytes) -> None:
        """The villain sends an authentic packet; its sequence number is made fresh."""
        self.inputs += 1
        number = struct.pack("!H", (self.inputs * 7) & 0xFFFF)
        try:
            sealed = self.villain.outbound.protect(packet[:2] + number + packet[4:])
        except ValueError:
            return  # no RTP at all, or a number that the villain's own libsrtp refuses
        self.world.plane.receive(sealed, self.villain.address, self.world.now)

    def rtcp(self, packet: bytes) -> None:
        """The villain, and the listener as well, send an authentic compound."""
        self.inputs += 1
        for peer in (self.villain, self.listener):
            try:
                sealed = peer.rtcp(packet)
            except ValueError:
                continue
            self.world.plane.receive(sealed, peer.address, self.world.now)

    def check(self) -> None:
        """The speaker is still heard, in order, and all that the plane sends is authentic and well formed."""
        payload = b"word %d" % self.inputs
        packet = Rtp(111, self.inputs, 960 * self.inputs, 0xB0, payload, False, {1: MID_AUDIO})
        self.world.send(self.speaker, packet)
        self.world.now += 0.01
        arrived = self.world.take(self.listener)
        assert [packet.payload for packet in arrived if packet.ssrc == 0x1000 + 14] == [payload]
        assert {packet.ssrc for packet in arrived} <= {
            0x1000 + 2 * handle + rtx for handle in (5, 6, 7) for rtx in (0, 1)
        }
        for peer in (self.villain, self.speaker):
            assert self.world.take(peer) == []
        for box in self.world.mail.values():
            box.rtcp.clear()
            box.times.clear()
        self.world.plane.poll()
        assert self.world.plane.counters()["drop_protect"] == 0


_running: list[Call] = []


def running_call() -> Call:
    """The call of this process, renewed from time to time."""
    if not _running or _running[0].inputs >= RENEW_AFTER:
        _running[:] = [Call()]
    return _running[0]
