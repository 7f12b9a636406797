"""Encoded frames to RTP payloads and back: VP8 (RFC 7741), H.264 mode 1 (RFC 6184), Opus (RFC 7587). Pure.

The wire formats are aiortc's; what is lost on the way is the caller's business.
"""

from collections.abc import Sequence
from fractions import Fraction

import av
from aiortc.codecs.h264 import H264Encoder, H264PayloadDescriptor
from aiortc.codecs.vpx import VpxPayloadDescriptor

from benchmarks.media.model import VIDEO_CLOCK, Codec

VP8_PIECE = 1200  # bytes: with all headers it passes through every common tunnel, as in browsers
PICTURE_IDS = 1 << 15  # RFC 7741 section 4.2: the long form has 15 bits
START_CODE = b"\0\0\0\1"
NAL_FU_A, NAL_IDR = 28, 5


def split(codec: Codec, data: bytes) -> tuple[bytes, ...]:
    """The pieces of one frame, in order; those of VP8 still want `vp8_descriptor` before each."""
    if codec is Codec.OPUS:
        return (data,)
    if codec is Codec.VP8:
        return tuple(data[start : start + VP8_PIECE] for start in range(0, len(data), VP8_PIECE))
    unit = av.Packet(data)
    unit.pts, unit.time_base = 0, Fraction(1, VIDEO_CLOCK)
    payloads, _ = H264Encoder().pack(unit)
    return tuple(payloads)


def vp8_descriptor(picture: int, *, first: bool) -> bytes:
    """What goes before a piece: whether the frame begins here, and the picture's number."""
    return bytes(VpxPayloadDescriptor(int(first), 0, picture_id=picture % PICTURE_IDS))


def join(codec: Codec, payloads: Sequence[bytes]) -> bytes:
    """A frame out of all its payloads, in order. Raises ValueError for a malformed one."""
    if codec is Codec.OPUS:
        return b"".join(payloads)
    descriptor = VpxPayloadDescriptor if codec is Codec.VP8 else H264PayloadDescriptor
    return b"".join(descriptor.parse(payload)[1] for payload in payloads)


def begins(codec: Codec, payload: bytes) -> bool:
    """May a frame begin with this payload? In H.264 that is only known of the first unit's begin."""
    if not payload:
        return False
    if codec is Codec.VP8:
        descriptor, _ = VpxPayloadDescriptor.parse(payload)
        return bool(descriptor.partition_start) and descriptor.partition_id == 0
    if codec is Codec.H264 and payload[0] & 0x1F == NAL_FU_A:
        return len(payload) > 1 and bool(payload[1] & 0x80)  # RFC 6184 section 5.8: S
    return True


def is_key(codec: Codec, data: bytes) -> bool:
    """Can decoding start at this frame?"""
    if codec is Codec.OPUS:
        return True
    if codec is Codec.VP8:
        return bool(data) and not data[0] & 1  # RFC 6386 section 9.1
    return any(unit and unit[0] & 0x1F == NAL_IDR for unit in units(data))


def units(data: bytes) -> list[bytes]:
    """The NAL units of an H.264 access unit in byte stream format."""
    found = data.replace(START_CODE, START_CODE[1:]).split(START_CODE[1:])
    return found[1:]


def plain(codec: Codec, data: bytes) -> bytes:
    """A frame in the one form in which frames can be compared: H.264 with long start codes."""
    return b"".join(START_CODE + unit for unit in units(data)) if codec is Codec.H264 else data
