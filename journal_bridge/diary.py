"""Reading calls: one, a list, the diary week. In: what is asked for. Out: calls as they are now."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge import planning
from journal_bridge.core import cursors, week
from journal_bridge.core.cursors import Cursor
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Call, Status
from journal_bridge.core.references import bare
from journal_bridge.core.week import Lesson
from journal_bridge.store import calls as store
from journal_bridge.store import week as weeks
from journal_bridge.store.calls import Filter


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls a journal asks for; references as it writes them. `since` is included, `until` is not."""

    references: tuple[tuple[Literal["class", "subject", "person"], str], ...] = ()
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list; `next` leads on, None at the end."""

    calls: tuple[Call, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """A person's diary; `person` is the journal's own id."""

    person: str
    lessons: tuple[Lesson, ...]
    last_change: datetime | None


class Diary:
    """All methods raise ProblemError and change nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def call(self, journal: str, reference: str) -> Call:
        """One call."""
        async with self._database.read() as connection:
            return await planning.found(connection, journal, reference)

    async def page(self, journal: str, wanted: Wanted, limit: int, after: str | None) -> Page:
        """Calls by start, then id. A filter that names somebody unknown finds nothing."""
        cursor = cursors.decode(after) if after else None
        async with self._database.read() as connection:
            resolved = await _resolved(connection, journal, wanted)
            if resolved is None:
                return Page((), None)
            found = await store.listed(connection, journal, resolved, after=cursor, limit=limit + 1)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return Page(shown, cursors.encode(Cursor(shown[-1].starts_at, shown[-1].id)) if more else None)

    async def week(self, journal: str, reference: str, start: date) -> Week:
        """Everything the diary of a person (of a parent: of their children) must colour."""
        since, until = week.bounds(start)
        found = await self._database.look(lambda connection: weeks.read(connection, journal, reference, since, until))
        if found is None:
            raise ProblemError("person_unknown", f"There is no person {bare(reference)} in your journal.")
        zones: dict[str, tzinfo] = {call.tz: ZoneInfo(call.tz) for call in found.calls}
        lines = week.lessons(found.calls, start, zones, found.children)
        return Week(found.person, tuple(lines), week.last_change(found.calls))


async def _resolved(connection: AsyncConnection, journal: str, wanted: Wanted) -> Filter | None:
    found: dict[str, str] = {}
    for kind, reference in wanted.references:
        record = await store.reference_id(connection, kind, journal, reference)
        if record is None:
            return None
        found[kind] = record
    return Filter(
        class_id=found.get("class"),
        subject_id=found.get("subject"),
        person_id=found.get("person"),
        status=wanted.status,
        since=wanted.since,
        until=wanted.until,
    )
