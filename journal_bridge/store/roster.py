"""Schools, people, classes, subjects and enrolments."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from journal_bridge.core.admission import Standing
from journal_bridge.core.records import Call, Person
from journal_bridge.store.tables import CHILDREN, CLASSES, ENROLLMENTS, PEOPLE

LEAVE_BATCH = 500  # people; SQLite binds at most 32,766 values in one statement, and writers should not wait for long


async def upsert(
    connection: AsyncConnection, table: Table, journal: str, ext_id: str, new_id: str, values: Mapping[str, Any]
) -> tuple[str, bool, bool]:
    """The record has these values: its id, whether it is new, whether anything changed. Who left is back."""
    if "left_at" in table.c:
        values = {**values, "left_at": None}
    query = select(table).where(table.c.journal_id == journal, table.c.ext_id == ext_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        await connection.execute(insert(table).values(id=new_id, journal_id=journal, ext_id=ext_id, **values))
        return new_id, True, True
    changes = {name: value for name, value in values.items() if row._mapping[name] != value}
    if changes:
        await connection.execute(update(table).where(table.c.id == row.id).values(**changes))
    return str(row.id), False, bool(changes)


async def person(connection: AsyncConnection, person_id: str) -> tuple[str, Person] | None:
    """The journal and the description of a person by our id."""
    row = (await connection.execute(select(PEOPLE).where(PEOPLE.c.id == person_id))).one_or_none()
    if row is None:
        return None
    children = (
        select(PEOPLE.c.ext_id)
        .join_from(CHILDREN, PEOPLE, CHILDREN.c.child_id == PEOPLE.c.id)
        .where(CHILDREN.c.parent_id == person_id)
        .order_by(PEOPLE.c.ext_id)
    )
    found = tuple((await connection.scalars(children)).all())
    described = Person(row.ext_id, row.role, row.family_name, row.given_name, row.patronymic, row.birth_date, found)
    return row.journal_id, described


async def roles(connection: AsyncConnection, people: Collection[str]) -> dict[str, tuple[str, Role]]:
    """(ext_id, role) of each of these people by our id."""
    rows = await connection.execute(select(PEOPLE.c.id, PEOPLE.c.ext_id, PEOPLE.c.role).where(PEOPLE.c.id.in_(people)))
    return {row.id: (row.ext_id, row.role) for row in rows}


async def school_of(connection: AsyncConnection, class_id: str) -> str | None:
    """The school of a class, by our ids."""
    return await connection.scalar(select(CLASSES.c.school_id).where(CLASSES.c.id == class_id))


async def role_in_use(connection: AsyncConnection, person_id: str, role: Role) -> bool:
    """Does an enrolment, a class or a parent stand on another role than this one?"""
    uses: list[ColumnElement[bool]] = [exists().where(ENROLLMENTS.c.person_id == person_id, ENROLLMENTS.c.role != role)]
    if role != "teacher":
        uses.append(exists().where(CLASSES.c.head_teacher_id == person_id))
    if role != "student":
        uses.append(exists().where(CHILDREN.c.child_id == person_id))
    return bool(await connection.scalar(select(or_(*uses))))


async def set_children(connection: AsyncConnection, parent: str, children: Collection[str]) -> bool:
    """The parent has exactly these children; True when that is a change."""
    now = set((await connection.scalars(select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == parent))).all())
    wanted = set(children)
    if gone := now - wanted:
        await connection.execute(delete(CHILDREN).where(CHILDREN.c.parent_id == parent, CHILDREN.c.child_id.in_(gone)))
    if new := sorted(wanted - now):
        await connection.execute(insert(CHILDREN), [{"parent_id": parent, "child_id": child} for child in new])
    return now != wanted


async def set_enrolled(
    connection: AsyncConnection, class_id: str, subject_id: str, people: Mapping[str, Role]
) -> tuple[int, int]:
    """Exactly these people teach and learn it: how many came, how many went."""
    here = and_(ENROLLMENTS.c.class_id == class_id, ENROLLMENTS.c.subject_id == subject_id)
    now = set((await connection.scalars(select(ENROLLMENTS.c.person_id).where(here))).all())
    gone, new = now - set(people), sorted(set(people) - now)
    if gone:
        await connection.execute(delete(ENROLLMENTS).where(here, ENROLLMENTS.c.person_id.in_(gone)))
    if new:
        key = {"class_id": class_id, "subject_id": subject_id}
        await connection.execute(insert(ENROLLMENTS), [{**key, "person_id": one, "role": people[one]} for one in new])
    return len(new), len(gone)


async def leave(connection: AsyncConnection, people: Sequence[str], at: datetime) -> None:
    """These people (at most LEAVE_BATCH, by our ids) are in no class, nobody's parent or child, head of nothing.

    The record stays: calls and attendance name them. Links and sessions are the caller's business.
    """
    assert len(people) <= LEAVE_BATCH
    await connection.execute(delete(ENROLLMENTS).where(ENROLLMENTS.c.person_id.in_(people)))
    await connection.execute(
        delete(CHILDREN).where(or_(CHILDREN.c.parent_id.in_(people), CHILDREN.c.child_id.in_(people)))
    )
    await connection.execute(update(CLASSES).where(CLASSES.c.head_teacher_id.in_(people)).values(head_teacher_id=None))
    await connection.execute(
        update(PEOPLE).where(PEOPLE.c.id.in_(people), PEOPLE.c.left_at.is_(None)).values(left_at=at)
    )


async def standing(connection: AsyncConnection, person_id: str, call: Call) -> Standing | None:
    """What the roster says of a person and a call; None when they left or belong to different journals."""
    here = ENROLLMENTS.c.class_id == call.class_.id
    in_subject = and_(here, ENROLLMENTS.c.subject_id == call.subject.id, ENROLLMENTS.c.role == "student")
    child = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == person_id)
    query = select(
        PEOPLE.c.role,
        or_(
            exists().where(here, ENROLLMENTS.c.role == "teacher", ENROLLMENTS.c.person_id == person_id),
            exists().where(CLASSES.c.id == call.class_.id, CLASSES.c.head_teacher_id == person_id),
        ),
        exists().where(in_subject, ENROLLMENTS.c.person_id == person_id),
        exists().where(in_subject, ENROLLMENTS.c.person_id.in_(child)),
    ).where(PEOPLE.c.id == person_id, PEOPLE.c.journal_id == call.journal, PEOPLE.c.left_at.is_(None))
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    role, teaches, learns, child_learns = row
    return Standing(role, call.teacher.id == person_id, bool(teaches), bool(learns), bool(child_learns))
