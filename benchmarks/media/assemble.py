"""Captured RTP packets of one receiver to streams of whole frames. Pure, and after the fact: it sorts by sequence.

Nothing is decoded here. A frame knows whether anything is missing since the one before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from aiortc.rtp import RtpPacket

from benchmarks.media import payload
from benchmarks.media.model import Codec

NAMES = frozenset(codec.value for codec in Codec)

Captured = tuple[float, bytes]
"""Monotonic seconds of arrival, and a decrypted RTP packet."""


@dataclass(frozen=True, slots=True)
class Part:
    """One packet, its sequence number counted on beyond 16 bits."""

    arrival: float
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Arrived:
    """A whole frame."""

    arrival: float
    """Monotonic seconds at which its last packet came."""
    data: bytes
    key: bool
    chained: bool
    """Nothing is missing between the frame before and this one."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What came of one SSRC."""

    codec: Codec
    frames: tuple[Arrived, ...]
    lost: int
    """Packets that never came, between the first and the last that did."""
    malformed: int
    """Packets whose payload cannot be read."""


def streams(captured: Iterable[Captured], codecs: Mapping[int, str], repairs: Mapping[int, int]) -> dict[int, Stream]:
    """By SSRC. `codecs`: names by payload type; `repairs`: the payload type that each RTX number repairs."""
    found: dict[int, list[Part]] = defaultdict(list)
    of_codec: dict[int, Codec] = {}
    newest: dict[int, int] = {}
    carrying: dict[int, int] = {}
    for arrival, datagram in captured:
        try:
            packet = RtpPacket.parse(datagram)
        except ValueError:
            continue  # a packet that cannot be read is as good as lost, and counted so
        ssrc, number, data = packet.ssrc, packet.sequence_number, packet.payload
        if packet.payload_type in repairs:
            # RFC 4588 section 4: the original sequence number comes first. Empty ones only probe for bandwidth.
            ssrc = carrying.get(repairs[packet.payload_type], 0)
            number, data = int.from_bytes(data[:2]), data[2:]
            if not ssrc or not data:
                continue
        elif (name := codecs.get(packet.payload_type)) in NAMES:
            carrying[packet.payload_type] = ssrc
            of_codec[ssrc] = Codec(name)
        else:
            continue
        sequence = _extended(number, newest.get(ssrc))
        newest[ssrc] = max(sequence, newest.get(ssrc, 0))
        found[ssrc].append(Part(arrival, sequence, packet.timestamp, bool(packet.marker), data))
    return {ssrc: assemble(of_codec[ssrc], parts) for ssrc, parts in found.items()}


def _extended(sequence: int, newest: int | None) -> int:
    """The number nearest to the newest one whose lower 16 bits are these (RFC 3550 section 3.3.1's idea)."""
    if newest is None:
        return sequence + 0x10000
    return newest + ((sequence - newest + 0x8000) & 0xFFFF) - 0x8000


def assemble(codec: Codec, parts: Sequence[Part]) -> Stream:
    """Frames out of the packets of one SSRC, in any order, some perhaps twice or never there."""
    ordered = sorted({part.sequence: part for part in reversed(parts)}.values(), key=lambda part: part.sequence)
    frames: list[Arrived] = []
    malformed, expected = 0, ordered[0].sequence if ordered else 0
    chained = True
    for _, group in groupby(ordered, key=lambda part: part.timestamp):
        pieces = list(group)
        chained &= pieces[0].sequence == expected
        expected = pieces[-1].sequence + 1
        filled = [piece for piece in pieces if piece.payload]  # empty ones are padding
        if not filled:
            continue
        try:
            whole = _is_whole(codec, pieces, filled)
            data = payload.join(codec, [piece.payload for piece in filled]) if whole else b""
        except ValueError:
            malformed, whole = malformed + 1, False
        if whole:
            last = max(piece.arrival for piece in filled)
            frames.append(Arrived(last, data, payload.is_key(codec, data), chained))
        chained = whole
    span = ordered[-1].sequence - ordered[0].sequence + 1 if ordered else 0
    return Stream(codec, tuple(frames), span - len(ordered), malformed)


def _is_whole(codec: Codec, pieces: Sequence[Part], filled: Sequence[Part]) -> bool:
    if codec is Codec.OPUS:
        return True
    contiguous = pieces[-1].sequence - pieces[0].sequence + 1 == len(pieces)
    return contiguous and payload.begins(codec, filled[0].payload) and filled[-1].marker
