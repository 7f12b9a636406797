"""The RTP parser against plain Python."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfu.plane import rtp
from tests.sfu.plane.peers import Rtp

KINDS = {number: number for number in range(1, 8)}

packets = st.builds(
    Rtp,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 65535),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=200),
    marker=st.booleans(),
    extensions=st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=5),
    padding=st.integers(0, 255),
)


@given(packets)
def test_reads_what_was_written(packet: Rtp) -> None:
    parsed = rtp.parse(packet.encode(), KINDS)
    assert parsed is not None
    assert parsed["payload_type"] == packet.payload_type
    assert parsed["marker"] == packet.marker
    assert parsed["sequence"] == packet.sequence
    assert parsed["timestamp"] == packet.timestamp
    assert parsed["ssrc"] == packet.ssrc
    assert parsed["payload"] == packet.payload
    assert parsed["extensions"] == {k: v for k, v in packet.extensions.items() if k in KINDS}


@given(packets, st.integers(0, 400))
def test_a_cut_packet_is_malformed_or_shorter(packet: Rtp, length: int) -> None:
    whole = packet.encode()
    parsed = rtp.parse(whole[:length], KINDS)
    if parsed is not None:
        assert length >= 12
        assert len(parsed["payload"]) <= length


def test_reads_two_byte_extensions_and_contributing_sources() -> None:
    head = struct.pack("!BBHII", 0x92, 96, 1, 2, 3) + bytes(8)
    block = bytes([2, 3]) + b"mid" + bytes([0, 200, 1, 9, 5, 0])
    block += bytes(-len(block) % 4)
    packet = head + struct.pack("!HH", 0x1000, len(block) // 4) + block + b"payload"
    assert rtp.parse(packet, {2: 1, 200: 2, 5: 3}) == {
        "payload_type": 96,
        "marker": False,
        "sequence": 1,
        "timestamp": 2,
        "ssrc": 3,
        "payload": b"payload",
        "extensions": {1: b"mid", 2: b"\x09"},
    }


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        bytes(11),
        bytes(12),  # version 0
        struct.pack("!BBHII", 0x8F, 96, 1, 2, 3),  # sources missing
        struct.pack("!BBHII", 0x90, 96, 1, 2, 3),  # extension missing
        struct.pack("!BBHIIHH", 0x90, 96, 1, 2, 3, 0xBEDE, 1),  # extension cut
        struct.pack("!BBHII", 0xA0, 96, 1, 2, 3),  # padding bit without padding
        struct.pack("!BBHII", 0xA0, 96, 1, 2, 3) + b"\0",  # padding of zero
        struct.pack("!BBHII", 0xA0, 96, 1, 2, 3) + b"\x03\x03",  # padding longer than the payload
    ],
)
def test_refuses_malformed_packets(packet: bytes) -> None:
    assert rtp.parse(packet, KINDS) is None


def test_a_broken_element_does_not_spoil_the_packet() -> None:
    packet = struct.pack("!BBHIIHH", 0x90, 96, 1, 2, 3, 0xBEDE, 1) + b"\x10A\x2f\x00" + b"payload"
    parsed = rtp.parse(packet, KINDS)
    assert parsed is not None
    assert parsed["extensions"] == {1: b"A"}
    assert parsed["payload"] == b"payload"
