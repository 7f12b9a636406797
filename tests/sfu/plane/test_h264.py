"""Where H.264 key frames begin (RFC 6184)."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfu.plane import h264

SPS, PPS, IDR, SLICE = b"\x67sps", b"\x68pps", b"\x65idr", b"\x41slice"


def stap(*units: bytes) -> bytes:
    return b"\x78" + b"".join(struct.pack("!H", len(unit)) + unit for unit in units)


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (SPS, True),
        (PPS, False),
        (IDR, False),  # its parameter sets came one packet before
        (SLICE, False),
        (stap(SPS, PPS), True),
        (stap(PPS, IDR), False),
        (stap(PPS, SPS), True),
        (stap(PPS, SLICE), False),
        (b"\x7c\x85first", False),  # FU-A, start of an IDR
        (b"\x7c\x05middle", False),
        (b"\x7c\x81first", False),
        (b"\x7c", False),
        (b"", None),
        (b"\x78\x00\x09short", False),
        (b"\x78\x00\x00\x00\x00", False),
    ],
)
def test_knows_key_frames(payload: bytes, key: bool | None) -> None:
    assert h264.is_key(payload) is key


def oracle(payload: bytes) -> bool | None:
    if not payload:
        return None
    kind = payload[0] & 31
    if kind != 24:
        return kind == 7
    rest = payload[1:]
    while len(rest) >= 2:
        size = int.from_bytes(rest[:2], "big")
        if size == 0 or len(rest) < 2 + size:
            return False
        if rest[2] & 31 == 7:
            return True
        rest = rest[2 + size :]
    return False


@given(st.binary(max_size=40), st.sampled_from([None, 24, 28]))
def test_reads_as_the_oracle_does(payload: bytes, kind: int | None) -> None:
    if kind is not None:
        payload = bytes([kind]) + payload
    assert h264.is_key(payload) == oracle(payload)
