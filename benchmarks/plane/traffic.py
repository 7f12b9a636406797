"""Peers of the plane for its micro benchmarks: keys and numbers in, encrypted datagrams out."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sfu.plane.model import Codec, ExtensionIds, PayloadType, SrtpProfile
from sfu.plane.srtp import Srtp

IDS = ExtensionIds(mid=1, rid=2, repaired_rid=3, audio_level=4, transport_cc=5, abs_send_time=6, video_orientation=7)
OPUS = PayloadType(Codec.OPUS, 111, 0, 48_000, nack=False, pli=False)
VP8 = PayloadType(Codec.VP8, 96, 97)
KEY_LENGTHS = {SrtpProfile.AES_CM_128_HMAC_SHA1_80: 30, SrtpProfile.AEAD_AES_128_GCM: 28}
PACKETS_OF_A_FRAME = 20  # 500 packets and 25 frames a second
NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970, RFC 5905 section 6


@dataclass(frozen=True)
class Peer:
    """One end of a transport."""

    handle: int
    profile: SrtpProfile

    @cached_property
    def outbound(self) -> Srtp:
        """What it sends goes through this."""
        return Srtp(self.profile, self.key, outbound=True)

    @property
    def address(self) -> tuple[str, int]:
        return "192.0.2.1", 10_000 + self.handle

    @property
    def key(self) -> bytes:
        return bytes([self.handle % 251 + 1]) * KEY_LENGTHS[self.profile]

    @property
    def server_key(self) -> bytes:
        return bytes([self.handle % 251 + 2]) * KEY_LENGTHS[self.profile]


@dataclass
class Stream:
    """Packets of one SSRC, one after the other. `size` is that of the RTP packet before encryption, in bytes."""

    peer: Peer
    kind: PayloadType
    ssrc: int
    size: int
    mid: str = "0"
    rid: str = ""
    sent: int = 0
    frame: int = 0
    position: int = 0
    """Packets of the frame that were sent."""

    def packets(self, count: int, *, key: bool = False) -> list[bytes]:
        """The next packets, encrypted; `key`: the first one begins a key frame."""
        make = self._audio if self.kind.codec is Codec.OPUS else self._video
        return [self._next(make, key and index == 0) for index in range(count)]

    def _next(self, make: Callable[[bool], bytes], key: bool) -> bytes:
        plain = make(key)
        self.sent += 1
        return self.peer.outbound.protect(plain + bytes([self.sent & 255]) * (self.size - len(plain)))

    def _audio(self, _key: bool) -> bytes:
        level = 30 + self.sent % 40
        return self._head(960 * self.sent, False, {IDS.audio_level: bytes([level])})

    def _video(self, key: bool) -> bytes:
        if key or self.position == PACKETS_OF_A_FRAME:
            self.frame, self.position = self.frame + 1, 0
        self.position += 1
        names = {IDS.rid: self.rid.encode()} if self.rid else {}
        head = self._head(3600 * self.frame, self.position == PACKETS_OF_A_FRAME, names)
        return head + vp8(self.frame, start=self.position == 1, key=key)

    def _head(self, timestamp: int, marker: bool, more: dict[int, bytes]) -> bytes:
        number = self.sent & 0xFFFF
        elements = {IDS.mid: self.mid.encode(), IDS.transport_cc: struct.pack("!H", number)} | more
        first = struct.pack("!BBHII", 0x90, marker << 7 | self.kind.number, number, timestamp & 0xFFFFFFFF, self.ssrc)
        return first + extension(elements)


def extension(elements: dict[int, bytes]) -> bytes:
    """RFC 8285 section 4.2: the one-byte form."""
    body = b"".join(bytes([number << 4 | len(value) - 1]) + value for number, value in elements.items())
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", 0xBEDE, len(body) // 4) + body


def vp8(picture: int, *, start: bool, key: bool = False) -> bytes:
    """RFC 7741 section 4.2 with a 15-bit picture id, TL0PICIDX and TID; a frame starts as RFC 6386 section 9.1 says."""
    head = struct.pack("!BBHBB", 0x90 if start else 0x80, 0xE0, 0x8000 | picture & 0x7FFF, picture & 255, 0)
    if key:
        return head + b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 640, 360)
    return head + (b"\x11" if start else b"\x00")


def sender_report(ssrc: int, wall: float, timestamp: int, packets: int = 0) -> bytes:
    """RFC 3550 section 6.4.1, without report blocks."""
    return struct.pack("!BBHIQIII", 0x80, 200, 6, ssrc, ntp(wall), timestamp & 0xFFFFFFFF, packets, 0)


def receiver_report(sender: int, ssrcs: list[int], highest: int, last_report: int) -> bytes:
    """RFC 3550 section 6.4.2; `last_report`: the middle of the sender report's NTP timestamp."""
    head = struct.pack("!BBHI", 0x80 | len(ssrcs), 201, 1 + 6 * len(ssrcs), sender)
    return head + b"".join(struct.pack("!IIIIII", ssrc, 3, highest, 40, last_report, 65_536 // 4) for ssrc in ssrcs)


def nack(sender: int, media: int, first: int) -> bytes:
    """RFC 4585 section 6.2.1: `first` and the sixteen behind it."""
    return struct.pack("!BBHIIHH", 0x81, 205, 3, sender, media, first & 0xFFFF, 0xFFFF)


def ntp(wall: float) -> int:
    """Seconds since 1970 as RFC 3550 section 4 has them."""
    return int((wall + NTP_EPOCH) * 2**32)
