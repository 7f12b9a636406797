"""The VP8 descriptor against a slow reading of RFC 7741 section 4.2."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sfu.plane import vp8


def oracle(payload: bytes) -> dict[str, Any] | None:
    """The descriptor, byte by byte; None when bytes are missing."""
    rest = list(payload)
    result: dict[str, Any] = {
        "picture": -1, "picture_bits": 0, "tl0": -1, "temporal": 0, "sync": False, "width": 0, "height": 0,
    }  # fmt: skip
    try:
        first = rest.pop(0)
        flags = rest.pop(0) if first & 0x80 else 0
        if flags & 0x80:
            result["picture"], result["picture_bits"] = rest.pop(0), 7
            if result["picture"] & 0x80:
                result["picture"] = (result["picture"] & 0x7F) << 8 | rest.pop(0)
                result["picture_bits"] = 15
        if flags & 0x40:
            result["tl0"] = rest.pop(0)
        if flags & 0x30:
            byte = rest.pop(0)
            if flags & 0x20:
                result["temporal"], result["sync"] = byte >> 6, bool(byte & 0x20)
        frame = rest[0]
    except IndexError:
        return None
    result["start"] = bool(first & 0x10) and first & 7 == 0
    result["key"] = result["start"] and frame & 1 == 0
    if result["key"] and rest[3:6] == [0x9D, 0x01, 0x2A] and len(rest) >= 10:
        result["width"] = (rest[6] | rest[7] << 8) & 0x3FFF
        result["height"] = (rest[8] | rest[9] << 8) & 0x3FFF
    return result


@given(st.binary(max_size=24))
def test_reads_as_the_oracle_does(payload: bytes) -> None:
    assert vp8.parse(payload) == oracle(payload)


@given(st.sampled_from([0x90, 0x80]), st.integers(0, 255), st.binary(min_size=16, max_size=24))
def test_reads_extended_descriptors_as_the_oracle_does(first: int, flags: int, rest: bytes) -> None:
    payload = bytes([first, flags]) + rest
    assert vp8.parse(payload) == oracle(payload)


@given(st.integers(0, 255), st.binary(min_size=12, max_size=24), st.integers(0, 32767), st.integers(0, 255))
def test_rewriting_changes_the_counters_and_nothing_else(flags: int, rest: bytes, picture: int, tl0: int) -> None:
    payload = bytes([0x90, flags]) + rest
    before = oracle(payload)
    after = oracle(vp8.rewrite(payload, picture, tl0))
    assert before is not None
    assert after is not None
    expected = dict(before)
    if before["picture_bits"]:
        expected["picture"] = picture & (0x7FFF if before["picture_bits"] == 15 else 0x7F)
    if before["tl0"] >= 0:
        expected["tl0"] = tl0
    assert after == expected
    assert len(vp8.rewrite(payload, picture, tl0)) == len(payload)


def test_reads_the_size_of_a_key_frame() -> None:
    assert vp8.parse(b"\x90\x80\x05" + bytes.fromhex("30fe009d012a80026801")) == {
        "start": True, "key": True, "picture": 5, "picture_bits": 7, "tl0": -1, "temporal": 0, "sync": False,
        "width": 640, "height": 360,
    }  # fmt: skip
