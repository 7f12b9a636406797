"""Invariant: no VP8 or H.264 payload is read or written out of bounds; rewriting keeps size and frame boundaries."""

from sfu.plane import h264, vp8
from tests.fuzz.media_call import MID_VIDEO, running_call
from tests.sfu.plane.peers import Rtp
from tests.sfu.plane.peers import vp8 as payload

SEEDS: tuple[bytes, ...] = (
    payload(1, key=True),
    payload(2, tid=2, sync=True),
    payload(3, start=False),
    b"\x90\x80\x05\x10\x00\x00\x9d\x01\x2a\x80\x02\x68\x01",
    b"\x10\x01abc",
    b"\x90\xf0\xff\xff\x07\xa0\x10\x00\x00\x9d\x01\x2a\x80\x02\x68\x01",
    b"\x78\x00\x04\x67abc\x00\x02\x65i",
    b"\x7c\x85first",
    b"\x67sps",
)


def fuzz(data: bytes) -> None:
    """Raises AssertionError when the invariant is broken."""
    before = vp8.parse(data)
    changed = vp8.rewrite(data, 0x1234, 0x56)
    after = vp8.parse(changed)
    assert len(changed) == len(data)
    if before is None or after is None:
        assert before is after
    else:
        assert [before[name] for name in ("start", "key", "temporal", "sync", "picture_bits")] == [
            after[name] for name in ("start", "key", "temporal", "sync", "picture_bits")
        ]
    assert h264.is_key(data) in (True, False, None)
    call = running_call()
    number = call.inputs
    for layer, rid in enumerate((b"q", b"h")):
        for payload_type in (96, 102):
            packet = Rtp(payload_type, 0, 3000 * number, 0xA0 + layer, data[:1500], True, {1: MID_VIDEO, 2: rid})
            call.rtp(packet.encode())
    if number % 50 == 0:
        call.world.plane.select(5, number // 50 % 3 - 1, number // 150 % 3)
    call.check()
