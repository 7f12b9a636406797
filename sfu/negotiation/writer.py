"""`SessionDescription` -> SDP text, in one fixed order of lines. `sdp.parse` is the way back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sfu.negotiation.description import (
    NO_CNAME,
    Extension,
    Fingerprint,
    Format,
    MediaSection,
    Msid,
    SessionDescription,
    Simulcast,
    Source,
)

MAX_CODINGS = 16  # of one writer: two kinds, each with one of its codecs in front, and what is answered


def render(description: SessionDescription) -> str:
    """The text of a description, lines ended by CR LF."""
    return Writer().render(description)


class Writer:
    """Writes the descriptions that follow one another on a connection: a section that is the same object as in the
    one before is not written again.
    """

    def __init__(self) -> None:
        self._written: dict[str, tuple[MediaSection, str]] = {}  # by mid
        self._codings: dict[int, _Coding] = {}  # by the id of its formats
        self._told: tuple[Fingerprint, ...] = ()

    def render(self, description: SessionDescription) -> str:
        """As the function `render`."""
        known = self._written if self._told == description.fingerprints else {}
        self._told, self._written = description.fingerprints, {}
        texts = [_text(_session(description))]
        for section in description.sections:
            written, text = known.get(section.mid, (None, ""))
            if written is not section:
                coding = self._coding(section)
                text = _text(_section(section, coding, description.fingerprints))
            self._written[section.mid] = (section, text)
            texts.append(text)
        return "".join(texts)

    def _coding(self, section: MediaSection) -> str:
        """What it says of extensions and formats: the same in all sections of ours that have the same ones."""
        known = self._codings.get(id(section.formats))
        if known is None or known.formats is not section.formats or known.extensions is not section.extensions:
            known = _Coding(section.formats, section.extensions, "\r\n".join(_coding(section)))
            if len(self._codings) >= MAX_CODINGS:
                self._codings.clear()
            self._codings[id(section.formats)] = known
        return known.text


@dataclass(frozen=True, slots=True)
class _Coding:
    """Extensions and formats with their lines."""

    formats: tuple[Format, ...]
    extensions: tuple[Extension, ...]
    text: str


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def _session(description: SessionDescription) -> Iterator[str]:
    yield "v=0"
    # The address says nothing: RFC 8829 section 5.2.1 allows any.
    yield f"o=- {description.session_id} {description.version} IN IP4 127.0.0.1"
    yield "s=-"
    yield "t=0 0"
    if description.bundle:
        yield f"a=group:BUNDLE {' '.join(description.bundle)}"
    if description.ice_lite:
        yield "a=ice-lite"
    if description.msid_semantic:
        yield "a=msid-semantic: WMS *"
    yield from map(_fingerprint, description.fingerprints)


def _section(section: MediaSection, coding: str, told: tuple[Fingerprint, ...]) -> Iterator[str]:
    formats = section.data_format or " ".join(str(each.number) for each in section.formats)
    yield f"m={section.kind} {section.port} {section.protocol} {formats}"
    yield "c=IN IP4 0.0.0.0"
    yield f"a=mid:{section.mid}"
    yield f"a={section.direction}"
    yield from _transport(section, told)
    if coding:
        yield coding
    for msid in section.msids:
        yield f"a=msid:{_msid(msid)}"
    yield from _sources(section)
    for rid in section.rids:
        yield f"a=rid:{rid.name} {rid.direction} {rid.restrictions}".rstrip()
    if section.simulcast:
        yield f"a=simulcast:{_simulcast(section.simulcast)}"
    if section.sctp_port is not None:
        yield f"a=sctp-port:{section.sctp_port}"
    if section.max_message_size is not None:
        yield f"a=max-message-size:{section.max_message_size}"


def _coding(section: MediaSection) -> Iterator[str]:
    for extension in section.extensions:
        restriction = f"/{extension.direction}" if extension.direction else ""
        yield f"a=extmap:{extension.id}{restriction} {extension.uri}"
    for each in section.formats:
        yield from _format(each)


def _transport(section: MediaSection, told: tuple[Fingerprint, ...]) -> Iterator[str]:
    if section.bundle_only:
        yield "a=bundle-only"
    if section.ufrag:
        yield f"a=ice-ufrag:{section.ufrag}"
    if section.password:
        yield f"a=ice-pwd:{section.password}"
    if section.fingerprints != told:
        yield from map(_fingerprint, section.fingerprints)
    if section.setup:
        yield f"a=setup:{section.setup}"
    for candidate in section.candidates:
        yield f"a=candidate:{candidate}"
    if section.end_of_candidates:
        yield "a=end-of-candidates"
    if section.rtcp_mux:
        yield "a=rtcp-mux"
    if section.rtcp_rsize:
        yield "a=rtcp-rsize"


def _fingerprint(fingerprint: Fingerprint) -> str:
    return f"a=fingerprint:{fingerprint.algorithm} {fingerprint.value}"


def _format(each: Format) -> Iterator[str]:
    if each.name:
        channels = f"/{each.channels}" if each.channels != 1 else ""
        yield f"a=rtpmap:{each.number} {each.name}/{each.clock_rate}{channels}"
    if each.parameters:
        yield f"a=fmtp:{each.number} {each.parameters}"
    for feedback in each.feedback:
        yield f"a=rtcp-fb:{each.number} {feedback}"


def _sources(section: MediaSection) -> Iterator[str]:
    for group in section.source_groups:
        yield f"a=ssrc-group:{' '.join([group.semantics, *map(str, group.ssrcs)])}"
    for source in section.sources:
        yield from _source(source)


def _source(source: Source) -> Iterator[str]:
    if source.cname or not source.msid:
        yield f"a=ssrc:{source.ssrc} cname:{source.cname or NO_CNAME}"
    if source.msid:
        yield f"a=ssrc:{source.ssrc} msid:{_msid(source.msid)}"


def _msid(msid: Msid) -> str:
    return f"{msid.stream} {msid.track}".rstrip()


def _simulcast(simulcast: Simulcast) -> str:
    directions = (("send", simulcast.send), ("recv", simulcast.receive))
    return " ".join(f"{name} {';'.join(rids)}" for name, rids in directions if rids)
