"""The sections of a connection on which a client receives: the server offers, the client answers. A pure state machine.

Section 0 is for data channels. A section of media keeps its kind for ever; when its track has gone and the client has
confirmed that, another track of the kind may use it. SSRCs are never used twice, nor is a stream id in one section:
some clients take a pair of section and stream that they have met before for old news and never show its track.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import nsmallest
from typing import NamedTuple

from sfu.negotiation import capabilities
from sfu.negotiation.capabilities import Kind
from sfu.negotiation.description import (
    Format,
    MediaSection,
    Msid,
    SessionDescription,
    Setup,
    Source,
    SourceGroup,
)
from sfu.negotiation.errors import SdpError
from sfu.negotiation.local import data_section, place
from sfu.negotiation.parameters import LocalParameters, RemoteParameters, remote_parameters
from sfu.negotiation.sdp import MAX_SECTIONS
from sfu.plane.model import Codec, ExtensionIds, PayloadType

DATA_MID = "0"
SETUP: Setup = "actpass"  # RFC 8842 section 5.2: an offerer leaves the choice
STREAM_SEPARATOR = "|"  # "<participant>|<stream>": clients split a stream id there
USE_SEPARATOR = "~"  # "<participant>|<stream>~<use>", when a track comes back to its section

AT_ONCE = 16
"""New tracks of one offer, or as many as there are already: somebody who comes to a large room has what matters at once
instead of everything late, and all of it after a few offers that cost twice what one would.
"""


class Rank(IntEnum):
    """How urgent a track is that waits for an offer. If there are more than AT_ONCE, muted ones wait for all others."""

    SCREEN = 0
    LIVE = 1
    MUTED = 2


MAX_GUESTS = 1_000  # names that one section remembers; then it carries its first track only


@dataclass(frozen=True, slots=True)
class SentSection:
    """What the client accepted of one track. Not `active`: it refused the track or none of the codecs suits it."""

    mid: str
    track: str
    kind: Kind
    active: bool
    ssrc: int
    rtx_ssrc: int  # 0 = no retransmissions
    payload_types: tuple[PayloadType, ...]  # by number in this connection; the first offered codec first


@dataclass(frozen=True, slots=True)
class Accepted:
    """A client's answer and its consequences for the transport."""

    remote: RemoteParameters
    extensions: ExtensionIds
    # Of every track that was in the offer and is still sent as it was there; the same objects while nothing changes.
    sections: tuple[SentSection, ...]
    data: bool


class _Waiting(NamedTuple):
    """A track that was in no offer yet."""

    kind: Kind
    stream: str
    codec: Codec


@dataclass(frozen=True, slots=True)
class _Use:
    """A track in a section."""

    track: str
    stream: str
    codec: Codec
    ssrc: int
    rtx_ssrc: int


@dataclass(frozen=True, slots=True)
class _Written:
    """A section as it was offered, and what it was made of."""

    use: _Use | None
    ufrag: str
    section: MediaSection


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What became of a use, and the answer that it was read from."""

    use: _Use
    answer: MediaSection
    section: SentSection


@dataclass(slots=True)
class _Section:
    """`wanted` is what the next offer says, `offered` what the last one said, `known` what the client confirmed.

    `first` is the track of its first use: libwebrtc keeps that id for ever, as the client's name of whatever comes in
    the section. None = it was in no offer; "" = the client may have met the section with or without it.
    """

    mid: str
    kind: Kind
    wanted: _Use | None = None
    offered: _Use | None = None
    known: _Use | None = None
    first: str | None = None
    settled: bool = False  # the client knows the section
    guests: set[str] = field(default_factory=set)  # tracks other than the first that were told in the stream id
    written: _Written | None = None
    agreed: _Agreed | None = None

    @property
    def free(self) -> bool:
        return self.wanted is self.offered is self.known is None

    def may_carry(self, track: str) -> bool:
        if self.first in (None, track):
            return True
        return track not in self.guests and len(self.guests) < MAX_GUESTS

    def stream(self, track: str, stream: str, version: int) -> str:
        """The stream id for one more use: new in this section, and the client finds the track by it."""
        if self.first is None:
            return stream
        if self.first == track:
            return f"{stream}{USE_SEPARATOR}{version}"
        self.guests.add(track)
        return f"{stream.split(STREAM_SEPARATOR)[0]}{STREAM_SEPARATOR}{track}"

    def offer(self) -> None:
        self.offered = self.wanted
        track = self.wanted.track if self.wanted else ""
        if self.first is None:
            self.first = track
        elif self.first != track and not self.settled:
            self.first = ""

    def confirm(self) -> None:
        self.known = self.offered
        self.settled = True


class _Taken:
    """The payload types of an answer: sections that a client answers alike share their formats, which are then looked
    at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, Kind], tuple[PayloadType, ...]] = {}  # the answer outlives this

    def of(self, formats: tuple[Format, ...], kind: Kind) -> tuple[PayloadType, ...]:
        key = (id(formats), kind)
        if key not in self._known:
            self._known[key] = capabilities.payload_types(formats, kind)
        return self._known[key]


