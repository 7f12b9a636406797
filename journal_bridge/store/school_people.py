"""A school's people with their links: counted, listed, found by name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from journal_bridge.store.link_tables import ADMINISTRATORS, LINKS
from journal_bridge.store.tables import CHILDREN, CLASSES, ENROLLMENTS, PEOPLE


class Counted(NamedTuple):
    """How many have linked, of how many."""

    linked: int
    all: int


@dataclass(frozen=True, slots=True)
class ClassCounted:
    """A class, with its pupils and their parents counted."""

    id: str
    title: str
    head_teacher: str | None
    people: Counted


@dataclass(frozen=True, slots=True)
class Line:
    """A person of the school's list. `linked_at`: seconds since the epoch, None while unlinked."""

    id: str
    ext_id: str
    role: Role
    family_name: str
    given_name: str
    patronymic: str | None
    linked_at: float | None
    profile: str | None

    @property
    def name(self) -> str:
        """«Фамилия Имя Отчество»."""
        return " ".join(part for part in (self.family_name, self.given_name, self.patronymic) if part)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list holds; empty: any. `words` must each begin one of the names, or be the ext_id."""

    role: Role | None = None
    class_id: str | None = None
    linked: bool | None = None
    words: tuple[str, ...] = ()


async def counts(connection: AsyncConnection, school: str) -> dict[Role, Counted]:
    """By role."""
    query = (
        select(PEOPLE.c.role, func.count(PEOPLE.c.id).label("people"), func.count(LINKS.c.id).label("links"))
        .select_from(PEOPLE)
        .outerjoin(LINKS, LINKS.c.person_id == PEOPLE.c.id)
        .where(PEOPLE.c.id.in_(_belonging(school)), PEOPLE.c.left_at.is_(None))
        .group_by(PEOPLE.c.role)
    )
    return {row.role: Counted(row.links, row.people) for row in await connection.execute(query)}


async def classes(connection: AsyncConnection, school: str) -> list[ClassCounted]:
    """The school's classes by title."""
    members = union(*_members(CLASSES.c.school_id == school)).subquery()
    counted = (
        select(members.c.class_id, func.count(PEOPLE.c.id).label("people"), func.count(LINKS.c.id).label("links"))
        .select_from(members)
        .join(PEOPLE, and_(PEOPLE.c.id == members.c.person_id, PEOPLE.c.left_at.is_(None)))
        .outerjoin(LINKS, LINKS.c.person_id == PEOPLE.c.id)
        .group_by(members.c.class_id)
        .subquery()
    )
    head = PEOPLE.alias()
    query = (
        select(CLASSES.c.id, CLASSES.c.title, counted.c.people, counted.c.links, head.c.family_name, head.c.given_name)
        .select_from(CLASSES)
        .outerjoin(counted, counted.c.class_id == CLASSES.c.id)
        .outerjoin(head, head.c.id == CLASSES.c.head_teacher_id)
        .where(CLASSES.c.school_id == school, CLASSES.c.left_at.is_(None))
        .order_by(CLASSES.c.title, CLASSES.c.id)
    )
    return [
        ClassCounted(
            row.id,
            row.title,
            f"{row.family_name} {row.given_name}".strip() if row.family_name is not None else None,
            Counted(row.links or 0, row.people or 0),
        )
        for row in await connection.execute(query)
    ]


async def listed(
    connection: AsyncConnection, school: str, wanted: Wanted, *, after: tuple[str, str, str] | None, limit: int
) -> list[Line]:
    """People by family name, given name, id; `after` is the last one's."""
    query = _lines().where(PEOPLE.c.id.in_(_belonging(school)))
    if wanted.role is not None:
        query = query.where(PEOPLE.c.role == wanted.role)
    if wanted.linked is not None:
        query = query.where(LINKS.c.id.is_not(None) if wanted.linked else LINKS.c.id.is_(None))
    if wanted.class_id is not None:
        members = union(*_members(CLASSES.c.id == wanted.class_id, CLASSES.c.school_id == school)).subquery()
        query = query.where(PEOPLE.c.id.in_(select(members.c.person_id)))
    for word in wanted.words:
        begins = [column.startswith(word, autoescape=True) for column in (PEOPLE.c.family_name, PEOPLE.c.given_name)]
        query = query.where(or_(*begins, PEOPLE.c.ext_id == word))
    order = (PEOPLE.c.family_name, PEOPLE.c.given_name, PEOPLE.c.id)
    if after is not None:
        family, given, person = after
        query = query.where(
            or_(
                order[0] > family,
                and_(order[0] == family, order[1] > given),
                and_(order[0] == family, order[1] == given, order[2] > person),
            )
        )
    return [_line(row) for row in await connection.execute(query.order_by(*order).limit(limit))]


async def of_class(connection: AsyncConnection, class_id: str) -> list[Line]:
    """A class's pupils and their parents, by name."""
    members = union(*_members(CLASSES.c.id == class_id)).subquery()
    query = _lines().where(PEOPLE.c.id.in_(select(members.c.person_id)))
    order = (PEOPLE.c.role.desc(), PEOPLE.c.family_name, PEOPLE.c.given_name, PEOPLE.c.id)
    return [_line(row) for row in await connection.execute(query.order_by(*order))]


