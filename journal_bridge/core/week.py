"""The diary's week: which calls it must colour, with the moment of the last change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from journal_bridge.core.records import Call

DAYS = 7


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line of the diary. `join`: the person may enter now. `children`: a parent's, as ext_ids."""

    date: date
    call: Call
    join: bool
    children: tuple[str, ...]


def bounds(start: date) -> tuple[datetime, datetime]:
    """A span that holds the week in every time zone: a day more on either side. `lessons` cuts it exactly."""
    first = datetime.combine(start, time(), UTC)
    return first - timedelta(days=1), first + timedelta(days=DAYS + 1)


def lessons(
    calls: Iterable[Call], start: date, zones: Mapping[str, tzinfo], children: Mapping[str, tuple[str, ...]]
) -> list[Lesson]:
    """The week's lines in order; `children` maps a call's id to the children it concerns.

    Schools of one journal may lie in different zones, so each call's date is its own school's.
    """
    found = []
    for call in calls:
        day = call.starts_at.astimezone(zones[call.tz]).date()
        if not call.deleted and start <= day < start + timedelta(days=DAYS):
            found.append(Lesson(day, call, call.status == "running", children.get(call.id, ())))
    return sorted(found, key=lambda line: (line.call.starts_at, line.call.lesson_no, line.call.id))


def last_change(calls: Iterable[Call]) -> datetime | None:
    """When any of these calls (removed ones too) last changed, for Last-Modified."""
    return max((call.updated_at for call in calls), default=None)
