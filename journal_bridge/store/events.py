"""The events of journals, in the order in which they were committed."""

import json
import zlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.events import Event, EventType
from journal_bridge.store.tables import ID, METADATA

OUTBOX_LOCK = 0x5A564F45  # first half of a PostgreSQL advisory lock; the second is made of the journal's id

EVENTS = Table(
    "events",
    METADATA,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False, unique=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
    Column("type", String(40), nullable=False),
    Column("call", ID),
    Column("sequence", Integer),  # of the events of one call
    Column("at", Float(53), nullable=False, index=True),  # seconds since the epoch
    Column("data", Text, nullable=False),
    Index("ix_events_journal_position", "journal_id", "position"),
    Index("uq_events_call_sequence", "call", "sequence", unique=True),
)


async def lock(connection: AsyncConnection, journal: str) -> None:
    """Only one transaction at a time adds events to a journal, so a reader of position 8 never misses a later 7.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        key = zlib.crc32(journal.encode()) - 2**31  # a signed 32-bit number; a shared lock costs a wait, no error
        await connection.execute(select(func.pg_advisory_xact_lock(OUTBOX_LOCK, key)))


async def last_sequence(connection: AsyncConnection, call: str) -> int:
    """The number of a call's latest event, 0 when there is none."""
    query = select(func.coalesce(func.max(EVENTS.c.sequence), 0)).where(EVENTS.c.call == call)
    return int((await connection.execute(query)).scalar_one())


async def add(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Store events in this order: id to position."""
    if not rows:
        return {}
    # Without RETURNING the driver runs the statement for one row after the other: only so is the order ours.
    await connection.execute(insert(EVENTS), rows)
    query = select(EVENTS.c.id, EVENTS.c.position).where(EVENTS.c.id.in_([row["id"] for row in rows]))
    return {event: int(position) for event, position in await connection.execute(query)}


async def by_id(connection: AsyncConnection, event: str) -> Event | None:
    """Any journal's event, for sending it."""
    row = (await connection.execute(select(EVENTS).where(EVENTS.c.id == event))).one_or_none()
    return event_of(row) if row else None


async def position(connection: AsyncConnection, journal: str, event: str) -> int | None:
    """Where a journal's event stands, None when it is not kept."""
    query = select(EVENTS.c.position).where(EVENTS.c.journal_id == journal, EVENTS.c.id == event)
    return await connection.scalar(query)


async def newest(connection: AsyncConnection, journal: str) -> int:
    """Where a journal's latest event stands, 0 when there is none."""
    query = select(func.coalesce(func.max(EVENTS.c.position), 0)).where(EVENTS.c.journal_id == journal)
    return int((await connection.execute(query)).scalar_one())


async def behind(
    connection: AsyncConnection, journal: str, after: int, types: Collection[EventType], limit: int
) -> list[Event]:
    """A journal's events behind a position; no types: all of them."""
    query = select(EVENTS).where(EVENTS.c.journal_id == journal, EVENTS.c.position > after)
    if types:
        query = query.where(EVENTS.c.type.in_(types))
    rows = await connection.execute(query.order_by(EVENTS.c.position).limit(limit))
    return [event_of(row) for row in rows]


async def has(connection: AsyncConnection, call: str, kind: EventType) -> bool:
    """Was this told of the call?"""
    query = select(EVENTS.c.position).where(EVENTS.c.call == call, EVENTS.c.type == kind).limit(1)
    return await connection.scalar(query) is not None


async def prune(connection: AsyncConnection, before: float) -> None:
    """Forget older events. The newest of each journal stays: it is the place from which its reader goes on."""
    last = select(func.max(EVENTS.c.position)).group_by(EVENTS.c.journal_id)
    await connection.execute(delete(EVENTS).where(EVENTS.c.at < before, EVENTS.c.position.not_in(last)))


def event_of(row: Row[Any]) -> Event:
    """A row of `EVENTS` as a value."""
    return Event(row.position, row.id, row.type, row.call, row.at, json.loads(row.data))
