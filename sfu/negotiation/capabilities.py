"""What the server can forward: codecs, header extensions and feedback, with the numbers it offers them under."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sfu.negotiation.description import Extension, Format
from sfu.plane.model import Codec, ExtensionIds, PayloadType

Kind = Literal["audio", "video"]

# rtcp-fb values: RFC 4585, RFC 5104, draft-holmer-rmcat-transport-wide-cc-extensions-01,
# draft-alvestrand-rmcat-remb-03.
NACK = "nack"
PLI = "nack pli"
FIR = "ccm fir"
REMB = "goog-remb"
TRANSPORT_CC = "transport-cc"

RTX = "rtx"
OPUS = "opus"
_PROFILE = re.compile(r"[0-9A-Fa-f]{6}")
VIDEO_CLOCK = 90_000  # Hz


@dataclass(frozen=True, slots=True)
class CodecCapability:
    """One codec: how it is written in SDP, and the payload numbers under which the server offers it."""

    codec: Codec
    kind: Kind
    name: str
    clock_rate: int
    channels: int
    number: int
    rtx: int  # 0 = never retransmitted
    parameters: str  # fmtp of our offers


# The order is the order of preference in answers.
CODECS = (
    CodecCapability(Codec.OPUS, "audio", OPUS, 48_000, 2, 111, 0, "minptime=10;useinbandfec=1"),
    CodecCapability(Codec.VP8, "video", "VP8", VIDEO_CLOCK, 1, 96, 97, ""),
    CodecCapability(
        Codec.H264,
        "video",
        "H264",
        VIDEO_CLOCK,
        1,
        102,
        103,
        "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    ),
)


@dataclass(frozen=True, slots=True)
class ExtensionCapability:
    """One header extension. `field` is its name in `ExtensionIds`, `number` the id in our offers (0 = not offered)."""

    field: str
    uri: str
    kinds: tuple[Kind, ...]
    number: int


_BOTH: tuple[Kind, ...] = ("audio", "video")

EXTENSIONS = (
    ExtensionCapability("mid", "urn:ietf:params:rtp-hdrext:sdes:mid", _BOTH, 4),
    ExtensionCapability("rid", "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", ("video",), 0),
    ExtensionCapability("repaired_rid", "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", ("video",), 0),
    ExtensionCapability("audio_level", "urn:ietf:params:rtp-hdrext:ssrc-audio-level", ("audio",), 1),
    ExtensionCapability(
        "transport_cc", "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01", _BOTH, 3
    ),
    ExtensionCapability("abs_send_time", "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", _BOTH, 2),
    ExtensionCapability("video_orientation", "urn:3gpp:video-orientation", ("video",), 5),
)

EXTENSIONS_BY_URI = {each.uri: each for each in EXTENSIONS}

# Of a client's Opus parameters (RFC 7587 section 6.1) these are repeated.
_OPUS_KEPT = ("minptime", "maxaveragebitrate")

# The plane reads one-byte headers: ids 1..14 (RFC 8285 section 4.2). So `extmap-allow-mixed` is never answered.
MAX_EXTENSION_ID = 14


def codecs_of(kind: Kind, first: Codec) -> list[CodecCapability]:
    """All codecs of a kind, `first` in front."""
    return sorted((each for each in CODECS if each.kind == kind), key=lambda each: each.codec != first)


@cache
def offered_formats(kind: Kind, first: Codec, *, transport_cc: bool) -> tuple[Format, ...]:
    """The payload numbers of a section of ours; a number means the same in every section."""
    return tuple(_offered_formats(kind, first, transport_cc=transport_cc))


def _offered_formats(kind: Kind, first: Codec, *, transport_cc: bool) -> Iterator[Format]:
    estimate = TRANSPORT_CC if transport_cc else REMB
    for each in codecs_of(kind, first):
        feedback = (NACK, PLI, FIR, estimate) if kind == "video" else ((TRANSPORT_CC,) if transport_cc else ())
        yield Format(each.number, each.name, each.clock_rate, each.channels, each.parameters, feedback)
        if each.rtx:
            yield Format(each.rtx, RTX, each.clock_rate, parameters=f"apt={each.number}")


@cache
def offered_extensions(kind: Kind, *, transport_cc: bool) -> tuple[Extension, ...]:
    """The header extensions of a section of ours: the two ways of estimating bandwidth exclude each other."""
    unwanted = "abs_send_time" if transport_cc else "transport_cc"
    suitable = (each for each in EXTENSIONS if each.number and kind in each.kinds and each.field != unwanted)
    return tuple(Extension(each.number, each.uri) for each in suitable)


def extension_ids(extensions: Mapping[str, int]) -> ExtensionIds:
    """`ExtensionIds` out of a map from URI to id."""
    return ExtensionIds(**{EXTENSIONS_BY_URI[uri].field: number for uri, number in extensions.items()})


def payload_types(formats: tuple[Format, ...], kind: Kind) -> tuple[PayloadType, ...]:
    """The payload numbers that carry codecs of ours, in the order of the formats."""
    rtx = rtx_numbers(formats)
    found = []
    for each in formats:
        capability = match(each, kind)
        if capability:
            found.append(
                PayloadType(
                    capability.codec,
                    each.number,
                    rtx.get(each.number, 0),
                    each.clock_rate,
                    nack=NACK in each.feedback,
                    pli=PLI in each.feedback,
                )
            )
    return tuple(found)


def rtx_numbers(formats: tuple[Format, ...]) -> dict[int, int]:
    """From the payload number of a codec to that of its retransmissions (RFC 4588 section 8.6)."""
    found: dict[int, int] = {}
    for each in formats:
        text = parameters(each.parameters).get("apt", "")
        if each.name.lower() == RTX and text.isascii() and text.isdigit() and len(text) <= 3:
            found.setdefault(int(text), each.number)
    return found


def match(each: Format, kind: Kind) -> CodecCapability | None:
    """The capability that an offered format stands for; None when it is not forwarded."""
    for capability in CODECS:
        written = (capability.kind, capability.name.lower(), capability.clock_rate, capability.channels)
        if written == (kind, each.name.lower(), each.clock_rate, each.channels):
            usable = capability.codec is not Codec.H264 or _constrained_baseline(each.parameters)
            return capability if usable else None
    return None


def parameters(text: str) -> dict[str, str]:
    """The pairs of an fmtp line, names in lower case; of a repeated name the last counts."""
    pairs = (pair.partition("=") for pair in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def answered_parameters(each: Format, codec: Codec) -> str:
    """The fmtp with which an offered codec is answered; nothing unknown is repeated."""
    given = parameters(each.parameters)
    if codec is Codec.OPUS:
        numbers = {name: given.get(name, "") for name in _OPUS_KEPT}
        kept = [f"{name}={text}" for name, text in numbers.items() if text.isascii() and text.isdigit()]
        # `stereo` only says what a client can play, and all of them say it; `sprop-stereo` what it wants to send.
        stereo = ["stereo=1"] if given.get("sprop-stereo") == "1" else []
        return ";".join([*kept, *stereo, "useinbandfec=1", "usedtx=1"])
    if codec is Codec.H264:
        return f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={given['profile-level-id']}"
    return ""


def _constrained_baseline(text: str) -> bool:
    """RFC 6184 section 8.1: profile 0x42 with constraint_set1; packets may carry several or parts of NAL units."""
    given = parameters(text)
    profile = given.get("profile-level-id", "")
    if not _PROFILE.fullmatch(profile) or given.get("packetization-mode") != "1":
        return False
    number = int(profile, 16)
    return number >> 16 == 0x42 and bool(number & 0x4000)
