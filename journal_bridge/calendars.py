"""Calendars that people subscribe to: the lessons of a person or of a class behind an address that nobody can guess.

In: what a journal asks for; an address's secret. Out: addresses; calendars. Only a hash of the secret is kept.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.ports import Database
from journal_bridge.core import cursors, ical, ids
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.references import bare
from journal_bridge.store import calendars as store
from journal_bridge.store import calls
from journal_bridge.store.calls import Filter

TITLE = "Онлайн-уроки"
MAX_EVENTS = 5000  # lessons of 240 days: a teacher has some 1500

Whose = Literal["person", "class"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of a journal; `secret` is known only when it was just made. `person` and `class_` are ext_ids."""

    id: str
    person: str | None
    class_: str | None
    created_at: datetime
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A piece of a list; `next` leads on, None at the end."""

    data: list[Calendar]
    next: str | None


class Calendars:
    """All methods raise ProblemError."""

    def __init__(self, database: Database, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    async def create(self, journal: str, whose: Whose, reference: str) -> Calendar:
        """A new address; those that were made before go on."""
        secret = token(self._random(TOKEN_BYTES))
        calendar, now = ids.make("cal", self._random(ids.ID_BYTES)), self._clock()
        async with self._database.write() as connection:
            record = await calls.reference_id(connection, whose, journal, reference)
            if record is None:
                code = "person_unknown" if whose == "person" else "class_unknown"
                raise ProblemError(code, f"There is no {whose} {bare(reference)} in your journal.")
            values = {"id": calendar, "journal_id": journal, "hash": digest(secret), "created_at": now}
            await store.create(connection, {**values, f"{whose}_id": record})
            made = await store.find(connection, journal, calendar)
        return Calendar(calendar, made.person, made.class_, datetime.fromtimestamp(now, UTC), secret)

    async def page(self, journal: str, limit: int, after: str | None) -> CalendarPage:
        """A journal's calendars, without their addresses: we do not know them."""
        behind = cursors.decode_key(after, 1)[0] if after is not None else None
        async with self._database.read() as connection:
            rows = await store.listed(connection, journal, after=behind, limit=limit + 1)
        shown = [
            Calendar(row.id, row.person, row.class_, datetime.fromtimestamp(row.created_at, UTC))
            for row in rows[:limit]
        ]
        return CalendarPage(shown, cursors.encode_key(shown[-1].id) if len(rows) > limit else None)

    async def remove(self, journal: str, calendar: str) -> None:
        """Its address leads nowhere from now on."""
        async with self._database.write() as connection:
            if not await store.remove(connection, journal, calendar):
                raise ProblemError("calendar_unknown", f"There is no calendar {calendar} in your journal.")

    async def read(self, secret: str, origin: str) -> bytes:
        """The calendar behind an address. Who left the roster has none."""
        since, until = ical.bounds(datetime.fromtimestamp(self._clock(), UTC))
        async with self._database.read() as connection:
            found = await store.by_hash(connection, digest(secret))
            if found is None or found.person_left is not None or found.class_left is not None:
                raise ProblemError("calendar_unknown", "The address is wrong or was taken back.")
            wanted = Filter(person_id=found.person_id, class_id=found.class_id, since=since, until=until, removed=True)
            lessons = await calls.listed(connection, found.journal_id, wanted, limit=MAX_EVENTS)
        title = f"{TITLE} {found.title}" if found.title else TITLE
        return await asyncio.to_thread(ical.render, title, lessons, origin)
