"""SDP as a load client needs it: offers of what it sends, answers to what a server sends. Text <-> dataclasses, pure.

Codecs are Opus and VP8 with RTX; everything else in a server's offer is left out of the answer.
"""

import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

from benchmarks.load.ice import Credentials
from benchmarks.load.model import Kind

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
EXTENSIONS = {1: AUDIO_LEVEL, 2: ABS_SEND_TIME, 3: MID, 4: RID}
"""Ids that our own offers give to the extensions; the first is for audio alone, the last for simulcast."""

AUDIO_PAYLOAD = 111
VIDEO_PAYLOADS = {"vp8": (96, 97), "h264": (102, 103)}
"""Numbers of a codec and of its RTX."""
H264_PARAMETERS = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
"""Constrained baseline, what every browser decodes (RFC 7742 section 6.2)."""
MID_PLACE = "\0"
OWN_LINES = ("a=mid:", "a=msid:", "a=ssrc", "a=candidate:", "a=end-of-candidates")
"""What differs between sections that are alike."""
KNOWN_FORMATS = 256  # kinds of sections whose payload types are read once
SCTP_PORT = 5000
MAX_SECTIONS = 4096  # of one description; the largest plan has some hundred tracks in a room


class SdpError(ValueError):
    """The server's description cannot be read, or lacks what a connection needs."""


@dataclass(frozen=True, slots=True)
class LocalTrack:
    """One track that a client offers."""

    mid: str
    kind: Literal["audio", "video"]
    ssrc: int
    track_id: str
    video: Literal["vp8", "h264"] = "vp8"
    """The codec, when it is no sound."""
    rids: tuple[str, ...] = ()
    """Encodings of simulcast (RFC 8853), each with an SSRC of its own behind `ssrc`, which the offer does not tell."""

    def carries(self, extension: str) -> bool:
        """Whether its packets have a header extension."""
        return {AUDIO_LEVEL: self.kind == "audio", RID: bool(self.rids)}.get(extension, True)


