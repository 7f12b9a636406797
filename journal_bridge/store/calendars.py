"""Addresses of calendars: whose, and the hash of the secret in the address."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Row, Select, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.store.tables import CLASSES, ID, METADATA, PEOPLE

CALENDARS = Table(
    "calendars",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False, index=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person_id", ID, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("class_id", ID, ForeignKey("classes.id", ondelete="CASCADE"), index=True),
    Column("created_at", Float(53), nullable=False),
    CheckConstraint("(person_id IS NULL) <> (class_id IS NULL)", name="whose"),
)


async def create(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """A new address."""
    await connection.execute(insert(CALENDARS).values(**values))


async def remove(connection: AsyncConnection, journal: str, calendar: str) -> bool:
    """The address leads nowhere any more; False: the journal had no such calendar."""
    mine = (CALENDARS.c.journal_id == journal, CALENDARS.c.id == calendar)
    return (await connection.execute(delete(CALENDARS).where(*mine))).rowcount == 1


async def find(connection: AsyncConnection, journal: str, calendar: str) -> Row[Any]:
    """A calendar that is there, with the ext_id of whose it is."""
    found: Row[Any] = (await connection.execute(_described(journal).where(CALENDARS.c.id == calendar))).one()
    return found


async def listed(connection: AsyncConnection, journal: str, *, after: str | None, limit: int) -> list[Row[Any]]:
    """A journal's calendars by id, with the ext_ids of whose they are."""
    query = _described(journal).order_by(CALENDARS.c.id).limit(limit)
    return list(await connection.execute(query if after is None else query.where(CALENDARS.c.id > after)))


async def by_hash(connection: AsyncConnection, hashed: str) -> Row[Any] | None:
    """The calendar of an address, with when its person or class left the roster."""
    query = (
        select(CALENDARS, PEOPLE.c.left_at.label("person_left"), CLASSES.c.left_at.label("class_left"), CLASSES.c.title)
        .select_from(CALENDARS)
        .join(PEOPLE, PEOPLE.c.id == CALENDARS.c.person_id, isouter=True)
        .join(CLASSES, CLASSES.c.id == CALENDARS.c.class_id, isouter=True)
        .where(CALENDARS.c.hash == hashed)
    )
    return (await connection.execute(query)).one_or_none()


def _described(journal: str) -> Select[Any]:
    return (
        select(CALENDARS, PEOPLE.c.ext_id.label("person"), CLASSES.c.ext_id.label("class_"))
        .select_from(CALENDARS)
        .join(PEOPLE, PEOPLE.c.id == CALENDARS.c.person_id, isouter=True)
        .join(CLASSES, CLASSES.c.id == CALENDARS.c.class_id, isouter=True)
        .where(CALENDARS.c.journal_id == journal)
    )
