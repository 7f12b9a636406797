"""Who is and was in calls. In: signalling's events, in order. Out: presences in SQL, events for journals, attendance.

Events are taken without waiting and written in batches; a batch that cannot be written is tried again.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge import planning
from journal_bridge.attendance_writing import Writing, settle_lesson
from journal_bridge.core import ids
from journal_bridge.core.attendance import (
    BEAT_SECONDS,
    STALE_SECONDS,
    Attendance,
    Attendee,
    Presence,
    summed,
)
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Call
from journal_bridge.core.references import bare
from journal_bridge.outbox import Outbox
from journal_bridge.store import attendance as store
from journal_bridge.store import calls
from signalling.events import Event

log = logging.getLogger("zvonok.attendance")

MAX_HEARD = (
    100_000  # events that wait for the database: an hour of a busy server. Beyond, the newest are lost and counted
)
BATCH = 200  # events in one transaction: tens of milliseconds
AGAIN_SECONDS = 1.0  # after a failure of the database
OVER_AFTER = timedelta(seconds=60)  # a call ended so long ago without our hearing of it: its server crashed meanwhile
OVER_BEFORE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A lesson's attendance. `ready`: it has ended and everybody is gone."""

    call: Call
    ready: bool
    lines: tuple[Attendance, ...]


