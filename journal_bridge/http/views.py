"""Records as JSON: the shapes that journals see."""

from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from journal_bridge.core import titles
from journal_bridge.core.records import Call, Enrollment, Named, Person, School, SchoolClass, Subject
from journal_bridge.core.week import Lesson
from journal_bridge.diary import Week
from journal_bridge.roster import Stored

Record = School | Person | SchoolClass | Subject | Enrollment


def call_view(call: Call) -> dict[str, Any]:
    """A call for its journal. Moments carry the school's offset."""
    tz = ZoneInfo(call.tz)
    return {
        "id": call.id,
        "ext_id": call.ext_id,
        "status": call.status,
        "title": titles.title(call),
        "full_title": titles.full_title(call, tz),
        "lesson_no": call.lesson_no,
        "starts_at": moment(call.starts_at, tz),
        "ends_at": moment(call.ends_at, tz),
        "started_at": moment(call.started_at, tz),
        "ended_at": moment(call.ended_at, tz),
        "school": named(call.school, "name"),
        "class": named(call.class_),
        "subject": named(call.subject),
        "teacher": named(call.teacher, "name"),
        "created_at": moment(call.created_at, tz),
        "updated_at": moment(call.updated_at, tz),
    }


def week_view(week: Week, start: str) -> dict[str, Any]:
    """The diary week: only lessons that have a call; the journal knows the others."""
    return {"person": week.person, "start": start, "data": [_lesson(line) for line in week.lessons]}


def stored_view(stored: Stored[Any]) -> dict[str, Any]:
    """A roster record after a PUT."""
    record: dict[str, Any] = {"id": stored.id} if stored.id else {}
    for name, value in asdict(stored.record).items():
        record[name.rstrip("_")] = value.isoformat() if hasattr(value, "isoformat") else value
    return {**record, "changed": stored.changed, "placeholders": stored.placeholders}


def moment(at: datetime | None, tz: tzinfo) -> str | None:
    """RFC 3339 with the offset of `tz`, to the second."""
    return at.astimezone(tz).isoformat(timespec="seconds") if at else None


def named(record: Named, title: str = "title") -> dict[str, str]:
    """What another record refers to."""
    return {"id": record.id, "ext_id": record.ext_id, title: record.title}


def _lesson(line: Lesson) -> dict[str, Any]:
    call, tz = line.call, ZoneInfo(line.call.tz)
    return {
        "date": line.date.isoformat(),
        "lesson_no": call.lesson_no,
        "starts_at": moment(call.starts_at, tz),
        "class": named(call.class_),
        "subject": named(call.subject),
        "call": {
            "id": call.id,
            "ext_id": call.ext_id,
            "status": call.status,
            "title": titles.title(call),
            "full_title": titles.full_title(call, tz),
            "join": line.join,
        },
        "children": list(line.children),
    }
