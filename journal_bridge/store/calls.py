"""Calls with the names of what they refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.cursors import Cursor
from journal_bridge.core.records import Call, Named, Status
from journal_bridge.store.references import matches, resolve
from journal_bridge.store.tables import CALLS, CHILDREN, CLASSES, ENROLLMENTS, PEOPLE, SCHOOLS, SUBJECTS


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls a list holds. Ids are ours; None: any. `since` is included, `until` is not."""

    class_id: str | None = None
    subject_id: str | None = None
    person_id: str | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    removed: bool = False  # calls that were removed as well


async def create(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Raises IntegrityError when a living call of the journal has the ext_id."""
    await connection.execute(insert(CALLS).values(**values))


async def change(connection: AsyncConnection, call: str, values: Mapping[str, Any]) -> None:
    """Raises IntegrityError when the new values put two running calls in one slot."""
    await connection.execute(update(CALLS).where(CALLS.c.id == call).values(**values))


async def find(connection: AsyncConnection, journal: str, reference: str, *, removed: bool = False) -> Call | None:
    """A journal's call. With `removed`, the latest removed one when no living one is meant."""
    query = selection().where(CALLS.c.journal_id == journal, matches(CALLS, reference))
    if not removed:
        query = query.where(CALLS.c.deleted_at.is_(None))
    query = query.order_by(CALLS.c.deleted_at.is_not(None), CALLS.c.deleted_at.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return from_row(row) if row else None


async def lock(connection: AsyncConnection, call: str) -> Call:
    """The call as it is now, kept from other writers until the transaction ends."""
    await connection.execute(select(CALLS.c.id).where(CALLS.c.id == call).with_for_update())
    return from_row((await connection.execute(selection().where(CALLS.c.id == call))).one())


async def by_id(connection: AsyncConnection, call: str) -> Call | None:
    """Any journal's call, removed or not: for people with a session, whose right the caller checks."""
    row = (await connection.execute(selection().where(CALLS.c.id == call))).one_or_none()
    return from_row(row) if row else None


async def running_in(connection: AsyncConnection, slot: str) -> Call | None:
    """The call that occupies a slot."""
    row = (await connection.execute(selection().where(CALLS.c.status == "running", CALLS.c.slot == slot))).one_or_none()
    return from_row(row) if row else None


async def running(connection: AsyncConnection) -> list[Call]:
    """Every running call of every journal."""
    rows = await connection.execute(selection().where(CALLS.c.status == "running").order_by(CALLS.c.started_at))
    return [from_row(row) for row in rows]


async def listed(
    connection: AsyncConnection, journal: str, wanted: Filter, *, after: Cursor | None = None, limit: int | None = None
) -> list[Call]:
    """Calls by start, then id."""
    query = selection().where(*_conditions(journal, wanted))
    if after is not None:
        later, same = CALLS.c.starts_at > after.starts_at, CALLS.c.starts_at == after.starts_at
        query = query.where(or_(later, and_(same, CALLS.c.id > after.call)))
    query = query.order_by(CALLS.c.starts_at, CALLS.c.id)
    rows = await connection.execute(query.limit(limit) if limit is not None else query)
    return [from_row(row) for row in rows]


async def reference_id(connection: AsyncConnection, kind: str, journal: str, reference: str) -> str | None:
    """Our id of a class, subject or person."""
    table = {"class": CLASSES, "subject": SUBJECTS, "person": PEOPLE, "school": SCHOOLS}[kind]
    return await resolve(connection, table, journal, reference)


def _conditions(journal: str, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if wanted.removed else [CALLS.c.deleted_at.is_(None)]
    for column, value in (
        (CALLS.c.class_id, wanted.class_id),
        (CALLS.c.subject_id, wanted.subject_id),
        (CALLS.c.status, wanted.status),
    ):
        if value is not None:
            found.append(column == value)
    span = []
    if wanted.since is not None:
        span.append(CALLS.c.starts_at >= wanted.since)
    if wanted.until is not None:
        span.append(CALLS.c.starts_at < wanted.until)
    # A person's calls are their journal's. To say so would make SQLite walk through all of the journal's calls.
    return [
        *found,
        *([CALLS.c.journal_id == journal, *span] if wanted.person_id is None else [_concerns(wanted.person_id, span)]),
    ]


def _concerns(person: str, span: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The person holds the call, or they or their child is enrolled in its class and subject.

    The ids of these calls are looked up from the person's side, each way by its own index: the calls of a whole town in
    the same week are never walked through.
    """
    child = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == person)
    enrolled = (
        select(CALLS.c.id)
        .select_from(ENROLLMENTS)
        .join(CALLS, and_(CALLS.c.class_id == ENROLLMENTS.c.class_id, CALLS.c.subject_id == ENROLLMENTS.c.subject_id))
        .where(*span)
    )
    holds = select(CALLS.c.id).where(CALLS.c.teacher_id == person, *span)
    own = enrolled.where(ENROLLMENTS.c.person_id == person)
    of_children = enrolled.where(ENROLLMENTS.c.person_id.in_(child))
    return CALLS.c.id.in_(union(holds, own, of_children))


_COLUMNS = (
    CALLS.c.id,
    CALLS.c.ext_id,
    CALLS.c.journal_id,
    SCHOOLS.c.id,
    SCHOOLS.c.ext_id,
    SCHOOLS.c.name,
    CLASSES.c.id,
    CLASSES.c.ext_id,
    CLASSES.c.title,
    SUBJECTS.c.id,
    SUBJECTS.c.ext_id,
    SUBJECTS.c.title,
    PEOPLE.c.id,
    PEOPLE.c.ext_id,
    PEOPLE.c.family_name,
    PEOPLE.c.given_name,
    PEOPLE.c.patronymic,
    CALLS.c.lesson_no,
    CALLS.c.own_title,
    CALLS.c.starts_at,
    CALLS.c.ends_at,
    CALLS.c.status,
    CALLS.c.started_at,
    CALLS.c.ended_at,
    CALLS.c.deleted_at,
    CALLS.c.created_at,
    CALLS.c.updated_at,
    SCHOOLS.c.tz,
)


def selection() -> Select[Any]:
    """Calls with the names of what they refer to, for `from_row`."""
    return (
        select(*_COLUMNS)
        .select_from(CALLS)
        .join(CLASSES, CLASSES.c.id == CALLS.c.class_id)
        .join(SCHOOLS, SCHOOLS.c.id == CLASSES.c.school_id)
        .join(SUBJECTS, SUBJECTS.c.id == CALLS.c.subject_id)
        .join(PEOPLE, PEOPLE.c.id == CALLS.c.teacher_id)
    )


def from_row(row: Row[Any]) -> Call:
    """A row of `selection`, by position: names would cost as much as all the rest of a diary's week."""
    values: tuple[Any, ...] = tuple(row)
    found, ext_id, journal = values[:3]
    teacher_id, teacher_ext_id, *names = values[12:17]
    lesson_no, own_title, starts_at, ends_at, status, started_at, ended_at, deleted_at, created, updated, tz = values[
        17:
    ]
    return Call(
        id=found,
        ext_id=ext_id,
        journal=journal,
        school=Named(*values[3:6]),
        class_=Named(*values[6:9]),
        subject=Named(*values[9:12]),
        teacher=Named(teacher_id, teacher_ext_id, " ".join(filter(None, names))),
        lesson_no=lesson_no,
        own_title=own_title,
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        started_at=started_at,
        ended_at=ended_at,
        deleted=deleted_at is not None,
        created_at=created,
        updated_at=updated,
        tz=tz,
    )
