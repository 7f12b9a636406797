"""Answers a client's offers of media: offer in, answer and what will arrive out. A pure state machine.

The client offers sections that send; every one with a usable codec is answered `recvonly`. Sections never move or
vanish (RFC 8829 section 5.3.1), payload numbers keep their meaning in the whole bundle, header extensions are
answered wherever they are offered: a section that is idle now may send simulcast later.
"""

from dataclasses import dataclass, replace

from sfu.negotiation import capabilities
from sfu.negotiation.capabilities import (
    EXTENSIONS_BY_URI,
    FIR,
    MAX_EXTENSION_ID,
    NACK,
    OPUS,
    PLI,
    REMB,
    RTX,
    TRANSPORT_CC,
    Kind,
)
from sfu.negotiation.description import (
    DATA_FORMAT,
    Extension,
    Format,
    MediaSection,
    Msid,
    Rid,
    SessionDescription,
    Simulcast,
)
from sfu.negotiation.errors import SdpError
from sfu.negotiation.local import data_section, place
from sfu.negotiation.parameters import LocalParameters, RemoteParameters, remote_parameters
from sfu.plane.model import Codec, ExtensionIds, Layer, PayloadType

MAX_LAYERS = 3  # simulcast encodings of one track: q, h, f
LAYER_ORDER = {"q": 0, "h": 1, "f": 2}  # from smallest to largest; SDKs offer them in either order

_ANSWERED_FEEDBACK = (NACK, PLI, FIR, TRANSPORT_CC, REMB)  # in the order of preference


