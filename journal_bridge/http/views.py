"""Records as JSON: the shapes that journals see.

The interface's description is made of these structs. Moments carry the school's offset.
"""

from dataclasses import asdict
from datetime import date, datetime, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from identity.core.claims import Role
from journal_bridge.core import titles
from journal_bridge.core.records import Call, ClassKind, Named, Status
from journal_bridge.core.week import Lesson
from journal_bridge.diary import Week
from journal_bridge.roster import Stored


class TitledAnswer(Struct, frozen=True):
    """A class or a subject that another record refers to."""

    id: str
    ext_id: str
    title: str


class NamedAnswer(Struct, frozen=True):
    """A person or a school that another record refers to."""

    id: str
    ext_id: str
    name: str


class StoredAnswer(Struct, frozen=True):
    """After a PUT: whether anything changed, and which records were named only and are called by their ids now."""

    changed: bool
    placeholders: list[str]


class SchoolAnswer(StoredAnswer, frozen=True):
    """A school."""

    id: str
    ext_id: str
    name: str
    region: str | None
    tz: str
    administrators: list[str]


class PersonAnswer(StoredAnswer, frozen=True):
    """A teacher, a pupil or a parent; `children` are the journal's own ids."""

    id: str
    ext_id: str
    role: Role
    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: date | None
    children: list[str]


class ClassAnswer(StoredAnswer, frozen=True):
    """A class or a group; `school` and `head_teacher` are the journal's own ids."""

    id: str
    ext_id: str
    school: str
    title: str
    kind: ClassKind
    year: int | None
    head_teacher: str | None


class SubjectAnswer(StoredAnswer, frozen=True):
    """A subject."""

    id: str
    ext_id: str
    title: str


class EnrollmentAnswer(StoredAnswer, frozen=True):
    """Who teaches and who learns one subject in one class, as the journal's own ids."""

    class_: str = field(name="class")
    subject: str
    teachers: list[str]
    students: list[str]


class CallAnswer(Struct, frozen=True):
    """A lesson call. `title` stands on the call's page, `full_title` in lists."""

    id: str
    ext_id: str | None
    status: Status
    title: str
    full_title: str
    lesson_no: int
    starts_at: datetime
    ends_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    school: NamedAnswer
    class_: TitledAnswer = field(name="class")
    subject: TitledAnswer
    teacher: NamedAnswer
    created_at: datetime
    updated_at: datetime


class CallPage(Struct, frozen=True):
    """Calls by start; `next` leads to the next page."""

    data: list[CallAnswer]
    has_more: bool
    next: str | None


class TicketAnswer(Struct, frozen=True):
    """Where to send the person's browser, once."""

    url: str
    expires_at: datetime


class LessonCall(Struct, frozen=True):
    """A lesson's call in the diary. `join`: the person may enter now."""

    id: str
    ext_id: str | None
    status: Status
    title: str
    full_title: str
    join: bool


class LessonAnswer(Struct, frozen=True):
    """One line of the diary; `date` is the school's, `children` are a parent's whom it concerns."""

    date: date
    lesson_no: int
    starts_at: datetime
    class_: TitledAnswer = field(name="class")
    subject: TitledAnswer
    call: LessonCall
    children: list[str]


class WeekAnswer(Struct, frozen=True):
    """The diary week: only lessons that have a call; the journal knows the others."""

    person: str
    start: date
    data: list[LessonAnswer]


StoredT = TypeVar("StoredT", bound=StoredAnswer)


def call_view(call: Call) -> CallAnswer:
    """A call for its journal."""
    tz = ZoneInfo(call.tz)
    return CallAnswer(
        id=call.id,
        ext_id=call.ext_id,
        status=call.status,
        title=titles.title(call),
        full_title=titles.full_title(call, tz),
        lesson_no=call.lesson_no,
        starts_at=local(call.starts_at, tz),
        ends_at=call.ends_at and local(call.ends_at, tz),
        started_at=call.started_at and local(call.started_at, tz),
        ended_at=call.ended_at and local(call.ended_at, tz),
        school=named(call.school),
        class_=titled(call.class_),
        subject=titled(call.subject),
        teacher=named(call.teacher),
        created_at=local(call.created_at, tz),
        updated_at=local(call.updated_at, tz),
    )


def week_view(week: Week, start: date) -> WeekAnswer:
    """The diary week."""
    return WeekAnswer(week.person, start, [_lesson(line) for line in week.lessons])


def stored_view(kind: type[StoredT], stored: Stored[Any]) -> StoredT:
    """A roster record after a PUT: the answer has the record's fields."""
    values = {"id": stored.id} if stored.id else {}
    return kind(**values, **asdict(stored.record), changed=stored.changed, placeholders=list(stored.placeholders))


def local(at: datetime, tz: tzinfo) -> datetime:
    """A moment with the offset of `tz`, to the second."""
    return at.astimezone(tz).replace(microsecond=0)


def named(record: Named) -> NamedAnswer:
    """A person or school that another record refers to."""
    return NamedAnswer(record.id, record.ext_id, record.title)


def titled(record: Named) -> TitledAnswer:
    """A class or subject that another record refers to."""
    return TitledAnswer(record.id, record.ext_id, record.title)


def _lesson(line: Lesson) -> LessonAnswer:
    call, tz = line.call, ZoneInfo(line.call.tz)
    title, full_title = titles.title(call), titles.full_title(call, tz)
    return LessonAnswer(
        date=line.date,
        lesson_no=call.lesson_no,
        starts_at=local(call.starts_at, tz),
        class_=titled(call.class_),
        subject=titled(call.subject),
        call=LessonCall(call.id, call.ext_id, call.status, title, full_title, line.join),
        children=list(line.children),
    )
