"""Invariant: no datagram, authentic or not, harms the load engine: it is counted once, and others are still heard."""

import atexit
import socket

from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import Codec, EndpointStats, Kind
from benchmarks.load.wire import receiver_rtcp, sample_packet, sender_rtcp
from sfu.plane.srtp import Srtp

GCM = 7
KEY = bytes(range(28))
SSRC = 0xDEADBEEF  # of the packet samples
RAW, RTP, RTCP = b"\0", b"\1", b"\2"  # first byte of an input: sent as it is, or protected first
_VIDEO = sample_packet(
    payload_type=96, sequence=70, timestamp=90_000, ssrc=SSRC, mid="1", marker=True, start=True, key=False, sent=1
)
_PLI = b"\x81\xce\0\2\0\0\0\1\xde\xad\xbe\xef"
_FIR = b"\x84\xce\0\4\0\0\0\1\0\0\0\0\xde\xad\xbe\xef\1\0\0\0"

SEEDS: tuple[bytes, ...] = (
    RTP + _VIDEO,
    RTP + b"\x80\xe6\0\1\0\0\0\0\0\0\0\5" + b"\x78\x00\x02\x68p\x00\x02\x61i",
    RTP + b"\x80\xe6\0\1\0\0\0\0\0\0\0\5" + b"\x7c\x01fragment",
    RTP + b"\x90\x61\0\1\0\0\0\0\0\0\0\6\xbe\xde\0\1\x10\xff\0\0" + b"\0\1again",
    RTP + b"\x80\x6f\0\1\0\0\0\0\0\0\0\7opus",
    RTCP + sender_rtcp(ssrc=SSRC, ntp=1 << 40, timestamp=5, packets=6, octets=7),
    RTCP + receiver_rtcp(ssrc=1, media=SSRC, highest=70_000, lost=2, bitrate=5_000_000, missing=[100, 103]),
    RTCP + _PLI + _FIR,
    RAW + _VIDEO,
    RAW + b"\x81\xc9\0\1\0\0\0\1",
    RAW + b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12),
    RAW + b"\x16\xfe\xfd" + bytes(20),
)


class _Rig:
    """An engine that does not run: datagrams are put in by hand. Renewed now and then, since SSRCs fill its table."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.nowhere = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.engine = LoadEngine(control_fd=self.nowhere[0].fileno(), capture_fd=self.nowhere[0].fileno())
        self.engine.add_endpoint(self.socket.fileno())
        self.engine.set_srtp(0, GCM, KEY, KEY)
        for number, kind, codec in (
            (96, Kind.VIDEO, Codec.VP8),
            (97, Kind.RTX, Codec.OTHER),
            (102, Kind.VIDEO, Codec.H264),
            (111, Kind.AUDIO, Codec.OTHER),
        ):
            self.engine.set_payload(0, number, kind, codec)
        self.sealing = Srtp(GCM, KEY, outbound=True)
        self.left = 500

    def stats(self) -> EndpointStats:
        return self.engine.endpoint_stats(0)

    def close(self) -> None:
        self.engine.stop()
        for end in (self.socket, *self.nowhere):
            end.close()


_rigs = [_Rig()]
atexit.register(lambda: _rigs[0].close())


def fuzz(data: bytes) -> None:
    """Raises AssertionError when the invariant is broken."""
    rig = _rigs[0]
    before = rig.stats()
    rig.engine.receive(0, _datagram(rig, data[:1], data[1:1900]))
    after = rig.stats()
    counted = sum(
        getattr(after, name) - getattr(before, name) for name in ("packets", "retransmitted", "unknown", "control")
    )
    assert counted <= 1
    assert after.refused - before.refused <= 1
    assert after.decrypted - before.decrypted <= 1
    assert after.streams - before.streams <= 1
    rig.left -= 1
    if rig.left == 0:
        _rigs[0] = _Rig()
        rig.close()
    _rigs[0].engine.receive(0, b"\x16still there")
    assert _rigs[0].stats().control > 0


def _datagram(rig: _Rig, form: bytes, body: bytes) -> bytes:
    try:
        if form == RTP:
            return rig.sealing.protect(body)
        if form == RTCP:
            return rig.sealing.protect_rtcp(body)
    except ValueError:
        return body
    return body
