"""Invariant: whatever a server sends, captured packets become frames without an error, none of them invented."""

import struct

from benchmarks.load.model import SourceFormat
from benchmarks.media import payload
from benchmarks.media.assemble import streams
from benchmarks.media.model import Codec, Film, Frame
from benchmarks.media.playback import Playback

NUMBERS = {96: Codec.VP8, 102: Codec.H264, 111: Codec.OPUS}
CODECS = {**{number: codec.value for number, codec in NUMBERS.items()}, 97: "rtx", 103: "rtx"}
REPAIRS = {97: 96, 103: 102}
DATA = {
    Codec.VP8: b"\x10" + bytes(range(256)) * 6,
    Codec.H264: b"\0\0\0\1\x67abc\0\0\0\1\x68d\0\0\0\1\x65" + bytes(range(1, 256)) * 6,
    Codec.OPUS: b"\xfcsound",
}


def _joined(packets: list[bytes]) -> bytes:
    return b"".join(struct.pack("!H", len(packet)) + packet for packet in packets)


def _seed(number: int, codec: Codec) -> bytes:
    frame = Frame(DATA[codec], payload.split(codec, DATA[codec]), True)
    form = SourceFormat(7, number, "0", mid_extension=3, level_extension=1 if codec is Codec.OPUS else 0)
    playback = Playback(Film("seed", codec, (frame,)), form, 0.0)
    packets = playback.poll(0.06)
    first = packets[0]
    header = 16 + 4 * first[15]
    repaired = first[:1] + bytes([first[1] & 0x80 | (number + 1) & 0x7F]) + b"\0\1" + first[4:8] + b"\0\0\0\x08"
    return _joined([*packets, repaired + first[12:header] + first[2:4] + first[header:]])


SEEDS: tuple[bytes, ...] = tuple(_seed(number, codec) for number, codec in NUMBERS.items())


def fuzz(data: bytes) -> None:
    """Raises when the invariant is broken."""
    captured: list[tuple[float, bytes]] = []
    at = 0
    while at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2]) % 2048
        captured.append((float(len(captured)), data[at + 2 : at + 2 + size]))
        at += 2 + size
    for stream in streams(captured, CODECS, REPAIRS).values():
        assert stream.lost >= 0
        assert len(stream.frames) <= len(captured)
        for frame in stream.frames:
            assert frame.data
            assert frame.arrival < len(captured)
            assert len(frame.data) <= 3 * len(data)
