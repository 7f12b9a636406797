"""From what a journal writes to a record of ours.

A reference is `ext:` and the journal's own id, or bare: the journal's own id, else ours.
"""

from sqlalchemy import ColumnElement, Table, insert, or_, select
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


async def ensure_person(connection: AsyncConnection, journal: str, reference: str, role: str, new_id: str) -> str:
    """A person's id, as with schools; `role` is that of the list that names them."""
    found = await resolve(connection, PEOPLE, journal, reference)
    if found is None:
        name = bare(reference)
        await connection.execute(
            insert(PEOPLE).values(
                id=new_id, journal_id=journal, ext_id=name, role=role, family_name=name, given_name=""
            )
        )
    return found or new_id


async def ext_id(connection: AsyncConnection, table: Table, record: str) -> str:
    """The journal's own id of a record that exists."""
    found = await connection.scalar(select(table.c.ext_id).where(table.c.id == record))
    assert isinstance(found, str)
    return found
