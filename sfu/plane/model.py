"""Values that cross between Python and the compiled plane: what commands take and what the thread tells."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class Codec(IntEnum):
    """Codecs that the plane forwards; it reads the descriptors of the two video codecs."""

    OPUS = 1
    VP8 = 2
    H264 = 3


class SrtpProfile(IntEnum):
    """Values of RFC 5764 section 4.1.2 and RFC 7714 section 14.2."""

    AES_CM_128_HMAC_SHA1_80 = 1
    AEAD_AES_128_GCM = 7


@dataclass(frozen=True, slots=True)
class ExtensionIds:
    """Negotiated RTP header extension ids of one transport (RFC 8285); 0 = not negotiated."""

    mid: int = 0
    rid: int = 0
    repaired_rid: int = 0
    audio_level: int = 0
    transport_cc: int = 0
    abs_send_time: int = 0
    video_orientation: int = 0
    playout_delay: int = 0


@dataclass(frozen=True, slots=True)
class PayloadType:
    """One codec of a section: its payload number and that of its RTX (RFC 4588), 0 = none."""

    codec: Codec
    number: int
    rtx: int = 0
    clock_rate: int = 90_000
    nack: bool = True
    pli: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One encoding of a publication. `rid` is "" for the only layer; SSRCs are 0 until learnt from rid or mid."""

    rid: str = ""
    ssrc: int = 0
    rtx_ssrc: int = 0


@dataclass(frozen=True, slots=True)
class Publication:
    """A track that a transport receives from its peer. Layers are ordered from smallest to largest."""

    publication: int
    transport: int
    mid: str
    audio: bool
    payload_types: tuple[PayloadType, ...]
    layers: tuple[Layer, ...] = (Layer(),)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A publication as one receiver gets it: one SSRC, own numbering, payload numbers of its own section."""

    subscription: int
    publication: int
    transport: int
    ssrc: int
    payload_types: tuple[PayloadType, ...]
    rtx_ssrc: int = 0


# -- events out of the thread, in the order in which they happened -------------------------------------------------


class DatagramReceived(NamedTuple):
    """A STUN or DTLS datagram (RFC 7983). `transport` is 0 when the source address belongs to none yet."""

    socket: int
    address: tuple[str, int]
    transport: int
    data: bytes


class FirstPacket(NamedTuple):
    """A layer of a publication got its first authenticated packet: the track is live."""

    publication: int
    layer: int
    ssrc: int
    payload_type: int
    codec: Codec


class LayerChanged(NamedTuple):
    """A subscription now forwards `layer` (an index into the publication's layers), -1 = nothing."""

    subscription: int
    layer: int


class Removed(NamedTuple):
    """The thread no longer touches the object: kind is "transport", "publication" or "subscription"."""

    kind: str
    handle: int


Event = DatagramReceived | FirstPacket | LayerChanged | Removed

# -- statistics, snapshots that cost no lock -----------------------------------------------------------------------


class LayerStats(NamedTuple):
    """What one encoding has brought so far."""

    packets: int
    bytes: int
    lost: int  # by sequence gaps, RTX-recovered ones not counted
    jitter: float  # seconds, RFC 3550 section 6.4.1
    nacks_sent: int
    plis_sent: int
    frames: int
    key_frames: int
    bitrate: int  # bit/s over the last second
    last_packet: float  # seconds, CLOCK_MONOTONIC; 0.0 = never
    width: int  # from the last VP8 key frame, 0 = unknown
    height: int


class PublicationStats(NamedTuple):
    """A received track: its layers and, for audio, its level since the last read."""

    layers: tuple[LayerStats, ...]
    audio_level: int  # -dBov of the loudest packet since the last read, 127 = silence (RFC 6464)
    audio_active_ms: int  # milliseconds of packets louder than -35 dBov since the last read
    audio_total_ms: int  # milliseconds of audio packets since the last read


class SubscriptionStats(NamedTuple):
    """What one receiver got of a track and what it reported back."""

    packets: int
    bytes: int
    retransmitted: int
    layer: int  # -1 = nothing
    temporal: int
    lost: int  # cumulative, from receiver reports
    fraction_lost: float  # 0..1, last receiver report
    jitter: float  # seconds, last receiver report
    round_trip: float  # seconds, 0.0 = unknown
    nacks_received: int
    plis_received: int
    bitrate: int  # bit/s over the last second


class FeedbackSample(NamedTuple):
    """One packet out of a receiver's transport-wide feedback: when sent, when received there."""

    sequence: int
    size: int  # bytes
    sent: float  # seconds, CLOCK_MONOTONIC
    received: float  # seconds on the receiver's clock, -1.0 = lost


class TransportStats(NamedTuple):
    """Totals of one peer connection."""

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    remb: int  # bit/s the peer last asked for, 0 = never
    remb_at: float  # seconds, CLOCK_MONOTONIC
    round_trip: float  # seconds, 0.0 = unknown
    last_packet: float  # seconds, CLOCK_MONOTONIC, any authenticated packet