class _Free:
    """Sections that another track may use now."""

    def __init__(self, sections: Iterable[_Section]) -> None:
        free = [each for each in sections if each.free]
        self._by_first = {each.first: each for each in free}
        self._by_kind: dict[Kind, list[_Section]] = {"audio": [], "video": []}
        for each in reversed(free):  # the ends of the lists are taken first
            self._by_kind[each.kind].append(each)

    def take(self, track: str, kind: Kind) -> _Section | None:
        """The section of its first use, or any other one that may carry it."""
        found = self._by_first.get(track)
        if found is None or not found.free:
            found = self._pop(track, self._by_kind[kind])
        return found

    def _pop(self, track: str, sections: list[_Section]) -> _Section | None:
        while sections and not sections[-1].free:  # taken by its first track
            sections.pop()
        at = next(
            (i for i in reversed(range(len(sections))) if sections[i].free and sections[i].may_carry(track)), None
        )
        return None if at is None else sections.pop(at)


class SubscriberSections:
    """What the server offers to one client. `new_ssrc` gives a random SSRC that the connection does not use."""

    def __init__(self, session_id: int, new_ssrc: Callable[[], int], *, transport_cc: bool = False) -> None:
        """With `transport_cc` receivers report every packet, otherwise they send their own estimate (REMB)."""
        self._session_id = session_id
        self._new_ssrc = new_ssrc
        self._transport_cc = transport_cc
        self._version = 0
        self._sections: list[_Section] = []
        self._by_track: dict[str, _Section] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._outstanding: tuple[_Section, ...] | None = None

    @property
    def waiting(self) -> Collection[str]:
        """Tracks that wait for an offer, in the order in which they were added."""
        return self._waiting.keys()

    def add(self, track: str, kind: Kind, stream: str, codec: Codec) -> None:
        """Send a track from one of the next offers on: `stream` is its msid stream id, `codec` the one it has now.

        The other codecs of the kind are offered behind it, so that the publisher may change without an offer.
        Raises SdpError when the track is there already or the session has as many sections as a client can bear.
        """
        if track in self._by_track or track in self._waiting:
            raise SdpError(f"{track} is sent already")
        if len(self._by_track) + len(self._waiting) + 1 >= MAX_SECTIONS:
            raise SdpError("the session has too many media sections")
        self._waiting[track] = _Waiting(kind, stream, codec)

    def remove(self, track: str) -> bool:
        """Stop sending a track from the next offer on. False when no offer is needed for that."""
        self._waiting.pop(track, None)
        section = self._by_track.pop(track, None)
        if section is None:
            return False
        section.wanted = None
        return True

    def offer(
        self, local: LocalParameters, rank: Callable[[str], Rank] = lambda _: Rank.LIVE
    ) -> tuple[SessionDescription, dict[str, str]]:
        """The next offer with its map from mid to track. It replaces an offer that was not answered.

        Tracks of the lowest rank come first; it has no place for all of many (`AT_ONCE`), which go on waiting.
        """
        self._version += 1
        self._begin(rank)
        self._outstanding = tuple(self._sections)
        for section in self._sections:
            section.offer()
        sections = [data_section(DATA_MID), *(self._written(each, local) for each in self._sections)]
        description = place(sections, local, session_id=self._session_id, version=self._version, setup=SETUP)
        return description, {each.mid: each.offered.track for each in self._sections if each.offered}

    def accept(self, answer: SessionDescription) -> Accepted:
        """Take the answer to the last offer. Raises SdpError when it is not one; the offer stays outstanding then."""
        if self._outstanding is None:
            raise SdpError("an answer came without an offer")
        if [each.mid for each in answer.sections] != [DATA_MID, *(each.mid for each in self._outstanding)]:
            raise SdpError("the sections of the answer are not those of the offer")
        remote = remote_parameters(answer)
        data, *media = answer.sections
        pairs = list(zip(self._outstanding, media, strict=True))
        for ours, _ in pairs:
            ours.confirm()
        self._outstanding = None
        taken = _Taken()
        return Accepted(
            remote=remote,
            extensions=_extensions(media),
            # A track that was removed meanwhile, and maybe added again elsewhere, begins with the next offer.
            sections=tuple(
                _agreed(ours.offered, ours, theirs, taken)
                for ours, theirs in pairs
                if ours.offered and ours.offered is ours.wanted
            ),
            data=data.port != 0,
        )

    def _begin(self, rank: Callable[[str], Rank]) -> None:
        free = _Free(self._sections)
        for track in self._next(rank):
            waiting = self._waiting[track]
            section = free.take(track, waiting.kind) or self._new_section(waiting.kind)
            if section is not None:
                del self._waiting[track]
                self._use(section, track, waiting)

    def _next(self, rank: Callable[[str], Rank]) -> list[str]:
        if len(self._waiting) <= AT_ONCE:
            return sorted(self._waiting, key=rank)
        live = [track for track in self._waiting if rank(track) is not Rank.MUTED]
        return nsmallest(max(AT_ONCE, len(self._by_track)), live or self._waiting, key=rank)

    def _use(self, section: _Section, track: str, waiting: _Waiting) -> None:
        stream = section.stream(track, waiting.stream, self._version)
        rtx_ssrc = self._new_ssrc() if waiting.kind == "video" else 0
        section.wanted = _Use(track, stream, waiting.codec, self._new_ssrc(), rtx_ssrc)
        self._by_track[track] = section

    def _new_section(self, kind: Kind) -> _Section | None:
        """None: the session has as many as a client can bear; one of them has to become free."""
        if len(self._sections) + 1 >= MAX_SECTIONS:
            return None
        self._sections.append(_Section(str(len(self._sections) + 1), kind))
        return self._sections[-1]

    def _written(self, section: _Section, local: LocalParameters) -> MediaSection:
        """The section as it is offered now: the same object as long as it does not change."""
        written = section.written
        if written is None or written.use is not section.offered or written.ufrag != local.ufrag:
            written = section.written = _Written(section.offered, local.ufrag, self._media_section(section, local))
        return written.section

    def _media_section(self, section: _Section, local: LocalParameters) -> MediaSection:
        use = section.offered
        first = use.codec if use else next(each.codec for each in capabilities.CODECS if each.kind == section.kind)
        return MediaSection(
            kind=section.kind,
            mid=section.mid,
            direction="sendonly" if use else "inactive",
            formats=capabilities.offered_formats(section.kind, first, transport_cc=self._transport_cc),
            extensions=capabilities.offered_extensions(section.kind, transport_cc=self._transport_cc),
            msids=(Msid(use.stream, use.track),) if use else (),
            sources=tuple(_sources(use)) if use else (),
            source_groups=(SourceGroup("FID", (use.ssrc, use.rtx_ssrc)),) if use and use.rtx_ssrc else (),
            ufrag=local.ufrag,
            password=local.pwd,
            setup=SETUP,
            rtcp_mux=True,
            rtcp_rsize=True,
        )