@dataclass(frozen=True, slots=True)
class LocalTransport:
    """Our end of the connection: what its sections say."""

    credentials: Credentials
    fingerprint: str
    address: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Codec:
    """One payload type of a section; `apt` is what an RTX number repairs (RFC 4588 section 8.1)."""

    number: int
    name: str
    clock: int
    channels: int = 1
    apt: int = 0
    parameters: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Formats:
    """What the payload types of a section mean; the same object for sections that say the same."""

    kind: str
    codecs: tuple[Codec, ...]
    usable: tuple[Codec, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """An m-section of a remote description but for its mid; the same object for sections of a connection that say the
    same."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    direction: str
    formatted: Formats
    extensions: tuple[tuple[int, str], ...]
    sctp_port: int = 0


class Section(NamedTuple):
    """One m-section of a remote description."""

    mid: str
    shape: Shape

    @property
    def kind(self) -> str:
        return self.shape.kind

    @property
    def port(self) -> int:
        return self.shape.port

    @property
    def protocol(self) -> str:
        return self.shape.protocol

    @property
    def formats(self) -> tuple[str, ...]:
        return self.shape.formats

    @property
    def direction(self) -> str:
        return self.shape.direction

    @property
    def codecs(self) -> tuple[Codec, ...]:
        return self.shape.formatted.codecs

    @property
    def extensions(self) -> tuple[tuple[int, str], ...]:
        return self.shape.extensions

    @property
    def sctp_port(self) -> int:
        return self.shape.sctp_port


@dataclass(frozen=True, slots=True)
class RemoteDescription:
    """What the server said: one bundled transport and its sections."""

    credentials: Credentials
    fingerprints: tuple[tuple[str, str], ...]
    """Pairs of hash name and value."""
    addresses: tuple[tuple[str, int], ...]
    """UDP host candidates, loopback first, then IPv4. Empty: the server names them later, by trickle."""
    lite: bool
    """An ICE-lite server: whoever offered, we control (RFC 8445 section 6.1.1)."""
    sections: tuple[Section, ...]

    def payload_kinds(self) -> dict[int, Kind]:
        """What each payload type carries, over all sections (they are bundled, so a number means one thing)."""
        kinds: dict[int, Kind] = {}
        for formats in self.formats():
            media = Kind.AUDIO if formats.kind == "audio" else Kind.VIDEO
            kinds |= {codec.number: Kind.RTX if codec.apt else media for codec in formats.usable}
        return kinds

    def formats(self) -> Collection[Formats]:
        """What its sections say of payload types, each once."""
        return {section.shape.formatted: None for section in self.sections}.keys()


def parse(text: str) -> RemoteDescription:
    """Read a server's offer or answer. Raises SdpError when it makes no sense or lacks credentials or a fingerprint."""
    return Reader().parse(text)


class Reader:
    """Reads the descriptions that follow one another on a connection: a section whose text is that of one in the
    description before comes out as the same object.
    """

    def __init__(self) -> None:
        self._known: dict[str, Section] = {}  # by text
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def parse(self, text: str) -> RemoteDescription:
        """As the function `parse`."""
        try:
            return self._parsed(text.replace("\r\n", "\n"))
        except (ValueError, IndexError) as error:
            raise SdpError(f"the server's description cannot be read: {error}") from error

    def _parsed(self, text: str) -> RemoteDescription:
        _, *blocks = text.split("\nm=")
        if len(blocks) > MAX_SECTIONS:
            raise SdpError(f"{len(blocks)} sections")
        ufrag, password = _values(text, "ice-ufrag"), _values(text, "ice-pwd")
        prints = sorted(set(_values(text, "fingerprint")))
        if not (ufrag and password and prints):
            raise SdpError("ICE credentials or the fingerprint are missing")
        found = (candidate(f"candidate:{value}") for value in _values(text, "candidate"))
        known, self._known = self._known, {}
        for block in blocks:
            self._known[block] = known.get(block) or self._section(f"m={block}".splitlines())
        return RemoteDescription(
            credentials=Credentials(ufrag[0], password[0]),
            fingerprints=tuple(map(_pair, prints)),
            addresses=_nearest_first([address for address in found if address is not None]),
            lite="\na=ice-lite\n" in text,
            sections=tuple(self._known[block] for block in blocks),
        )

    def _section(self, lines: list[str]) -> Section:
        """Most are as others but for their name and the track in them, which are not read twice."""
        shape = tuple(line for line in lines if not line.startswith(OWN_LINES))
        if shape not in self._shapes:
            self._shapes[shape] = _shape(lines)
        return Section(_first(lines, "a=mid:"), self._shapes[shape])


def with_addresses(remote: RemoteDescription, more: Sequence[tuple[str, int]]) -> RemoteDescription:
    """The same with addresses that came by trickle."""
    return replace(remote, addresses=_nearest_first([*remote.addresses, *more]))


def _values(text: str, name: str) -> list[str]:
    """Of all lines of an attribute, wherever they are."""
    return [rest.partition("\n")[0].strip() for rest in text.split(f"\na={name}:")[1:]]


def _first(lines: Sequence[str], prefix: str) -> str:
    return next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), "")


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition(" ")
    return name, value


def candidate(line: str) -> tuple[str, int] | None:
    """Address of a UDP host candidate for component 1 (RFC 8839 section 5.1), without "a="; None for all others.

    Names (of mDNS) are passed over: only numeric addresses are taken.
    """
    parts = line.split()
    if len(parts) < 8 or parts[1] != "1" or parts[2].lower() != "udp" or parts[7] != "host":
        return None
    try:
        address, port = ipaddress.ip_address(parts[4]), int(parts[5])
    except ValueError:
        return None
    return (str(address), port) if 0 < port < 65536 else None


def is_loopback(host: str) -> bool:
    """Of a numeric address."""
    return host.startswith("127.") or host == "::1"


