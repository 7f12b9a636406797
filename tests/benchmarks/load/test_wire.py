"""The native writers against another implementation's parsers."""

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.rtp import (
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    unpack_remb_fci,
)

from benchmarks.load import wire


def sample(*, sequence: int = 70, start: bool = True, key: bool = True, mid: str = "1") -> bytes:
    return wire.sample_packet(
        payload_type=96,
        sequence=sequence,
        timestamp=90_000,
        ssrc=0xDEADBEEF,
        mid=mid,
        marker=True,
        start=start,
        key=key,
        sent=123_456_789_012,
    )


def test_a_packet_is_rtp_for_others() -> None:
    packet = RtpPacket.parse(sample())
    assert (packet.payload_type, packet.sequence_number, packet.timestamp, packet.ssrc, packet.marker) == (
        96,
        70,
        90_000,
        0xDEADBEEF,
        1,
    )


def test_its_payload_starts_a_vp8_key_frame() -> None:
    descriptor, frame = VpxPayloadDescriptor.parse(RtpPacket.parse(sample()).payload)
    assert (descriptor.partition_start, descriptor.picture_id, descriptor.tl0picidx) == (1, 70, 7)
    assert frame[0] & 1 == 0
    assert frame[3:6] == b"\x9d\x01\x2a"


def test_a_delta_frame_says_so() -> None:
    _, frame = VpxPayloadDescriptor.parse(RtpPacket.parse(sample(key=False)).payload)
    assert frame[0] & 1 == 1


def test_the_stamp_comes_back() -> None:
    _, sequence, ssrc, header, sent, source, number = wire.parse_packet(sample(mid="camera-0"))
    assert (sequence, ssrc, sent, source, number) == (70, 0xDEADBEEF, 123_456_789_012, 5, 70)
    assert header % 4 == 0


@pytest.mark.parametrize("cut", range(60))
def test_a_truncated_packet_is_refused_not_overread(cut: int) -> None:
    packet = sample()
    with pytest.raises(ValueError):
        wire.parse_packet(packet[: min(cut, len(packet) - 1)])


def test_receiver_feedback_is_rtcp_for_others() -> None:
    compound = wire.receiver_rtcp(
        ssrc=1, media=2, highest=70_000, lost=-1, bitrate=5_000_000, missing=[100, 103, 116, 117]
    )
    report, remb, nack = RtcpPacket.parse(compound)
    assert isinstance(report, RtcpRrPacket)
    assert (report.reports[0].ssrc, report.reports[0].highest_sequence) == (2, 70_000)
    assert report.reports[0].packets_lost == -1
    assert isinstance(remb, RtcpPsfbPacket)
    bitrate, ssrcs = unpack_remb_fci(remb.fci)
    assert bitrate == pytest.approx(5_000_000, rel=1e-4)
    assert ssrcs == [2]
    assert isinstance(nack, RtcpRtpfbPacket)
    assert nack.lost == [100, 103, 116, 117]


def test_a_nack_goes_on_across_the_wrap() -> None:
    compound = wire.receiver_rtcp(ssrc=1, media=2, highest=1, lost=0, bitrate=1, missing=[65_535, 0, 3])
    nack = RtcpPacket.parse(compound)[2]
    assert isinstance(nack, RtcpRtpfbPacket)
    assert [number % 65_536 for number in nack.lost] == [65_535, 0, 3]


def test_a_sender_report_carries_its_five_numbers() -> None:
    (report,) = RtcpPacket.parse(wire.sender_rtcp(ssrc=9, ntp=1 << 40, timestamp=5, packets=6, octets=7))
    assert isinstance(report, RtcpSrPacket)
    info = report.sender_info
    assert (info.ntp_timestamp, info.rtp_timestamp, info.packet_count, info.octet_count) == (1 << 40, 5, 6, 7)
