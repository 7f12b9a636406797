"""A journal's whole roster at once: read as a stream, written in batches of many rows a statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.roster_model import Enrolled, Records, Roster, Values
from journal_bridge.store.link_tables import ADMINISTRATORS
from journal_bridge.store.tables import CHILDREN, CLASSES, ENROLLMENTS, PEOPLE, SCHOOLS, SUBJECTS

PARTITION = 1000  # rows handled before the event loop goes on

TABLES: Mapping[Records, Table] = {"schools": SCHOOLS, "subjects": SUBJECTS, "people": PEOPLE, "classes": CLASSES}
PLAIN: Mapping[Records, tuple[str, ...]] = {
    "schools": ("name", "region", "tz"),
    "subjects": ("title",),
    "people": ("role", "family_name", "given_name", "patronymic", "birth_date"),
    "classes": ("title", "kind", "year"),
}
"""Columns whose values are the records' own. A class refers to a school and a person besides."""


async def load(connection: AsyncConnection, journal: str) -> Roster:
    """Everything that is stored of a journal's roster; records by ext_id, the rest in no order."""
    roster = Roster()
    names: dict[str, str] = {}  # ext_id by our id, of every kind: our ids are different in all of them
    for kind in ("schools", "subjects", "people"):
        await _load_records(connection, journal, kind, roster, names)
    await _load_classes(connection, journal, roster, names)
    children = select(CHILDREN).join(PEOPLE, PEOPLE.c.id == CHILDREN.c.parent_id).where(PEOPLE.c.journal_id == journal)
    async for rows in (await connection.stream(children)).partitions(PARTITION):
        for parent, child in rows:
            roster.children.setdefault(names[parent], set()).add(names[child])
    administer = select(ADMINISTRATORS).join(SCHOOLS).where(SCHOOLS.c.journal_id == journal)
    for row in await connection.execute(administer):
        roster.administrators.add((names[row.school_id], names[row.person_id]))
    enrolled = (
        select(ENROLLMENTS).join(CLASSES, CLASSES.c.id == ENROLLMENTS.c.class_id).where(CLASSES.c.journal_id == journal)
    )
    async for rows in (await connection.stream(enrolled)).partitions(PARTITION):
        for class_, subject, person, role in rows:
            roster.enrollments.setdefault((names[class_], names[subject]), {})[names[person]] = role
    return roster


async def _load_records(
    connection: AsyncConnection, journal: str, kind: Records, roster: Roster, names: dict[str, str]
) -> None:
    table, columns = TABLES[kind], PLAIN[kind]
    query = select(table).where(table.c.journal_id == journal).order_by(table.c.ext_id)
    async for rows in (await connection.stream(query)).partitions(PARTITION):
        for row in rows:
            values = row._mapping
            _note(roster, kind, names, row.id, row.ext_id, {name: values[name] for name in columns})
            if values.get("left_at") is not None:
                roster.left[kind].add(row.ext_id)


async def _load_classes(connection: AsyncConnection, journal: str, roster: Roster, names: dict[str, str]) -> None:
    query = select(CLASSES).where(CLASSES.c.journal_id == journal).order_by(CLASSES.c.ext_id)
    async for rows in (await connection.stream(query)).partitions(PARTITION):
        for row in rows:
            values: Values = {name: row._mapping[name] for name in PLAIN["classes"]}
            values["school"] = names[row.school_id]
            values["head_teacher"] = names[row.head_teacher_id] if row.head_teacher_id else None
            _note(roster, "classes", names, row.id, row.ext_id, values)
            if row.left_at is not None:
                roster.left["classes"].add(row.ext_id)


def _note(roster: Roster, kind: Records, names: dict[str, str], our_id: str, ext_id: str, values: Values) -> None:
    names[our_id] = ext_id
    roster.ids[kind][ext_id] = our_id
    roster.records[kind][ext_id] = values


async def add(connection: AsyncConnection, kind: Records, rows: Sequence[Mapping[str, Any]]) -> None:
    """New records, with all their columns. Raises IntegrityError when somebody made one of them meanwhile."""
    await connection.execute(insert(TABLES[kind]), list(rows))


async def change(connection: AsyncConnection, kind: Records, rows: Sequence[Mapping[str, Any]]) -> None:
    """Records by their `id`, with all their columns."""
    table = TABLES[kind]
    columns = [name for name in rows[0] if name != "id"]
    statement = update(table).where(table.c.id == bindparam("key"))
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    await connection.execute(
        statement.values(values),
        [{"key": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows],
    )


async def add_children(connection: AsyncConnection, pairs: Sequence[tuple[str, str]]) -> None:
    """Parent and child, by our ids."""
    await connection.execute(insert(CHILDREN), [{"parent_id": parent, "child_id": child} for parent, child in pairs])


async def remove_children(connection: AsyncConnection, pairs: Sequence[tuple[str, str]]) -> None:
    """As they were added."""
    here = and_(CHILDREN.c.parent_id == bindparam("parent"), CHILDREN.c.child_id == bindparam("child"))
    await connection.execute(
        delete(CHILDREN).where(here), [{"parent": parent, "child": child} for parent, child in pairs]
    )


async def add_administrators(connection: AsyncConnection, pairs: Sequence[tuple[str, str]]) -> None:
    """School and person, by our ids."""
    await connection.execute(insert(ADMINISTRATORS), [{"school_id": school, "person_id": one} for school, one in pairs])


async def enrol(connection: AsyncConnection, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Class, subject, person by our ids, and the role."""
    names = ("class_id", "subject_id", "person_id", "role")
    await connection.execute(insert(ENROLLMENTS), [dict(zip(names, row, strict=True)) for row in rows])


async def turn(connection: AsyncConnection, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Those who are enrolled get another role."""
    names = ("class", "subject", "person", "new_role")
    statement = update(ENROLLMENTS).where(_enrolled()).values(role=bindparam("new_role"))
    await connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


async def unenrol(connection: AsyncConnection, rows: Sequence[Enrolled]) -> None:
    """As they were enrolled."""
    names = ("class", "subject", "person")
    statement = delete(ENROLLMENTS).where(_enrolled())
    await connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])


async def close_classes(connection: AsyncConnection, classes: Sequence[str], at: datetime) -> None:
    """These classes, by our ids, are there no more; their calls stay."""
    await connection.execute(delete(ENROLLMENTS).where(ENROLLMENTS.c.class_id.in_(classes)))
    await connection.execute(update(CLASSES).where(CLASSES.c.id.in_(classes)).values(left_at=at, head_teacher_id=None))


def _enrolled() -> Any:
    return and_(
        ENROLLMENTS.c.class_id == bindparam("class"),
        ENROLLMENTS.c.subject_id == bindparam("subject"),
        ENROLLMENTS.c.person_id == bindparam("person"),
    )
