"""Who belongs to a school, and who administers it.

A school's people are those enrolled in its classes, the parents of its pupils, the heads of its classes and its
administrators: nobody is written to a school directly.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from journal_bridge.store.link_tables import ADMINISTRATORS
from journal_bridge.store.tables import CHILDREN, CLASSES, ENROLLMENTS, PEOPLE, SCHOOLS


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a roster who has not left."""

    id: str
    ext_id: str
    journal: str
    role: Role
    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: date | None

    @property
    def name(self) -> str:
        """«Фамилия Имя Отчество»."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class Named:
    """A school."""

    id: str
    name: str
    tz: str


@dataclass(frozen=True, slots=True)
class Headed:
    """A class with its head teacher's right to see who has linked."""

    id: str
    title: str
    school: str


async def people(connection: AsyncConnection, wanted: Collection[str]) -> dict[str, Member]:
    """These people by id (a few hundred at most); who left is not among them."""
    query = select(PEOPLE).where(PEOPLE.c.id.in_(wanted), PEOPLE.c.left_at.is_(None))
    return {
        row.id: Member(
            row.id,
            row.ext_id,
            row.journal_id,
            row.role,
            row.family_name,
            row.given_name,
            row.patronymic,
            row.birth_date,
        )
        for row in await connection.execute(query)
    }


async def schools_of(connection: AsyncConnection, person: str) -> Sequence[str]:
    """The schools a person belongs to."""
    child = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == person)
    enrolled = select(CLASSES.c.school_id).join_from(ENROLLMENTS, CLASSES)
    query = union(
        enrolled.where(ENROLLMENTS.c.person_id == person),
        enrolled.where(ENROLLMENTS.c.person_id.in_(child)),
        select(CLASSES.c.school_id).where(CLASSES.c.head_teacher_id == person),
        select(ADMINISTRATORS.c.school_id).where(ADMINISTRATORS.c.person_id == person),
    )
    return sorted((await connection.scalars(query)).all())


async def place_of(connection: AsyncConnection, person: str) -> tuple[str | None, tuple[str, ...]]:
    """The school's name and the titles of the classes a person is in (a parent: their children), for showing."""
    child = select(CHILDREN.c.child_id).where(CHILDREN.c.parent_id == person)
    query = (
        select(SCHOOLS.c.name, CLASSES.c.title)
        .distinct()
        .select_from(CLASSES)
        .join(SCHOOLS, SCHOOLS.c.id == CLASSES.c.school_id)
        .outerjoin(ENROLLMENTS, ENROLLMENTS.c.class_id == CLASSES.c.id)
        .where(
            or_(
                ENROLLMENTS.c.person_id == person,
                ENROLLMENTS.c.person_id.in_(child),
                CLASSES.c.head_teacher_id == person,
            )
        )
        .order_by(SCHOOLS.c.name, CLASSES.c.title)
    )
    rows = (await connection.execute(query)).all()
    return (rows[0].name if rows else None), tuple(dict.fromkeys(row.title for row in rows))


async def named(connection: AsyncConnection, school: str) -> Named | None:
    """The school of an id."""
    row = (await connection.execute(select(SCHOOLS).where(SCHOOLS.c.id == school))).one_or_none()
    return Named(row.id, row.name, row.tz) if row else None


async def administered_by(connection: AsyncConnection, wanted: Collection[str]) -> Sequence[tuple[str, str]]:
    """Schools (id, name) that any of these people administers."""
    query = (
        select(SCHOOLS.c.id, SCHOOLS.c.name)
        .distinct()
        .join_from(ADMINISTRATORS, SCHOOLS)
        .where(ADMINISTRATORS.c.person_id.in_(wanted))
        .order_by(SCHOOLS.c.name, SCHOOLS.c.id)
    )
    return [(row.id, row.name) for row in await connection.execute(query)]


async def headed_by(connection: AsyncConnection, wanted: Collection[str]) -> Sequence[Headed]:
    """Classes of which any of these people is the head teacher."""
    query = (
        select(CLASSES.c.id, CLASSES.c.title, CLASSES.c.school_id)
        .where(CLASSES.c.head_teacher_id.in_(wanted), CLASSES.c.left_at.is_(None))
        .order_by(CLASSES.c.title, CLASSES.c.id)
    )
    return [Headed(row.id, row.title, row.school_id) for row in await connection.execute(query)]


async def children_of(connection: AsyncConnection, parents: Collection[str]) -> Sequence[str]:
    """The children of these people."""
    query = select(CHILDREN.c.child_id).distinct().where(CHILDREN.c.parent_id.in_(parents))
    return sorted((await connection.scalars(query)).all())


async def set_administrators(connection: AsyncConnection, school: str, wanted: Collection[str]) -> bool:
    """Exactly these people administer the school; True when that is a change."""
    here = ADMINISTRATORS.c.school_id == school
    now = set((await connection.scalars(select(ADMINISTRATORS.c.person_id).where(here))).all())
    if gone := now - set(wanted):
        await connection.execute(delete(ADMINISTRATORS).where(here, ADMINISTRATORS.c.person_id.in_(gone)))
    if new := sorted(set(wanted) - now):
        await connection.execute(insert(ADMINISTRATORS), [{"school_id": school, "person_id": one} for one in new])
    return now != set(wanted)


async def resign(connection: AsyncConnection, wanted: Collection[str]) -> None:
    """These people administer no school."""
    await connection.execute(delete(ADMINISTRATORS).where(ADMINISTRATORS.c.person_id.in_(wanted)))
