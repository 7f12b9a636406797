"""Peers of the plane for tests: they build and read packets in plain Python, independent of the compiled parsers."""

import struct
from dataclasses import dataclass, field

from sfu.plane.model import Codec, ExtensionIds, Layer, PayloadType, Publication, SrtpProfile, Subscription
from sfu.plane.srtp import Srtp
from sfu.plane.virtual import VirtualPlane

IDS = ExtensionIds(mid=1, rid=2, repaired_rid=3, audio_level=4, transport_cc=5, abs_send_time=6, video_orientation=7)
OPUS = PayloadType(Codec.OPUS, 111, 0, 48000, nack=False, pli=False)
VP8 = PayloadType(Codec.VP8, 96, 97)
H264 = PayloadType(Codec.H264, 102, 103)
KEY_LENGTH = {SrtpProfile.AES_CM_128_HMAC_SHA1_80: 30, SrtpProfile.AEAD_AES_128_GCM: 28}


@dataclass(frozen=True)
class Rtp:
    """A packet as Python sees it."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    extensions: dict[int, bytes] = field(default_factory=dict)
    padding: int = 0

    def encode(self) -> bytes:
        body = b"".join(bytes([(k << 4) | (len(v) - 1)]) + v for k, v in self.extensions.items())
        body += bytes(-len(body) % 4)
        head = struct.pack(
            "!BBHII",
            0x80 | (0x10 if body else 0) | (0x20 if self.padding else 0),
            (0x80 if self.marker else 0) | self.payload_type,
            self.sequence & 0xFFFF,
            self.timestamp & 0xFFFFFFFF,
            self.ssrc,
        )
        if body:
            head += struct.pack("!HH", 0xBEDE, len(body) // 4) + body
        tail = bytes(self.padding - 1) + bytes([self.padding]) if self.padding else b""
        return head + self.payload + tail

    @classmethod
    def decode(cls, data: bytes) -> "Rtp":
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
        at = 12 + 4 * (first & 15)
        extensions: dict[int, bytes] = {}
        if first & 0x10:
            profile, words = struct.unpack_from("!HH", data, at)
            assert profile == 0xBEDE
            at += 4
            end = at + 4 * words
            while at < end:
                if data[at] == 0:
                    at += 1
                    continue
                size = (data[at] & 15) + 1
                extensions[data[at] >> 4] = data[at + 1 : at + 1 + size]
                at += 1 + size
            at = end
        padding = data[-1] if first & 0x20 else 0
        payload = data[at : len(data) - padding]
        return cls(second & 127, sequence, timestamp, ssrc, payload, second >> 7 == 1, extensions, padding)


def vp8(
    picture: int, *, key: bool = False, start: bool = True, tl0: int = 0, tid: int = 0, sync: bool = False,
    body: bytes = b"x" * 50, size: tuple[int, int] = (640, 360),
) -> bytes:  # fmt: skip
    """A VP8 payload with 15-bit picture id, TL0PICIDX and TID."""
    head = bytes([0x90 if start else 0x80, 0xE0]) + struct.pack("!H", 0x8000 | (picture & 0x7FFF))
    head += bytes([tl0 & 255, (tid << 6) | (0x20 if sync else 0)])
    if not start:
        return head + b"\x01" + body
    if key:
        return head + b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", *size) + body
    return head + b"\x11" + body


@dataclass(frozen=True)
class Vp8:
    """What the tests look at in a VP8 payload made by `vp8`."""

    picture: int
    tl0: int
    tid: int
    key: bool
    body: bytes

    @classmethod
    def decode(cls, payload: bytes) -> "Vp8":
        assert payload[1] == 0xE0
        picture = struct.unpack_from("!H", payload, 2)[0] & 0x7FFF
        key = payload[0] & 0x10 != 0 and payload[6] & 1 == 0
        return cls(picture, payload[4], payload[5] >> 6, key, payload[6:])


class Peer:
    """One end of a transport: keys and an address."""

    def __init__(self, handle: int, profile: SrtpProfile = SrtpProfile.AEAD_AES_128_GCM) -> None:
        self.handle = handle
        self.profile = profile
        self.address = ("127.0.0.1", 10000 + handle)
        length = KEY_LENGTH[profile]
        self.key = bytes([handle % 251 + 1]) * length
        self.server_key = bytes([handle % 251 + 2]) * length
        self.outbound = Srtp(profile, self.key, outbound=True)
        self.inbound = Srtp(profile, self.server_key, outbound=False)

    def rtp(self, packet: Rtp) -> bytes:
        return self.outbound.protect(packet.encode())

    def rtcp(self, packet: bytes) -> bytes:
        return self.outbound.protect_rtcp(packet)


@dataclass
class Mailbox:
    """Decrypted arrivals of one peer, with their times."""

    rtp: list[Rtp] = field(default_factory=list)
    rtcp: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


class World:
    """A virtual plane, its peers and the time. Everything arrives at once unless a test delivers by itself."""

    def __init__(self, extensions: ExtensionIds = IDS) -> None:
        self.plane = VirtualPlane(wall_offset=1_700_000_000.0)
        self.extensions = extensions
        self.now = 1.0
        self.peers: dict[tuple[str, int], Peer] = {}
        self.mail: dict[int, Mailbox] = {}

    def join(self, handle: int, profile: SrtpProfile = SrtpProfile.AEAD_AES_128_GCM) -> Peer:
        peer = Peer(handle, profile)
        self.peers[peer.address] = peer
        self.mail[handle] = Mailbox()
        self.plane.add_transport(handle, self.extensions)
        self.plane.set_remote(handle, 0, peer.address)
        self.plane.set_srtp(handle, profile, peer.server_key, peer.key)
        return peer

    def video(self, peer: Peer, handle: int = 1, rids: tuple[str, ...] = ("",), mid: str = "0") -> None:
        self.plane.add_publication(
            Publication(handle, peer.handle, mid, False, (VP8, H264), tuple(Layer(rid) for rid in rids))
        )

    def audio(self, peer: Peer, handle: int = 2, mid: str = "1") -> None:
        self.plane.add_publication(Publication(handle, peer.handle, mid, True, (OPUS,)))

    def subscribe(self, peer: Peer, publication: int, handle: int, layer: int = 0, temporal: int = 7) -> int:
        """The SSRC; that of its RTX is one more."""
        ssrc = 0x1000 + 2 * handle
        types = (OPUS, VP8, H264)
        self.plane.add_subscription(Subscription(handle, publication, peer.handle, ssrc, types, ssrc + 1))
        self.plane.select(handle, layer, temporal)
        return ssrc

    def send(self, peer: Peer, packet: Rtp) -> None:
        self.plane.receive(peer.rtp(packet), peer.address, self.now)

    def send_rtcp(self, peer: Peer, packet: bytes) -> None:
        self.plane.receive(peer.rtcp(packet), peer.address, self.now)

    def flush(self) -> None:
        """Delivers what the plane has to send now."""
        for _, address, datagram in self.plane.outputs(self.now):
            peer = self.peers[address]
            box = self.mail[peer.handle]
            if 192 <= datagram[1] <= 223:
                box.rtcp.append(peer.inbound.unprotect_rtcp(datagram))
            else:
                box.rtp.append(Rtp.decode(peer.inbound.unprotect(datagram)))
                box.times.append(self.now)

    def pass_time(self, seconds: float, step: float = 0.01) -> None:
        for _ in range(round(seconds / step)):
            self.now += step
            self.flush()

    def take(self, peer: Peer) -> list[Rtp]:
        """What arrived at the peer since the last call."""
        self.flush()
        box = self.mail[peer.handle]
        arrived, box.rtp = box.rtp, []
        return arrived

    def take_rtcp(self, peer: Peer) -> list[bytes]:
        self.flush()
        box = self.mail[peer.handle]
        arrived, box.rtcp = box.rtcp, []
        return arrived
