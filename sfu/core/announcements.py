"""Which announced track is which media section of the publisher connection.

In: announcements of tracks, and the sections of each offer. Out: the tracks that started and stopped.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Announcement:
    """A track that the client said it will offer, with the ids that its section may carry."""

    track: str
    cids: frozenset[str]
    audio: bool
    screen: bool = False


@dataclass(frozen=True, slots=True)
class OfferedSection:
    """One audio or video section of an offer. `client_track` is the msid's track id, "" when the client gave none."""

    mid: str
    audio: bool
    active: bool
    client_track: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """A section that carries an announced track."""

    mid: str
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class Matching:
    """What changed: sections that took a track and tracks whose section ended. Stops come before starts."""

    started: tuple[Assigned, ...] = ()
    stopped: tuple[str, ...] = ()


class Announcements:
    """Matches by the client's track id, else takes the oldest pending announcement of the section's kind.

    An announcement that comes after its offer is matched as well, so the order of the two messages does not matter.
    """

    def __init__(self) -> None:
        self._pending: dict[str, Announcement] = {}
        self._offered: dict[str, OfferedSection] = {}
        self._carries: dict[str, tuple[str, str]] = {}  # mid -> (track, client's track id)

    def announce(self, announcement: Announcement) -> Matching:
        """A repeated announcement of a track that is pending replaces it; of a track that runs it changes nothing."""
        if self.mid_of(announcement.track) is None:
            self._pending[announcement.track] = announcement
        return Matching(started=self._assign())

    def offered(self, sections: Sequence[OfferedSection]) -> Matching:
        """The sections of a new offer; those it does not list any more have ended."""
        self._offered = {section.mid: section for section in sections}
        stopped = [mid for mid, (_, client_track) in self._carries.items() if self._ended(mid, client_track)]
        tracks = tuple(self._carries.pop(mid)[0] for mid in stopped)
        return Matching(started=self._assign(), stopped=tracks)

    def withdraw(self, track: str) -> bool:
        """Forget a track, pending or running. Its section carries nothing until the client offers it anew."""
        mid = self.mid_of(track)
        if mid is not None:
            del self._carries[mid]
            self._offered.pop(mid, None)
        return self._pending.pop(track, None) is not None or mid is not None

    def mid_of(self, track: str) -> str | None:
        """The section that carries the track now."""
        return next((mid for mid, (carried, _) in self._carries.items() if carried == track), None)

    @property
    def mids(self) -> dict[str, str]:
        """Section to track, for the answer."""
        return {mid: track for mid, (track, _) in self._carries.items()}

    @property
    def pending(self) -> Collection[str]:
        """Tracks that no section carries yet, oldest first."""
        return tuple(self._pending)

    def _ended(self, mid: str, client_track: str) -> bool:
        section = self._offered.get(mid)
        return section is None or not section.active or section.client_track != client_track

    def _assign(self) -> tuple[Assigned, ...]:
        """Exact ids first: a section without a known id must not take an announcement that names another section."""
        free = [s for mid, s in self._offered.items() if s.active and mid not in self._carries]
        named = [(section, self._named(section)) for section in free]
        started = [self._start(section, found) for section, found in named if found is not None]
        for section, found in named:
            oldest = self._oldest(section) if found is None else None
            if oldest is not None:
                started.append(self._start(section, oldest))
        return tuple(started)

    def _start(self, section: OfferedSection, announcement: Announcement) -> Assigned:
        self._pending.pop(announcement.track, None)
        self._carries[section.mid] = (announcement.track, section.client_track)
        return Assigned(section.mid, announcement)

    def _named(self, section: OfferedSection) -> Announcement | None:
        matching = (a for a in self._pending.values() if a.audio == section.audio and section.client_track in a.cids)
        return next(matching, None)

    def _oldest(self, section: OfferedSection) -> Announcement | None:
        return next((a for a in self._pending.values() if a.audio == section.audio), None)