@dataclass(frozen=True, slots=True)
class ReceivedSection:
    """What a media section brings. Not `active`: the client sends nothing there (yet, or any more)."""

    mid: str
    kind: Kind
    active: bool
    stream: str  # msid stream id, "" = not told
    track: str  # the client's own id of the track, "" = not told
    payload_types: tuple[PayloadType, ...]
    layers: tuple[Layer, ...]  # from smallest to largest; SSRCs are 0 when the client does not tell them


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its consequences for the transport."""

    description: SessionDescription
    remote: RemoteParameters
    extensions: ExtensionIds
    sections: tuple[ReceivedSection, ...]
    data: bool  # there is a section for data channels


class PublisherSections:
    """The sections of one connection on which a client sends."""

    def __init__(self, session_id: int) -> None:
        self._session_id = session_id
        self._version = 0
        self._mids: tuple[str, ...] = ()

    def answer(self, offer: SessionDescription, local: LocalParameters) -> Answer:
        """Answer the next offer. Raises SdpError for one that cannot be used; nothing has changed then."""
        mids = tuple(section.mid for section in offer.sections)
        if mids[: len(self._mids)] != self._mids:
            raise SdpError("media sections moved or vanished since the last offer")
        if not offer.bundle and len(mids) > 1:
            raise SdpError("the media sections are not bundled")
        remote = remote_parameters(offer)
        plan = _Plan(offer.bundle or mids)
        sections = [plan.answer(section) for section in offer.sections]
        self._mids = mids
        self._version += 1
        return Answer(
            description=place(sections, local, session_id=self._session_id, version=self._version, setup="passive"),
            remote=remote,
            extensions=capabilities.extension_ids(plan.extensions),
            sections=tuple(plan.received),
            data=plan.data,
        )


class _Plan:
    """One answer in the making."""

    def __init__(self, bundle: tuple[str, ...]) -> None:
        self.received: list[ReceivedSection] = []
        self.extensions: dict[str, int] = {}  # URI -> id, the same in all sections
        self.data = False
        self._bundle = frozenset(bundle)
        self._formats: dict[int, Format] = {}  # what a payload number means, the same in all sections

    def answer(self, section: MediaSection) -> MediaSection:
        if (section.port == 0 and not section.bundle_only) or section.mid not in self._bundle:
            return _rejected(section)
        if section.kind == "application":
            return self._answer_data(section)
        if section.kind == "audio":
            return self._answer_media(section, "audio")
        if section.kind == "video":
            return self._answer_media(section, "video")
        return _rejected(section)

    def _answer_data(self, section: MediaSection) -> MediaSection:
        usable = section.data_format == DATA_FORMAT and section.protocol.endswith("DTLS/SCTP") and section.sctp_port
        if self.data or not usable:
            return _rejected(section)
        self.data = True
        return data_section(section.mid)

    def _answer_media(self, section: MediaSection, kind: Kind) -> MediaSection:
        formats = self._choose_formats(section, kind)
        if not formats or not section.protocol.endswith("TLS/RTP/SAVPF") or not section.rtcp_mux:
            return _rejected(section)
        active = section.direction in ("sendrecv", "sendonly")
        rids = _sent_rids(section) if active else ()
        msid = _msid(section)
        self.received.append(
            ReceivedSection(
                mid=section.mid,
                kind=kind,
                active=active,
                stream=msid.stream,
                track=msid.track,
                payload_types=capabilities.payload_types(formats, kind),
                layers=_layers(section, rids) if active else (),
            )
        )
        return MediaSection(
            kind=kind,
            mid=section.mid,
            protocol=section.protocol,
            direction="recvonly" if active else "inactive",
            formats=formats,
            extensions=self._choose_extensions(section, kind),
            rids=tuple(Rid(rid, "recv") for rid in rids),
            simulcast=Simulcast(receive=rids) if len(rids) > 1 else None,
            rtcp_mux=True,
            rtcp_rsize=section.rtcp_rsize,
        )

    def _choose_formats(self, section: MediaSection, kind: Kind) -> tuple[Format, ...]:
        """One payload number per codec of ours with its RTX, best codec first."""
        offered: dict[Codec, Format] = {}
        for each in section.formats:
            capability = capabilities.match(each, kind)
            if capability and capability.codec not in offered:
                settled = self._settle(_answered(each, capability.codec))
                if settled:
                    offered[capability.codec] = settled
        rtx = capabilities.rtx_numbers(section.formats)
        chosen: list[Format] = []
        for media in (offered[each.codec] for each in capabilities.CODECS if each.codec in offered):
            chosen.append(media)
            if number := rtx.get(media.number):
                again = self._settle(Format(number, RTX, media.clock_rate, parameters=f"apt={media.number}"))
                chosen += [again] if again else []
        return tuple(chosen)

    def _settle(self, wanted: Format) -> Format | None:
        """Give the number this meaning, unless it has another. RFC 9143 section 9.1.1: also the fmtp is the same."""
        known = self._formats.setdefault(wanted.number, wanted)
        if (known.name.lower(), known.clock_rate, known.channels) != (
            wanted.name.lower(),
            wanted.clock_rate,
            wanted.channels,
        ):
            return None
        if known.parameters != wanted.parameters and known.name.lower() != OPUS:
            return None
        return replace(wanted, parameters=known.parameters)

    def _choose_extensions(self, section: MediaSection, kind: Kind) -> tuple[Extension, ...]:
        chosen = []
        for each in section.extensions:
            capability = EXTENSIONS_BY_URI.get(each.uri)
            if not capability or kind not in capability.kinds or not 0 < each.id <= MAX_EXTENSION_ID:
                continue
            taken = self.extensions.get(each.uri) is None and each.id in self.extensions.values()
            if not taken and self.extensions.setdefault(each.uri, each.id) == each.id:
                chosen.append(Extension(each.id, each.uri))
        return tuple(dict.fromkeys(chosen))


def _answered(offered: Format, codec: Codec) -> Format:
    feedback = tuple(each for each in _ANSWERED_FEEDBACK if each in offered.feedback)
    return replace(offered, parameters=capabilities.answered_parameters(offered, codec), feedback=feedback)


def _rejected(section: MediaSection) -> MediaSection:
    """RFC 8829 section 5.3.1: port zero, and still a well-formed section."""
    return MediaSection(
        section.kind,
        section.mid,
        port=0,
        protocol=section.protocol,
        direction="inactive",
        formats=tuple(replace(each, parameters="", feedback=()) for each in section.formats[:1]),
        data_format=section.data_format,
    )


def _msid(section: MediaSection) -> Msid:
    """Of the section, or as older clients write it, of its SSRCs."""
    told = [*section.msids, *(source.msid for source in section.sources if source.msid)]
    first = told[0] if told else Msid("")
    return replace(first, stream="") if first.stream == "-" else first


def _sent_rids(section: MediaSection) -> tuple[str, ...]:
    sent = [rid.name for rid in section.rids if rid.direction == "send"]
    if section.simulcast:
        sent = [name for name in section.simulcast.send if name in sent]
    return tuple(sent[:MAX_LAYERS])


def _layers(section: MediaSection, rids: tuple[str, ...]) -> tuple[Layer, ...]:
    if rids:
        known = all(rid in LAYER_ORDER for rid in rids)
        return tuple(Layer(rid) for rid in (sorted(rids, key=LAYER_ORDER.__getitem__) if known else rids))
    for group in section.source_groups:
        if group.semantics == "FID" and len(group.ssrcs) == 2:
            return (Layer(ssrc=group.ssrcs[0], rtx_ssrc=group.ssrcs[1]),)
    return (Layer(ssrc=section.sources[0].ssrc),) if section.sources else (Layer(),)