def _sources(use: _Use) -> Iterator[Source]:
    # The same CNAME for all streams of a participant keeps its sound and picture together (RFC 3550 section 6.5.1).
    cname = use.stream.split(STREAM_SEPARATOR)[0]
    for ssrc in (use.ssrc, use.rtx_ssrc) if use.rtx_ssrc else (use.ssrc,):
        yield Source(ssrc, cname, Msid(use.stream, use.track))


def _extensions(answered: list[MediaSection]) -> ExtensionIds:
    """The header extensions that the client took, under the ids offered to it."""
    numbers = {each.uri: each.number for each in capabilities.EXTENSIONS if each.number}
    # Sections that a client answers alike share the list, which is then looked at once.
    lists = {id(section.extensions): section.extensions for section in answered if section.port}
    taken = {each.uri: each.id for extensions in lists.values() for each in extensions}
    return capabilities.extension_ids({uri: number for uri, number in taken.items() if numbers.get(uri) == number})


def _agreed(use: _Use, ours: _Section, theirs: MediaSection, taken: _Taken) -> SentSection:
    """The same object as long as neither side says anything else."""
    agreed = ours.agreed
    if agreed is None or agreed.use is not use or agreed.answer is not theirs:
        agreed = ours.agreed = _Agreed(use, theirs, _sent(use, ours, theirs, taken))
    return agreed.section


def _sent(use: _Use, ours: _Section, theirs: MediaSection, taken: _Taken) -> SentSection:
    payload_types = taken.of(theirs.formats, ours.kind) if theirs.port else ()
    receives = theirs.direction in ("recvonly", "sendrecv")
    return SentSection(
        mid=ours.mid,
        track=use.track,
        kind=ours.kind,
        active=receives and bool(payload_types),
        ssrc=use.ssrc,
        rtx_ssrc=use.rtx_ssrc if any(each.rtx for each in payload_types) else 0,
        payload_types=payload_types,
    )
