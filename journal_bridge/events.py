"""What happened in a journal, for catching up and for following. In: a place. Out: the events behind it."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from identity.ports import Database
from journal_bridge.core import attendance as attendance_rules
from journal_bridge.core.events import KEEP_SECONDS, Event, EventType
from journal_bridge.core.problems import ProblemError
from journal_bridge.outbox import Outbox
from journal_bridge.store import attendance
from journal_bridge.store import events as store

log = logging.getLogger("zvonok.events")

STREAMS_PER_JOURNAL = 8
STREAMS = 64  # of this server: each asks the database every two seconds
LOOK_SECONDS = 2.0  # how late a stream tells of what another server wrote
PIECE = 100  # events read at once
PRUNE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in their order. `next`: the place behind the last one, for asking on later too; None before the first."""

    events: tuple[Event, ...]
    has_more: bool
    next: str | None


class Events:
    """All methods raise ProblemError (`cursor_invalid`, `streams_full`)."""

    def __init__(self, database: Database, outbox: Outbox, *, clock: Callable[[], float]) -> None:
        self._database = database
        self._bell = outbox.bell
        self._clock = clock
        self._streams: Counter[str] = Counter()
        self._closing = asyncio.Event()

    async def page(self, journal: str, types: Collection[EventType], limit: int, after: str | None) -> EventPage:
        """The journal's events behind the event `after` (its id), from the oldest kept one without."""
        async with self._database.read() as connection:
            place = await self._place(journal, after) if after else 0
            found = await store.behind(connection, journal, place, types, limit + 1)
        shown = tuple(found[:limit])
        return EventPage(shown, len(found) > limit, shown[-1].id if shown else after)

    @contextmanager
    def seat(self, journal: str) -> Iterator[None]:
        """One of the streams a journal may have at once."""
        if self._streams[journal] >= STREAMS_PER_JOURNAL or self._streams.total() >= STREAMS:
            raise ProblemError("streams_full", f"A journal may have {STREAMS_PER_JOURNAL} streams at once.")
        self._streams[journal] += 1
        try:
            yield
        finally:
            self._streams[journal] -= 1
            if not self._streams[journal]:
                del self._streams[journal]

    async def start(self, journal: str, after: str | None) -> int:
        """The place to follow from: behind the event `after`, or now."""
        if after:
            return await self._place(journal, after)
        async with self._database.read() as connection:
            return await store.newest(connection, journal)

    async def follow(
        self, journal: str, place: int, types: Collection[EventType], patience: float
    ) -> AsyncIterator[list[Event]]:
        """Events as they come; an empty list after so many seconds without any. Ends when the server closes."""
        waited = 0.0
        while not self._closing.is_set():
            async with self._database.read() as connection:
                found = await store.behind(connection, journal, place, types, PIECE)
            if found:
                place, waited = found[-1].position, 0.0
                yield found
            elif waited >= patience:
                waited = 0.0
                yield []
            elif not self._closing.is_set():  # it may be since we looked
                await self._bell.wait(LOOK_SECONDS, journal)
                waited += LOOK_SECONDS

    async def watch(self) -> None:
        """Forget what is too old, until `close`."""
        while not self._closing.is_set():
            try:
                await self.prune()
            except (SQLAlchemyError, OSError):
                log.exception("old events are not forgotten; trying again")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PRUNE_SECONDS):
                    await self._closing.wait()

    async def prune(self) -> None:
        """Forget events after 30 days with their deliveries, presences after three years."""
        now = self._clock()
        async with self._database.write() as connection:
            await store.prune(connection, now - KEEP_SECONDS)
            await attendance.prune(connection, now - attendance_rules.KEEP_SECONDS)

    def close(self) -> None:
        """Streams end."""
        self._closing.set()
        self._bell.close()

    async def _place(self, journal: str, event: str) -> int:
        async with self._database.read() as connection:
            place = await store.position(connection, journal, event)
        if place is None:
            days = round(KEEP_SECONDS / 86400)
            raise ProblemError("cursor_invalid", f"Send the id of an event of yours of the last {days} days.")
        return place
