"""What real media is made of: encoded frames, films, and the log of what was sent when. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from benchmarks.load.model import Kind

Luma = NDArray[np.uint8]
"""Height x width, 8 bits."""

VIDEO_CLOCK = 90_000  # Hz, RFC 7741 section 4.1, RFC 6184 section 8.2.1
AUDIO_CLOCK = 48_000  # Hz, RFC 7587 section 4.1
FPS = 25
AUDIO_STEP = 960  # ticks: 20 ms, as all browsers send


class MediaError(Exception):
    """A file cannot be used, in words for the person who named it."""


class NoTrackError(MediaError):
    """The file has no track of the wanted kind."""


class Codec(StrEnum):
    """What tracks are encoded with; the names are those of SDP in lower case."""

    VP8 = "vp8"
    H264 = "h264"
    OPUS = "opus"

    @property
    def kind(self) -> Kind:
        return Kind.AUDIO if self is Codec.OPUS else Kind.VIDEO

    @property
    def clock(self) -> int:
        """Ticks per second of its RTP timestamps."""
        return AUDIO_CLOCK if self is Codec.OPUS else VIDEO_CLOCK

    @property
    def step(self) -> int:
        """Ticks between two frames."""
        return AUDIO_STEP if self is Codec.OPUS else VIDEO_CLOCK // FPS


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded picture, or 20 ms of sound."""

    data: bytes
    """As decoders take it: VP8 frame, H.264 access unit with start codes, Opus packet."""
    payloads: tuple[bytes, ...]
    """The same in pieces that fit packets. VP8's descriptors are left out: they number pictures as they are sent."""
    key: bool = False
    """Decoding may start here."""
    level: int = 127
    """Loudness of sound in -dBov, RFC 6464 section 3."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture before it was encoded, and how near to it a decoder comes when nothing is lost."""

    luma: Luma
    psnr: float
    """dB."""


@dataclass(frozen=True, slots=True)
class Film:
    """A track to publish again and again from its begin. Every picture carries its index as a bar code."""

    name: str
    codec: Codec
    frames: tuple[Frame, ...]
    width: int = 0
    height: int = 0
    references: Mapping[int, Reference] = field(default_factory=dict)
    """Some pictures by index."""
    tone: float = 0.0
    """Hz: what must be heard; 0: any sound."""

    @property
    def seconds(self) -> float:
        return len(self.frames) * self.codec.step / self.codec.clock

    @property
    def bits_per_second(self) -> float:
        return sum(len(frame.data) for frame in self.frames) * 8 / self.seconds


@dataclass(frozen=True, slots=True)
class Sent:
    """One frame on its way."""

    index: int
    """In its film."""
    at: float
    """Monotonic seconds of its first packet."""
