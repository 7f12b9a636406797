"""Invariant: no RTP packet, authentic or not, keeps others from being heard, is reflected, or is read out of bounds."""

from sfu.plane import rtp
from tests.fuzz.media_call import running_call
from tests.sfu.plane.peers import Rtp, vp8

SEEDS: tuple[bytes, ...] = (
    Rtp(96, 1, 3000, 0xA0, vp8(1, key=True), True, {1: b"0", 2: b"q", 5: b"\0\1", 7: b"\1"}).encode(),
    Rtp(96, 2, 6000, 0xA1, vp8(2, tid=1, sync=True), True, {1: b"0", 2: b"h"}).encode(),
    Rtp(97, 3, 6000, 0xA2, b"\0\2" + vp8(2), True, {1: b"0", 3: b"q"}).encode(),
    Rtp(97, 3, 6000, 0xA2, b"", True, {1: b"0", 3: b"q"}, padding=50).encode(),
    Rtp(111, 4, 960, 0xB1, b"opus", False, {1: b"1", 4: b"\x8a"}).encode(),
    Rtp(102, 5, 960, 0xA0, b"\x78\x00\x04\x67abc\x00\x02\x65i", False, {1: b"0", 2: b"q"}).encode(),
    b"\x90\x60\0\1\0\0\0\0\0\0\0\xa0\x10\x00\x00\x02\x01\x010\x02\x01q\x00\x00" + vp8(3, key=True),
)
_KINDS = {number: number for number in range(1, 8)}


def fuzz(data: bytes) -> None:
    """Raises AssertionError when the invariant is broken."""
    parsed = rtp.parse(data, _KINDS)
    if parsed is not None:
        assert len(parsed["payload"]) + 12 <= len(data)
        assert all(len(value) <= 255 and value in data for value in parsed["extensions"].values())
    call = running_call()
    if len(data) <= 2048:
        call.world.plane.receive(data, call.villain.address, call.world.now)
        call.world.plane.receive(data, ("203.0.113.9", 9), call.world.now)
    call.rtp(data[:1900])
    call.check()
