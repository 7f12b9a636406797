"""RTCP against aiortc's reader and writer."""

import struct

import pytest
from aiortc.rtp import (
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    unpack_remb_fci,
)
from hypothesis import given
from hypothesis import strategies as st

from sfu.plane import rtcp


@given(st.sets(st.integers(0, 2000), min_size=1, max_size=60), st.integers(0, 65535))
def test_a_nack_names_every_packet(offsets: set[int], base: int) -> None:
    numbers = [(base + offset) & 0xFFFF for offset in sorted(offsets)]
    (packet,) = RtcpPacket.parse(rtcp.nack(1, 2, numbers))
    assert isinstance(packet, RtcpRtpfbPacket)
    assert (packet.fmt, packet.ssrc, packet.media_ssrc) == (1, 1, 2)
    assert [number & 0xFFFF for number in packet.lost] == numbers


@given(st.integers(0, 2**40), st.lists(st.integers(0, 2**32 - 1), max_size=16))
def test_a_remb_says_nearly_the_bitrate(bitrate: int, ssrcs: list[int]) -> None:
    data = rtcp.remb(1, bitrate, ssrcs)
    (packet,) = RtcpPacket.parse(data)
    assert isinstance(packet, RtcpPsfbPacket)
    said, named = unpack_remb_fci(packet.fci)
    assert bitrate * (1 - 2**-17) <= said <= bitrate
    assert named == ssrcs
    (part,) = rtcp.parse(data)
    assert part is not None
    assert part["remb"] == said


def test_reads_a_sender_report_with_blocks() -> None:
    info = RtcpSenderInfo(ntp_timestamp=0xE1234567_80000000, rtp_timestamp=12345, packet_count=1, octet_count=2)
    block = RtcpReceiverInfo(
        ssrc=9, fraction_lost=64, packets_lost=-3, highest_sequence=70000, jitter=11, lsr=22, dlsr=33
    )
    data = bytes(RtcpSrPacket(ssrc=7, sender_info=info, reports=[block]))
    (part,) = rtcp.parse(data)
    assert part is not None
    assert (part["ssrc"], part["ntp"], part["rtp"]) == (7, 0xE1234567_80000000, 12345)
    (read,) = part["blocks"]
    assert (read["ssrc"], read["fraction"], read["lost"], read["highest"]) == (9, 64, -3, 70000)
    assert (read["jitter"], read["last_report"], read["delay"]) == (11, 22, 33)


def test_reads_compounds_to_the_malformed_part() -> None:
    good = bytes(RtcpRrPacket(ssrc=7, reports=[]))
    assert [part and part["type"] for part in rtcp.parse(good + good)] == [201, 201]
    assert [part and part["type"] for part in rtcp.parse(good + b"\x80\xc9\x00\x05")] == [201, None]


@pytest.mark.parametrize("data", [b"\x80", b"\x00\xc9\x00\x00", b"\x80\xc9\x00\x01", b"\xa0\xc9\x00\x00"])
def test_refuses_malformed_packets(data: bytes) -> None:
    assert rtcp.parse(data) == [None]


def test_padding_is_taken_off_and_checked() -> None:
    padded = struct.pack("!BBHI", 0xA0, 201, 2, 7) + b"\0\0\0\4"
    (part,) = rtcp.parse(padded)
    assert part is not None
    assert part["body"] == struct.pack("!I", 7)
    assert rtcp.parse(padded[:-1] + b"\x09") == [None]


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes) -> None:
    rtcp.parse(data)