def _nearest_first(addresses: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Loopback first, then IPv4; each one once."""
    return tuple(sorted(dict.fromkeys(addresses), key=lambda item: (not is_loopback(item[0]), ":" in item[0])))


def _shape(lines: Sequence[str]) -> Shape:
    kind, port, protocol, *numbers = lines[0].removeprefix("m=").split()
    directions = {"a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"}
    meanings = tuple(line for line in lines if line.startswith(("a=rtpmap:", "a=fmtp:")))
    return Shape(
        kind=kind,
        port=int(port),
        protocol=protocol,
        formats=tuple(numbers),
        direction=next((line.removeprefix("a=") for line in lines if line in directions), "sendrecv"),
        formatted=_formats(kind, tuple(numbers), meanings),
        extensions=tuple(_extension(line) for line in lines if line.startswith("a=extmap:")),
        sctp_port=int(_first(lines, "a=sctp-port:") or 0),
    )


@lru_cache(maxsize=KNOWN_FORMATS)
def _formats(kind: str, numbers: tuple[str, ...], lines: tuple[str, ...]) -> Formats:
    codecs = tuple(codec for number in numbers if (codec := _codec(number, lines)) is not None)
    return Formats(kind, codecs, _usable(codecs))


def _codec(number: str, lines: Sequence[str]) -> Codec | None:
    mapping = _first(lines, f"a=rtpmap:{number} ")
    if not mapping:
        return None
    if not 0 <= int(number) < 128:
        raise SdpError(f"payload type {number}")
    name, clock, *channels = mapping.split("/")
    parameters = _first(lines, f"a=fmtp:{number} ")
    apt = next((int(item[4:]) for item in parameters.replace(" ", "").split(";") if item.startswith("apt=")), 0)
    return Codec(int(number), name.lower(), int(clock), int(channels[0]) if channels else 1, apt, parameters)


def _extension(line: str) -> tuple[int, str]:
    number, _, uri = line.removeprefix("a=extmap:").partition(" ")
    return int(number.partition("/")[0]), uri.split()[0]


def usable(section: Section) -> tuple[Codec, ...]:
    """The codecs of a section that the client takes: Opus, VP8, H.264 in several packets a picture, and their RTX."""
    return section.shape.formatted.usable


def _usable(codecs: tuple[Codec, ...]) -> tuple[Codec, ...]:
    media = tuple(
        codec
        for codec in codecs
        if codec.name in ("opus", "vp8") or (codec.name == "h264" and "packetization-mode=1" in codec.parameters)
    )
    numbers = {codec.number for codec in media}
    return media + tuple(codec for codec in codecs if codec.name == "rtx" and codec.apt in numbers)


def offer(transport: LocalTransport, tracks: Sequence[LocalTrack], *, data: bool = False, session: int = 1) -> str:
    """Offer to send the tracks, one section each, and with `data` also messages."""
    data_mids = ["data"] if data else []
    lines = _session_lines(session, [track.mid for track in tracks] + data_mids)
    for track in tracks:
        payloads = (AUDIO_PAYLOAD,) if track.kind == "audio" else VIDEO_PAYLOADS[track.video]
        numbers = " ".join(map(str, payloads))
        lines += [f"m={track.kind} 9 UDP/TLS/RTP/SAVPF {numbers}", "c=IN IP4 0.0.0.0"]
        lines += _transport_lines(transport, track.mid, "active")
        lines += ["a=rtcp-mux", "a=rtcp-rsize", "a=sendonly", f"a=msid:- {track.track_id}"]
        lines += [f"a=extmap:{number} {uri}" for number, uri in EXTENSIONS.items() if track.carries(uri)]
        lines += _codec_lines(track)
        lines += _stream_lines(track)
    for mid in data_mids:
        lines += ["m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "c=IN IP4 0.0.0.0"]
        lines += [*_transport_lines(transport, mid, "active"), f"a=sctp-port:{SCTP_PORT}", "a=max-message-size:65535"]
    return _text(lines)


def answer(remote: RemoteDescription, transport: LocalTransport, session: int = 1) -> str:
    """Accept a server's offer: receive media, open the data section. What has no codec of ours is rejected."""
    return Answers(transport).write(remote, session)


class Answers:
    """Writes the answers that follow one another on a connection: sections that are alike are written once."""

    def __init__(self, transport: LocalTransport) -> None:
        self._transport = transport
        self._written: dict[Shape, str] = {}

    def write(self, remote: RemoteDescription, session: int = 1) -> str:
        """As the function `answer`."""
        mids = [section.mid for section in remote.sections if _acceptable(section)]
        return _text(_session_lines(session, mids)) + "".join(map(self._section, remote.sections))

    def _section(self, section: Section) -> str:
        key = section.shape
        if key not in self._written:
            self._written[key] = _text(_answer_section(Section(MID_PLACE, key), self._transport))
        return self._written[key].replace(MID_PLACE, section.mid, 1)


def _acceptable(section: Section) -> bool:
    return section.kind == "application" or bool(usable(section))


def _answer_section(section: Section, transport: LocalTransport) -> list[str]:
    if not _acceptable(section):  # RFC 3264 section 6: port 0, and the formats of the offer
        rejected = f"m={section.kind} 0 {section.protocol} {' '.join(section.formats)}"
        return [rejected, "c=IN IP4 0.0.0.0", f"a=mid:{section.mid}", "a=inactive"]
    if section.kind == "application":
        head = [f"m=application 9 {section.protocol} {' '.join(section.formats)}", "c=IN IP4 0.0.0.0"]
        data = [f"a=sctp-port:{section.sctp_port}", "a=max-message-size:65535"]
        return head + _transport_lines(transport, section.mid, "active") + data
    codecs = usable(section)
    numbers = " ".join(str(codec.number) for codec in codecs)
    lines = [f"m={section.kind} 9 {section.protocol} {numbers}", "c=IN IP4 0.0.0.0"]
    lines += _transport_lines(transport, section.mid, "active")
    lines += ["a=rtcp-mux", "a=rtcp-rsize"]
    lines.append("a=recvonly" if section.direction in ("sendonly", "sendrecv") else "a=inactive")
    lines += [f"a=extmap:{number} {uri}" for number, uri in section.extensions if uri in EXTENSIONS.values()]
    for codec in codecs:
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        lines.append(f"a=rtpmap:{codec.number} {codec.name}/{codec.clock}{channels}")
        if codec.parameters:
            lines.append(f"a=fmtp:{codec.number} {codec.parameters}")
        if codec.name in VIDEO_PAYLOADS:
            lines += _feedback_lines(codec.number)
    return lines


def _session_lines(session: int, mids: Sequence[str]) -> list[str]:
    return [
        "v=0",
        f"o=- 1 {session} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
    ]


def _transport_lines(transport: LocalTransport, mid: str, setup: str) -> list[str]:
    host, port = transport.address
    known = not ipaddress.ip_address(host).is_unspecified  # else the server learns it from our checks
    return [
        f"a=mid:{mid}",
        f"a=ice-ufrag:{transport.credentials.ufrag}",
        f"a=ice-pwd:{transport.credentials.password}",
        f"a=fingerprint:sha-256 {transport.fingerprint}",
        f"a=setup:{setup}",
        *([f"a=candidate:1 1 udp 2130706431 {host} {port} typ host"] if known else []),
        "a=end-of-candidates",
    ]


def _codec_lines(track: LocalTrack) -> list[str]:
    if track.kind == "audio":
        return [f"a=rtpmap:{AUDIO_PAYLOAD} opus/48000/2", f"a=fmtp:{AUDIO_PAYLOAD} minptime=10;useinbandfec=1"]
    number, repair = VIDEO_PAYLOADS[track.video]
    parameters = [f"a=fmtp:{number} {H264_PARAMETERS}"] if track.video == "h264" else []
    return [
        f"a=rtpmap:{number} {track.video.upper()}/90000",
        *parameters,
        *_feedback_lines(number),
        f"a=rtpmap:{repair} rtx/90000",
        f"a=fmtp:{repair} apt={number}",
    ]


def _stream_lines(track: LocalTrack) -> list[str]:
    if track.rids:
        return [*(f"a=rid:{rid} send" for rid in track.rids), f"a=simulcast:send {';'.join(track.rids)}"]
    return [f"a=ssrc:{track.ssrc} cname:load", f"a=ssrc:{track.ssrc} msid:- {track.track_id}"]


def _feedback_lines(number: int) -> list[str]:
    return [f"a=rtcp-fb:{number} {kind}" for kind in ("nack", "nack pli", "ccm fir", "goog-remb")]


def _text(lines: Sequence[str]) -> str:
    return "\r\n".join(lines) + "\r\n"
