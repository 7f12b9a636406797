"""From what a journal writes to a record of ours.

A reference is `ext:` and the journal's own id, or bare: the journal's own id, else ours.
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import ColumnElement, Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.references import bare, is_ext
from journal_bridge.store.tables import PEOPLE, SCHOOLS, SUBJECTS

DEFAULT_TZ = "Europe/Moscow"


def matches(table: Table, reference: str) -> ColumnElement[bool]:
    """The condition that a record is meant."""
    ext_id = table.c.ext_id == bare(reference)
    return ext_id if is_ext(reference) else or_(ext_id, table.c.id == reference)


async def resolve(connection: AsyncConnection, table: Table, journal: str, reference: str) -> str | None:
    """Our id of a record, or None. The journal's own id wins over ours."""
    query = (
        select(table.c.id)
        .where(table.c.journal_id == journal, matches(table, reference))
        .order_by((table.c.ext_id == bare(reference)).desc())
        .limit(1)
    )
    return await connection.scalar(query)


async def ensure_school(connection: AsyncConnection, journal: str, reference: str, new_id: str) -> str:
    """A school's id. One that nobody described yet is called by its ext_id until it is."""
    found = await resolve(connection, SCHOOLS, journal, reference)
    if found is None:
        name = bare(reference)
        await connection.execute(
            insert(SCHOOLS).values(id=new_id, journal_id=journal, ext_id=name, name=name, tz=DEFAULT_TZ)
        )
    return found or new_id


async def ensure_subject(connection: AsyncConnection, journal: str, reference: str, new_id: str) -> str:
    """A subject's id, as with schools."""
    found = await resolve(connection, SUBJECTS, journal, reference)
    if found is None:
        name = bare(reference)
        await connection.execute(insert(SUBJECTS).values(id=new_id, journal_id=journal, ext_id=name, title=name))
    return found or new_id


async def ensure_people(
    connection: AsyncConnection, journal: str, people: Mapping[str, str], new_id: Callable[[], str]
) -> tuple[dict[str, str], list[str]]:
    """Ids by reference, as with schools, and the ext_ids of who is new; `people` maps references (a few hundred) to the
    role of the list that names them. Who had left is back."""
    found = await _named(connection, journal, people)
    new: dict[str, dict[str, str]] = {}
    for reference, role in people.items():
        name = bare(reference)
        if reference not in found and name not in new:
            new[name] = {"id": new_id(), "journal_id": journal, "ext_id": name, "role": role}
            new[name] |= {"family_name": name, "given_name": ""}
    if new:
        await connection.execute(insert(PEOPLE), list(new.values()))
    back = PEOPLE.c.id.in_(set(found.values())), PEOPLE.c.left_at.is_not(None)
    await connection.execute(update(PEOPLE).where(*back).values(left_at=None))
    ids = {reference: found.get(reference) or new[bare(reference)]["id"] for reference in people}
    return ids, list(new)


async def _named(connection: AsyncConnection, journal: str, references: Iterable[str]) -> dict[str, str]:
    """The ids of those who are there. The journal's own id wins over ours."""
    names = {reference: bare(reference) for reference in references}
    query = select(PEOPLE.c.id, PEOPLE.c.ext_id).where(PEOPLE.c.journal_id == journal)
    theirs = {row.ext_id: row.id for row in await connection.execute(query.where(PEOPLE.c.ext_id.in_(names.values())))}
    found = {reference: theirs[name] for reference, name in names.items() if name in theirs}
    others = [reference for reference in names if reference not in found and not is_ext(reference)]
    if others:
        ours = set(await connection.scalars(query.where(PEOPLE.c.id.in_(others)).with_only_columns(PEOPLE.c.id)))
        found |= {reference: reference for reference in others if reference in ours}
    return found


async def ext_id(connection: AsyncConnection, table: Table, record: str) -> str:
    """The journal's own id of a record that exists."""
    found = await connection.scalar(select(table.c.ext_id).where(table.c.id == record))
    assert isinstance(found, str)
    return found
