"""Reads one media section: an m-line and what follows it, line by line, into a `MediaSection`."""

from collections.abc import Callable
from dataclasses import replace

from sfu.negotiation import fields
from sfu.negotiation.description import (
    NO_CNAME,
    Direction,
    Extension,
    Fingerprint,
    Format,
    MediaSection,
    Msid,
    Rid,
    Setup,
    Simulcast,
    Source,
    SourceGroup,
)
from sfu.negotiation.errors import SdpError

MAX_FEEDBACK = 32  # rtcp-fb lines of one payload number; a wildcard line multiplies, so they are bounded


class SectionReader:
    """One media section while it is read."""

    def __init__(self, line: str) -> None:
        words = line[2:].split()
        if len(words) < 4:
            raise SdpError("an m= line has fewer than four fields")
        self.kind = fields.matching(fields.TOKEN, words[0], "media kind")
        self.port = fields.number(words[1], 65535, "port")
        self.protocol = fields.matching(fields.TOKEN, words[2], "protocol")
        self.data_format = ""
        self.numbers: dict[int, None] = {}
        if "RTP/" in self.protocol:
            self.numbers = dict.fromkeys(fields.number(word, 127, "payload type") for word in words[3:])
        else:
            self.data_format = fields.matching(fields.TOKEN, words[3], "media format")
        self.mid = ""
        self.direction: Direction = "sendrecv"
        self.rtpmaps: dict[int, tuple[str, int, int]] = {}
        self.parameters: dict[int, str] = {}
        self.feedback: dict[int | None, list[str]] = {}
        self.extensions: list[Extension] = []
        self.msids: list[Msid] = []
        self.rids: dict[str, Rid] = {}
        self.simulcast: Simulcast | None = None
        self.sources: dict[int, Source] = {}
        self.source_groups: list[SourceGroup] = []
        self.ufrag = ""
        self.password = ""
        self.fingerprints: list[Fingerprint] = []
        self.setup: Setup | None = None
        self.candidates: list[str] = []
        self.flags: set[str] = set()
        self.sctp_port: int | None = None
        self.max_message_size: int | None = None

    def read(self, name: str, value: str) -> None:
        """Take one attribute; one that is not known changes nothing."""
        if reader := _READERS.get(name):
            reader(self, value)

    def finish(self) -> MediaSection:
        if not self.mid:
            raise SdpError("a media section has no mid")
        return MediaSection(
            kind=self.kind,
            mid=self.mid,
            port=self.port,
            protocol=self.protocol,
            direction=self.direction,
            formats=tuple(map(self._format, self.numbers)),
            data_format=self.data_format,
            extensions=tuple(self.extensions),
            msids=tuple(self.msids),
            rids=tuple(self.rids.values()),
            simulcast=self.simulcast,
            sources=tuple(self.sources.values()),
            source_groups=tuple(self.source_groups),
            ufrag=self.ufrag,
            password=self.password,
            fingerprints=tuple(self.fingerprints),
            setup=self.setup,
            candidates=tuple(self.candidates),
            end_of_candidates="end-of-candidates" in self.flags,
            rtcp_mux="rtcp-mux" in self.flags,
            rtcp_rsize="rtcp-rsize" in self.flags,
            bundle_only="bundle-only" in self.flags,
            sctp_port=self.sctp_port,
            max_message_size=self.max_message_size,
        )

    def _format(self, number: int) -> Format:
        name, clock_rate, channels = self.rtpmaps.get(number, ("", 0, 1))
        feedback = dict.fromkeys([*self.feedback.get(number, ()), *self.feedback.get(None, ())])
        kept = tuple(feedback)[:MAX_FEEDBACK]
        return Format(number, name, clock_rate, channels, self.parameters.get(number, ""), kept)

    def _mid(self, value: str) -> None:
        self.mid = fields.matching(fields.MID, value, "mid")

    def _rtpmap(self, value: str) -> None:
        number, rest = _numbered(value, "rtpmap")
        words = rest.split("/")
        if len(words) not in (2, 3):
            raise SdpError("rtpmap is not of the form name/rate/channels")
        self.rtpmaps[number] = (
            fields.matching(fields.TOKEN, words[0], "codec name"),
            fields.number(words[1], 2**31, "clock rate"),
            fields.number(words[2], 255, "channels") if len(words) == 3 else 1,
        )

    def _fmtp(self, value: str) -> None:
        number, self.parameters[number] = _numbered(value, "fmtp")

    def _feedback(self, value: str) -> None:
        target, _, kind = value.partition(" ")
        number = None if target == "*" else fields.number(target, 127, "payload type")
        self.feedback.setdefault(number, []).append(" ".join(kind.split()))

    def _extension(self, value: str) -> None:
        target, uri = [*value.split(), "", ""][:2]
        number, _, direction = target.partition("/")
        if direction and direction not in fields.DIRECTIONS:
            raise SdpError("an extmap has an unknown direction")
        fields.matching(fields.TOKEN, uri, "extmap URI")
        self.extensions.append(Extension(fields.number(number, 255, "extmap id"), uri, direction))

    def _msid(self, value: str) -> None:
        self.msids.append(fields.msid(value))

    def _rid(self, value: str) -> None:
        name, direction, restrictions = [*value.split(), "", "", ""][:3]
        if direction not in ("send", "recv"):
            raise SdpError("a rid is neither send nor recv")
        self.rids[fields.matching(fields.RID, name, "rid")] = Rid(name, direction, restrictions)

    def _simulcast(self, value: str) -> None:
        words = value.split()
        lists = dict(zip(words[::2], map(fields.rid_list, words[1::2]), strict=False))
        self.simulcast = Simulcast(lists.get("send", ()), lists.get("recv", ()))

    def _source(self, value: str) -> None:
        number, _, rest = value.partition(" ")
        ssrc = fields.number(number, 2**32 - 1, "SSRC")
        known = self.sources.get(ssrc, Source(ssrc))
        name, _, text = rest.partition(":")
        if name == "cname":
            cname = fields.matching(fields.TOKEN, text, "cname")
            known = replace(known, cname="" if cname == NO_CNAME else cname)
        elif name == "msid":
            known = replace(known, msid=fields.msid(text))
        self.sources[ssrc] = known

    def _source_group(self, value: str) -> None:
        semantics, *ssrcs = value.split() or [""]
        numbers = tuple(fields.number(ssrc, 2**32 - 1, "SSRC") for ssrc in ssrcs)
        self.source_groups.append(SourceGroup(fields.matching(fields.TOKEN, semantics, "ssrc-group"), numbers))

    def _ufrag(self, value: str) -> None:
        self.ufrag = fields.matching(fields.ICE, value, "ice-ufrag")

    def _password(self, value: str) -> None:
        self.password = fields.matching(fields.ICE, value, "ice-pwd")

    def _fingerprint(self, value: str) -> None:
        self.fingerprints.append(fields.fingerprint(value))

    def _setup(self, value: str) -> None:
        self.setup = fields.setup(value)

    def _candidate(self, value: str) -> None:
        self.candidates.append(value)

    def _sctp_port(self, value: str) -> None:
        self.sctp_port = fields.number(value, 65535, "sctp-port")

    def _max_message_size(self, value: str) -> None:
        self.max_message_size = fields.number(value, 2**64 - 1, "max-message-size")


