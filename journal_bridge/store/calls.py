"""Calls with the names of what they refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, insert, or_, select, update
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
    query = _query().where(CALLS.c.journal_id == journal, matches(CALLS, reference))
    if not removed:
        query = query.where(CALLS.c.deleted_at.is_(None))
    query = query.order_by(CALLS.c.deleted_at.is_not(None), CALLS.c.deleted_at.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return _call(row) if row else None


async def lock(connection: AsyncConnection, call: str) -> Call:
    """The call as it is now, kept from other writers until the transaction ends."""
    await connection.execute(select(CALLS.c.id).where(CALLS.c.id == call).with_for_update())
    return _call((await connection.execute(_query().where(CALLS.c.id == call))).one())


async def by_id(connection: AsyncConnection, call: str) -> Call | None:
    """Any journal's call, removed or not: for people with a session, whose right the caller checks."""
    row = (await connection.execute(_query().where(CALLS.c.id == call))).one_or_none()
    return _call(row) if row else None


async def running_in(connection: AsyncConnection, slot: str) -> Call | None:
    """The call that occupies a slot."""
    row = (await connection.execute(_query().where(CALLS.c.status == "running", CALLS.c.slot == slot))).one_or_none()
    return _call(row) if row else None


async def running(connection: AsyncConnection) -> list[Call]:
    """Every running call of every journal."""
    rows = await connection.execute(_query().where(CALLS.c.status == "running").order_by(CALLS.c.started_at))
    return [_call(row) for row in rows]


async def listed(
    connection: AsyncConnection, journal: str, wanted: Filter, *, after: Cursor | None = None, limit: int | None = None
) -> list[Call]:
    """Calls by start, then id."""
    query = _query().where(CALLS.c.journal_id == journal, *_conditions(wanted))
    if after is not None:
        later, same = CALLS.c.starts_at > after.starts_at, CALLS.c.starts_at == after.starts_at
        query = query.where(or_(later, and_(same, CALLS.c.id > after.call)))
    query = query.order_by(CALLS.c.starts_at, CALLS.c.id)
    rows = await connection.execute(query.limit(limit) if limit is not None else query)
    return [_call(row) for row in rows]


async def children_in(connection: AsyncConnection, parent: str, calls: Sequence[Call]) -> dict[str, tuple[str, ...]]:
    """Which of a parent's children each call concerns, as ext_ids."""
    query = (
        select(CALLS.c.id, PEOPLE.c.ext_id)
        .select_from(CALLS)
        .join(
            ENROLLMENTS,
            and_(ENROLLMENTS.c.class_id == CALLS.c.class_id, ENROLLMENTS.c.subject_id == CALLS.c.subject_id),
        )
        .join(CHILDREN, CHILDREN.c.child_id == ENROLLMENTS.c.person_id)
        .join(PEOPLE, PEOPLE.c.id == CHILDREN.c.child_id)
        .where(CHILDREN.c.parent_id == parent, CALLS.c.id.in_([call.id for call in calls]))
        .order_by(PEOPLE.c.ext_id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for call, child in await connection.execute(query):
        found[call] = (*found.get(call, ()), child)
    return found


async def reference_id(connection: AsyncConnection, kind: str, journal: str, reference: str) -> str | None:
    """Our id of a class, subject or person."""
    table = {"class": CLASSES, "subject": SUBJECTS, "person": PEOPLE, "school": SCHOOLS}[kind]
    return await resolve(connection, table, journal, reference)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [] if wanted.removed else [CALLS.c.deleted_at.is_(None)]
    for column, value in (
        (CALLS.c.class_id, wanted.class_id),
        (CALLS.c.subject_id, wanted.subject_id),
        (CALLS.c.status, wanted.status),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.since is not None:
        found.append(CALLS.c.starts_at >= wanted.since)
    if wanted.until is not None:
        found.append(CALLS.c.starts_at < wanted.until)
    if wanted.person_id is not None:
        found.append(_concerns(wanted.person_id))
    return found


def _concerns(person: str) -> ColumnElement[bool]:
    """The person holds the call, or they or their child is enrolled in its class and subject."""
    child = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == person)
    enrolled = exists().where(
        ENROLLMENTS.c.class_id == CALLS.c.class_id,
        ENROLLMENTS.c.subject_id == CALLS.c.subject_id,
        or_(ENROLLMENTS.c.person_id == person, ENROLLMENTS.c.person_id.in_(child)),
    )
    return or_(CALLS.c.teacher_id == person, enrolled)


def _query() -> Select[Any]:
    return (
        select(
            CALLS,
            CLASSES.c.ext_id.label("class_ext_id"),
            CLASSES.c.title.label("class_title"),
            SUBJECTS.c.ext_id.label("subject_ext_id"),
            SUBJECTS.c.title.label("subject_title"),
            PEOPLE.c.ext_id.label("teacher_ext_id"),
            PEOPLE.c.family_name,
            PEOPLE.c.given_name,
            PEOPLE.c.patronymic,
            SCHOOLS.c.id.label("school_id"),
            SCHOOLS.c.ext_id.label("school_ext_id"),
            SCHOOLS.c.name.label("school_name"),
            SCHOOLS.c.tz,
        )
        .select_from(CALLS)
        .join(CLASSES, CLASSES.c.id == CALLS.c.class_id)
        .join(SCHOOLS, SCHOOLS.c.id == CLASSES.c.school_id)
        .join(SUBJECTS, SUBJECTS.c.id == CALLS.c.subject_id)
        .join(PEOPLE, PEOPLE.c.id == CALLS.c.teacher_id)
    )


def _call(row: Row[Any]) -> Call:
    teacher = " ".join(part for part in (row.family_name, row.given_name, row.patronymic) if part)
    return Call(
        id=row.id,
        ext_id=row.ext_id,
        journal=row.journal_id,
        school=Named(row.school_id, row.school_ext_id, row.school_name),
        class_=Named(row.class_id, row.class_ext_id, row.class_title),
        subject=Named(row.subject_id, row.subject_ext_id, row.subject_title),
        teacher=Named(row.teacher_id, row.teacher_ext_id, teacher),
        lesson_no=row.lesson_no,
        own_title=row.own_title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        deleted=row.deleted_at is not None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        tz=row.tz,
    )
