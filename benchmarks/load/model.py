"""Values that cross between Python and the native load engine."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What a payload type carries."""

    AUDIO = 1
    VIDEO = 2
    RTX = 3


class Codec(IntEnum):
    """Which video payloads the engine looks into for key frames; none of those of OTHER."""

    OTHER = 0
    VP8 = 1
    H264 = 2


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The traffic of one source. `size` is that of RTP packets before SRTP, in bytes."""

    kind: Kind
    packets_per_second: int
    """0: the track is announced, and whoever made the plan sends its packets."""
    size: int
    burst: int = 1
    """Packets sent back to back: 1 spaces all of them evenly."""
    frames_per_second: int = 25
    """Video only: a frame spans packets_per_second / frames_per_second packets."""
    codec: Codec = Codec.VP8
    """Video only: what the track is announced as. The engine's own packets look like VP8."""
    rids: tuple[str, ...] = ()
    """Video only: encodings of simulcast that the track is announced with, the smallest first; whoever made the plan
    sends the packets of each."""

    def bits_per_second(self) -> int:
        return self.packets_per_second * self.size * 8


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """How a source's packets are marked, as negotiated; extension ids of 0 are left out."""

    ssrc: int
    payload_type: int
    mid: str
    mid_extension: int = 0
    level_extension: int = 0
    rid: str = ""
    """Which encoding of simulcast it is."""
    rid_extension: int = 0


class SourceStats(NamedTuple):
    """What one source has sent since it was added."""

    packets: int
    octets: int
    key_frames: int
    skipped: int  # packets never sent because the client itself was late


class ClientCost(NamedTuple):
    """What the load client itself has used since it began."""

    process: float  # CPU seconds, user and system, of the whole process
    engine: float  # CPU seconds of the engine's thread, a part of them
    wakeups: int  # rounds of the engine's thread
    reads: int  # receiving system calls
    datagrams: int  # received by them


class EndpointStats(NamedTuple):
    """What one endpoint has received since it was added."""

    packets: int  # media packets, without RTX
    octets: int  # bytes of them, with SRTP overhead
    lost: int  # sequence gaps
    late: int  # packets behind a higher sequence number
    retransmitted: int  # RTX packets
    decrypted: int
    refused: int  # authentication failed, or no keys yet
    unknown: int  # payload type that nobody announced, or not RTP
    plis: int
    nacks: int  # as a publisher
    control: int  # STUN and DTLS datagrams
    streams: int  # SSRCs with media
    first_packet: float  # CLOCK_MONOTONIC seconds of the first media packet, 0.0 before it
    first_key_frame: float  # the same for the first video packet that starts a key frame


class StreamStats(NamedTuple):
    """One SSRC at a receiver."""

    ssrc: int
    kind: Kind
    packets: int
    lost: int
    late: int
    jitter: float  # seconds, RFC 3550 section 6.4.1
