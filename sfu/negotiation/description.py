"""A session description as values: what `sdp.parse` gives and `sdp.render` takes (RFC 8866, RFC 8829).

Only attributes that the server reads or writes are kept; all others are dropped on the way in.
"""

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Literal

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Setup = Literal["active", "passive", "actpass", "holdconn"]

RTP_PROTOCOL = "UDP/TLS/RTP/SAVPF"
DATA_PROTOCOL = "UDP/DTLS/SCTP"
DATA_FORMAT = "webrtc-datachannel"
NO_CNAME = "-"  # an SSRC line must say something


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A certificate digest (RFC 8122): algorithm in lower case, value as upper-case hexadecimal pairs."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class Format:
    """One payload number of a section: rtpmap, fmtp and rtcp-fb lines together. `name` is "" without an rtpmap."""

    number: int
    name: str = ""
    clock_rate: int = 0
    channels: int = 1
    parameters: str = ""  # of fmtp, as written
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """An RTP header extension (RFC 8285); `direction` is "" when not restricted."""

    id: int
    uri: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Rid:
    """A restriction identifier (RFC 8851); `direction` is "send" or "recv"."""

    name: str
    direction: str
    restrictions: str = ""


@dataclass(frozen=True, slots=True)
class Simulcast:
    """Rids in order (RFC 8853): of alternatives only the first is kept, paused ones lose their mark."""

    send: tuple[str, ...] = ()
    receive: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Msid:
    """The stream and the track that a section carries (RFC 8830); `stream` is "-" for none."""

    stream: str
    track: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One SSRC (RFC 5576)."""

    ssrc: int
    cname: str = ""
    msid: Msid | None = None


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """SSRCs that belong together; FID = a stream and its retransmissions (RFC 5888)."""

    semantics: str
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MediaSection:
    """One m-line with its attributes. What the session level gives for all is filled in by the parser."""

    kind: str
    mid: str
    port: int = 9
    protocol: str = RTP_PROTOCOL
    direction: Direction = "sendrecv"
    formats: tuple[Format, ...] = ()
    data_format: str = ""  # instead of `formats`, of an application section
    extensions: tuple[Extension, ...] = ()
    msids: tuple[Msid, ...] = ()
    rids: tuple[Rid, ...] = ()
    simulcast: Simulcast | None = None
    sources: tuple[Source, ...] = ()
    source_groups: tuple[SourceGroup, ...] = ()
    ufrag: str = ""
    password: str = ""
    fingerprints: tuple[Fingerprint, ...] = ()
    setup: Setup | None = None
    candidates: tuple[str, ...] = ()  # what follows "candidate:"
    end_of_candidates: bool = False
    rtcp_mux: bool = False
    rtcp_rsize: bool = False
    bundle_only: bool = False
    sctp_port: int | None = None
    max_message_size: int | None = None


_BEHIND_MID = attrgetter(*(field.name for field in fields(MediaSection)[2:]))


def with_mid(section: MediaSection, mid: str) -> MediaSection:
    """The same under another mid: `dataclasses.replace` takes three times as long, for each section of each answer."""
    return MediaSection(section.kind, mid, *_BEHIND_MID(section))


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """A whole description. `bundle` lists the mids that share one transport (RFC 9143)."""

    session_id: int
    version: int
    sections: tuple[MediaSection, ...]
    bundle: tuple[str, ...] = ()
    ice_lite: bool = False
    fingerprints: tuple[Fingerprint, ...] = ()  # at session level, for all sections
    msid_semantic: bool = False
