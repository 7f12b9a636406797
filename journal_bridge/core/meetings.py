"""Meetings: calls outside a roster, of learning platforms that bring their own people.

In: what a platform wants, who is there, the time. Out: whether a meeting is over. No rule of one platform is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from identity.core.claims import Role
from journal_bridge.core.records import Status

EMPTY_MINUTES = 10  # everybody may lose a network at once, and a break between two lessons is as long

Overdue = Literal["duration", "empty", "unvisited"]


class Rules(Struct, frozen=True):
    """When a meeting ends by itself, and how many come in. 0: never, or any number."""

    duration_minutes: int = 0  # after its start
    empty_minutes: int = EMPTY_MINUTES  # after the last one left
    unvisited_minutes: int = 0  # after it was made, when nobody came
    max_participants: int = 0


USUAL = Rules()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A call of a platform. `client` says whose it is ("bbb:moodle", "lti:…"), `ext_id` what it is called there.

    All moments are UTC, whole milliseconds. `details` is what the client's door keeps with it, JSON-able.
    """

    id: str
    client: str
    ext_id: str
    title: str
    status: Status
    created_at: datetime
    started_at: datetime | None = None
    visited_at: datetime | None = None  # when the first person was there
    ended_at: datetime | None = None
    rules: Rules = USUAL
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody from outside the roster in one call. `ext_id` is their id at the platform, None for a guest."""

    id: str
    call: str
    name: str
    role: Role
    administrator: bool
    ext_id: str | None
    leave_url: str | None = None  # where their platform wants them to return to


def overdue(meeting: Meeting, empty_since: datetime | None, now: datetime) -> Overdue | None:
    """Why a living meeting is over, or None. `empty_since`: None while somebody is there."""
    rules = meeting.rules
    if meeting.started_at is not None and _passed(meeting.started_at, rules.duration_minutes, now):
        return "duration"
    if empty_since is None:
        return None
    if meeting.visited_at is not None:
        return "empty" if _passed(empty_since, rules.empty_minutes, now) else None
    return "unvisited" if _passed(meeting.created_at, rules.unvisited_minutes, now) else None


def _passed(since: datetime, minutes: int, now: datetime) -> bool:
    return minutes > 0 and now >= since + timedelta(minutes=minutes)


class Presence:
    """Who is in the meetings that are open, from signalling's events. Others' events are ignored."""

    def __init__(self) -> None:
        self._there: dict[str, dict[str, str]] = {}  # meeting -> participant sid -> visitor
        self._empty_since: dict[str, float] = {}
        self._visited: set[str] = set()

    def opened(self, meeting: str, now: float) -> None:
        """From now on (seconds since the epoch) people may come. Repeating it changes nothing."""
        if meeting not in self._there:
            self._there[meeting] = {}
            self._empty_since[meeting] = now

    def closed(self, meeting: str) -> None:
        """Nobody is there any more."""
        self._there.pop(meeting, None)
        self._empty_since.pop(meeting, None)
        self._visited.discard(meeting)

    def joined(self, meeting: str, participant: str, visitor: str) -> None:
        """Somebody's media is connected."""
        if meeting in self._there:
            self._there[meeting][participant] = visitor
            self._empty_since.pop(meeting, None)
            self._visited.add(meeting)

    def left(self, meeting: str, participant: str, now: float) -> None:
        """Somebody is gone."""
        there = self._there.get(meeting)
        if there is not None and there.pop(participant, None) is not None and not there:
            self._empty_since[meeting] = now

    def people(self, meeting: str) -> tuple[str, ...]:
        """The visitors who are there, each once, in the order in which they came."""
        return tuple(dict.fromkeys(self._there.get(meeting, {}).values()))

    def empty_since(self, meeting: str) -> float | None:
        """Seconds since the epoch; None while somebody is there or when it is not open."""
        return self._empty_since.get(meeting)

    def visited(self, meeting: str) -> bool:
        """Was anybody there since it was opened?"""
        return meeting in self._visited