class AttendanceBook:
    """Writes and reads. `clock`: seconds since the epoch. `random`: that many unguessable bytes. `lost` counts events
    that could not be kept."""

    def __init__(
        self, database: Database, outbox: Outbox, *, clock: Callable[[], float], random: Callable[[int], bytes]
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._random = random
        self._keeper = ids.make("srv", random(ids.ID_BYTES))
        self._heard: deque[Event] = deque()
        self._news = asyncio.Event()
        self._writing = asyncio.Lock()
        self._closing = asyncio.Event()
        self.lost = 0

    # -- writing

    def heard(self, event: Event) -> None:
        """One of signalling's events, in order. Does not wait and does not raise."""
        if not event.call:
            return
        if len(self._heard) >= MAX_HEARD:
            self.lost += 1
            log.error("%d events were lost: the database does not take them", self.lost)
            return
        self._heard.append(event)
        self._news.set()

    async def flush(self) -> None:
        """Everything heard so far is written when this returns. Raises what the database raises."""
        async with self._writing:
            while self._heard:
                batch = [self._heard[index] for index in range(min(BATCH, len(self._heard)))]
                try:
                    await self._write(batch)
                except DBAPIError as error:
                    if not _is_hopeless(error):
                        raise
                    await self._write_one_by_one(batch)
                else:
                    self._written(len(batch))

    async def run(self) -> None:
        """Write what is heard, until `close`."""
        while not self._closing.is_set():
            await self._news.wait()
            self._news.clear()
            try:
                await self.flush()
            except (SQLAlchemyError, OSError):
                log.exception("attendance is not written; trying again")
                self._news.set()
                await self._pause(AGAIN_SECONDS)

    async def watch(self) -> None:
        """Say that this server is there, and look after those of servers that crashed, until `close`."""
        while not self._closing.is_set():
            try:
                await self.tend()
            except (SQLAlchemyError, OSError):
                log.exception("the attendance of other servers is not looked after; trying again")
            await self._pause(BEAT_SECONDS)

    async def close(self) -> None:
        """Write what is left. What cannot be written is closed later at the moment of our last beat."""
        self._closing.set()
        self._news.set()
        try:
            await self.flush()
            async with self._database.write() as connection:
                if not await store.kept_by(connection, self._keeper):
                    await store.retire(connection, self._keeper)
        except (SQLAlchemyError, OSError):
            log.exception("attendance is not complete: %d events were not written", len(self._heard))

    async def tend(self) -> None:
        """One beat: this server is there; who was on one that crashed left when it was last there; calls are settled.

        Only what is there is written, so that a quiet server costs one row.
        """
        now = self._clock()
        async with self._database.write() as connection:
            await store.beat(connection, self._keeper, now)
            for keeper, seen_at in (await store.stale_keepers(connection, now - STALE_SECONDS)).items():
                await Writing(connection, self._outbox, self._keeper).abandon(keeper, seen_at)
            moment = datetime.fromtimestamp(now, UTC)
            for call in await store.over(connection, moment - OVER_BEFORE, moment - OVER_AFTER):
                await settle_lesson(connection, self._outbox, call)

    async def visit(self, journal: str, reference: str, person: str, seconds: int) -> tuple[str, str]:
        """Record a visit of a person of the roster to a running call that ends now and never was, for test keys: our
        ids of call and person. Raises ProblemError."""
        participant, now = ids.make("vis", self._random(ids.ID_BYTES)), self._clock()
        async with self._database.write() as connection:
            call = await planning.found(connection, journal, reference)
            if call.status != "running":
                raise ProblemError("call_not_running", f"The call is {call.status}.")
            found = await calls.reference_id(connection, "person", journal, person)
            if found is None:
                raise ProblemError("person_unknown", f"There is no person {bare(person)} in your journal.")
            writing = Writing(connection, self._outbox, self._keeper)
            await writing.visit(call.id, found, participant, now - seconds, now)
        return call.id, found

    # -- reading

    async def of(self, call: str) -> list[Attendance]:
        """Who was in any kind of call, and the pupils who should have been in a lesson; by role, then name."""
        async with self._database.read() as connection:
            lesson = await calls.by_id(connection, call)
            return await self._lines(connection, call, lesson)

    async def sheet(self, journal: str, reference: str) -> Sheet:
        """A lesson's attendance; that of a removed one is kept. Raises ProblemError."""
        async with self._database.read() as connection:
            lesson = await planning.found(connection, journal, reference, removed=True)
            lines = await self._lines(connection, lesson.id, lesson)
        return Sheet(lesson, lesson.status == "ended" and not any(line.present for line in lines), tuple(lines))

    async def forget(self, connection: AsyncConnection, person: str) -> None:
        """Nothing of a person (of the roster, or a visitor) is left here, in the caller's transaction."""
        await store.forget(connection, person)

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def _write(self, heard: Sequence[Event]) -> None:
        async with self._database.write() as connection:
            await Writing(connection, self._outbox, self._keeper).write(heard)

    async def _write_one_by_one(self, heard: Sequence[Event]) -> None:
        """One event that the database will never take costs the others nothing."""
        for event in heard:
            try:
                await self._write([event])
            except DBAPIError as error:
                if not _is_hopeless(error):
                    raise
                self.lost += 1
                log.exception("an event cannot be written: %s", event)
            self._written(1)

    def _written(self, count: int) -> None:
        for _ in range(count):
            self._heard.popleft()

    async def _lines(self, connection: AsyncConnection, call: str, lesson: Call | None) -> list[Attendance]:
        stays: dict[str, list[Presence]] = {}
        for presence in await store.presences(connection, call):
            stays.setdefault(presence.person, []).append(presence)
        attendees = await _attendees(connection, lesson, stays)
        now = self._clock()
        lines = [summed(attendee, stays.get(attendee.id, ()), now) for attendee in attendees.values()]
        order = ("teacher", "student", "parent")
        return sorted(lines, key=lambda line: (order.index(line.attendee.role), line.attendee.name, line.attendee.id))


def _is_hopeless(error: DBAPIError) -> bool:
    """Is it the data's fault? Then another try fails as well."""
    state = str(getattr(error.orig, "sqlstate", None) or "")  # asyncpg calls them all Error; PostgreSQL appendix A
    return isinstance(error, DataError | IntegrityError) or state.startswith(("22", "23"))


async def _attendees(connection: AsyncConnection, lesson: Call | None, present: Collection[str]) -> dict[str, Attendee]:
    found = {one.id: one for one in await store.enrolled(connection, lesson)} if lesson is not None else {}
    found.update(await store.people(connection, present))
    for person in present:  # erased since: the time stays, nobody knows whose it was
        found.setdefault(person, Attendee(person, None, "", "student"))
    return found