async def belongs(connection: AsyncConnection, school: str, person: str) -> Line | None:
    """The person, when they belong to the school and have not left."""
    query = _lines().where(PEOPLE.c.id == person, PEOPLE.c.id.in_(_belonging(school)))
    row = (await connection.execute(query)).one_or_none()
    return _line(row) if row else None


async def class_titles(
    connection: AsyncConnection, school: str, people: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """The school's classes that these people learn, teach or head in; of parents: their children's."""
    here = CLASSES.c.school_id == school
    learn = select(ENROLLMENTS.c.person_id, CLASSES.c.title).join_from(ENROLLMENTS, CLASSES)
    head = select(CLASSES.c.head_teacher_id.label("person_id"), CLASSES.c.title)
    child = (
        select(CHILDREN.c.parent_id.label("person_id"), CLASSES.c.title)
        .select_from(CHILDREN)
        .join(ENROLLMENTS, ENROLLMENTS.c.person_id == CHILDREN.c.child_id)
        .join(CLASSES, CLASSES.c.id == ENROLLMENTS.c.class_id)
    )
    query = union(
        learn.where(here, ENROLLMENTS.c.person_id.in_(people)),
        head.where(here, CLASSES.c.head_teacher_id.in_(people)),
        child.where(here, CHILDREN.c.parent_id.in_(people)),
    )
    found: dict[str, set[str]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.person_id, set()).add(row.title)
    return {person: tuple(sorted(titles)) for person, titles in found.items()}


async def family(connection: AsyncConnection, school: str, people: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Names of the parents of these pupils, and of the children of these parents who are at the school."""
    found: dict[str, list[str]] = {}
    for one, other in ((CHILDREN.c.child_id, CHILDREN.c.parent_id), (CHILDREN.c.parent_id, CHILDREN.c.child_id)):
        query = (
            select(one.label("person_id"), PEOPLE.c.family_name, PEOPLE.c.given_name)
            .select_from(CHILDREN)
            .join(PEOPLE, PEOPLE.c.id == other)
            .where(one.in_(people), PEOPLE.c.left_at.is_(None), PEOPLE.c.id.in_(_belonging(school)))
            .order_by(PEOPLE.c.family_name, PEOPLE.c.given_name)
        )
        for row in await connection.execute(query):
            found.setdefault(row.person_id, []).append(f"{row.family_name} {row.given_name}".strip())
    return {person: tuple(names) for person, names in found.items()}


async def names(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """What people of any roster are called, also those who have left; a linked profile by its person."""
    direct = select(PEOPLE.c.id, PEOPLE.c.family_name, PEOPLE.c.given_name).where(PEOPLE.c.id.in_(ids))
    linked = (
        select(LINKS.c.profile_id.label("id"), PEOPLE.c.family_name, PEOPLE.c.given_name)
        .join_from(LINKS, PEOPLE, PEOPLE.c.id == LINKS.c.person_id)
        .where(LINKS.c.profile_id.in_(ids))
    )
    rows = await connection.execute(union(direct, linked))
    return {row.id: f"{row.family_name} {row.given_name}".strip() for row in rows}


def _lines() -> Select[Any]:
    return (
        select(PEOPLE, LINKS.c.linked_at, LINKS.c.profile_id)
        .select_from(PEOPLE)
        .outerjoin(LINKS, LINKS.c.person_id == PEOPLE.c.id)
        .where(PEOPLE.c.left_at.is_(None))
    )


def _line(row: Any) -> Line:
    return Line(
        row.id,
        row.ext_id,
        row.role,
        row.family_name,
        row.given_name,
        row.patronymic,
        row.linked_at,
        row.profile_id,
    )


def _members(*which: Any) -> Sequence[Select[Any]]:
    """Pupils of classes, and their parents, as (class_id, person_id)."""
    pupils = (
        select(ENROLLMENTS.c.class_id, ENROLLMENTS.c.person_id)
        .join_from(ENROLLMENTS, CLASSES)
        .where(ENROLLMENTS.c.role == "student", CLASSES.c.left_at.is_(None), *which)
    )
    parents = (
        select(ENROLLMENTS.c.class_id, CHILDREN.c.parent_id.label("person_id"))
        .select_from(ENROLLMENTS)
        .join(CLASSES, CLASSES.c.id == ENROLLMENTS.c.class_id)
        .join(CHILDREN, CHILDREN.c.child_id == ENROLLMENTS.c.person_id)
        .where(ENROLLMENTS.c.role == "student", CLASSES.c.left_at.is_(None), *which)
    )
    return pupils, parents


def _belonging(school: str) -> CompoundSelect[Any]:
    """Ids of everybody of a school, see `store/schools.py`."""
    here = CLASSES.c.school_id == school
    return union(
        select(ENROLLMENTS.c.person_id).join_from(ENROLLMENTS, CLASSES).where(here),
        select(CHILDREN.c.parent_id)
        .select_from(CHILDREN)
        .join(ENROLLMENTS, ENROLLMENTS.c.person_id == CHILDREN.c.child_id)
        .join(CLASSES, CLASSES.c.id == ENROLLMENTS.c.class_id)
        .where(here),
        select(CLASSES.c.head_teacher_id).where(here, CLASSES.c.head_teacher_id.is_not(None)),
        select(ADMINISTRATORS.c.person_id).where(ADMINISTRATORS.c.school_id == school),
    )
