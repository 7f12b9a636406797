"""Where key frames begin, against payloads that other implementations write."""

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from benchmarks.load.frames import is_key_frame
from benchmarks.load.model import Codec

KEY, DELTA = b"\x10\x02\x00\x9d\x01\x2a", b"\x11\x02\x00"
PLAIN = VpxPayloadDescriptor(partition_start=1, partition_id=0)
NUMBERED = VpxPayloadDescriptor(partition_start=1, partition_id=0, picture_id=70)
LONG = VpxPayloadDescriptor(partition_start=1, partition_id=0, picture_id=17_000, tl0picidx=3, tid=(0, 1), keyidx=4)


@pytest.mark.parametrize("descriptor", [PLAIN, NUMBERED, LONG])
def test_vp8_key_frames_begin_with_a_clear_lowest_bit(descriptor: VpxPayloadDescriptor) -> None:
    assert is_key_frame(Codec.VP8, bytes(descriptor) + KEY)
    assert not is_key_frame(Codec.VP8, bytes(descriptor) + DELTA)


@pytest.mark.parametrize(("start", "partition"), [(0, 0), (1, 1), (0, 2)])
def test_the_middle_of_a_vp8_frame_begins_nothing(start: int, partition: int) -> None:
    assert not is_key_frame(Codec.VP8, bytes(VpxPayloadDescriptor(start, partition)) + KEY)


@pytest.mark.parametrize("cut", range(8))
def test_a_vp8_descriptor_alone_begins_nothing(cut: int) -> None:
    whole = bytes(LONG)
    assert not is_key_frame(Codec.VP8, whole[: min(cut, len(whole))])


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (b"\x65idr", True),
        (b"\x67sps", True),
        (b"\x61slice", False),
        (b"\x78\x00\x02\x68p\x00\x02\x65i", True),
        (b"\x78\x00\x02\x68p\x00\x02\x61i", False),
        (b"\x78\xff\xff\x68", False),
        (b"\x7c\x85first fragment", True),
        (b"\x7c\x05next fragment", False),
        (b"\x7c\x81slice", False),
        (b"\x7c", False),
        (b"", False),
    ],
)
def test_h264_key_frames_begin_with_an_idr_picture_or_its_parameters(payload: bytes, key: bool) -> None:
    assert is_key_frame(Codec.H264, payload) is key


def test_unknown_codecs_are_not_looked_into() -> None:
    assert not is_key_frame(Codec.OTHER, b"\x65idr")