def _numbered(value: str, what: str) -> tuple[int, str]:
    number, _, rest = value.partition(" ")
    if not rest.strip():
        raise SdpError(f"{what} says nothing")
    return fields.number(number, 127, "payload type"), rest.strip()


def _direction(direction: Direction) -> Callable[[SectionReader, str], None]:
    return lambda section, _value: setattr(section, "direction", direction)


def _flag(name: str) -> Callable[[SectionReader, str], None]:
    return lambda section, _value: section.flags.add(name)


_READERS: dict[str, Callable[[SectionReader, str], None]] = {
    "mid": SectionReader._mid,
    "rtpmap": SectionReader._rtpmap,
    "fmtp": SectionReader._fmtp,
    "rtcp-fb": SectionReader._feedback,
    "extmap": SectionReader._extension,
    "msid": SectionReader._msid,
    "rid": SectionReader._rid,
    "simulcast": SectionReader._simulcast,
    "ssrc": SectionReader._source,
    "ssrc-group": SectionReader._source_group,
    "ice-ufrag": SectionReader._ufrag,
    "ice-pwd": SectionReader._password,
    "fingerprint": SectionReader._fingerprint,
    "setup": SectionReader._setup,
    "candidate": SectionReader._candidate,
    "sctp-port": SectionReader._sctp_port,
    "max-message-size": SectionReader._max_message_size,
    "sendrecv": _direction("sendrecv"),
    "sendonly": _direction("sendonly"),
    "recvonly": _direction("recvonly"),
    "inactive": _direction("inactive"),
    **{name: _flag(name) for name in ("end-of-candidates", "rtcp-mux", "rtcp-rsize", "bundle-only")},
}
