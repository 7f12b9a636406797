"""Meetings and visitors."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Row,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.meetings import Meeting, Rules, Visitor
from journal_bridge.store.tables import ID, METADATA, Moment

MAX_CLIENT = 80
MAX_EXT_ID = 256
MAX_TITLE = 256

MEETINGS = Table(
    "meetings",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("client", String(MAX_CLIENT), nullable=False),
    Column("ext_id", String(MAX_EXT_ID), nullable=False),
    Column("title", String(MAX_TITLE), nullable=False),
    Column("status", String(8), nullable=False, index=True),
    Column("rules", Text, nullable=False),  # JSON
    Column("details", Text, nullable=False),  # JSON
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("visited_at", Moment),
    Column("ended_at", Moment),
    CheckConstraint("status IN ('planned', 'running', 'ended')", name="status"),
    # A platform's name for a meeting is free again when it has ended.
    Index(
        "uq_meetings_living",
        "client",
        "ext_id",
        unique=True,
        sqlite_where=text("status <> 'ended'"),
        postgresql_where=text("status <> 'ended'"),
    ),
)

VISITORS = Table(
    "visitors",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("call", ID, nullable=False),  # of a meeting or a lesson
    Column("ext_id", String(MAX_EXT_ID)),
    Column("name", String(MAX_TITLE), nullable=False),
    Column("role", String(8), nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("leave_url", Text),
    Column("created_at", Moment, nullable=False),
    CheckConstraint("role IN ('teacher', 'student', 'parent')", name="role"),
    UniqueConstraint("call", "ext_id"),
)


async def create(connection: AsyncConnection, meeting: Meeting) -> None:
    """Raises IntegrityError when a living meeting of the client has the ext_id."""
    await connection.execute(
        insert(MEETINGS).values(
            id=meeting.id,
            client=meeting.client,
            ext_id=meeting.ext_id,
            title=meeting.title,
            status=meeting.status,
            rules=msgspec.json.encode(meeting.rules).decode(),
            details=json.dumps(dict(meeting.details), ensure_ascii=False),
            created_at=meeting.created_at,
        )
    )


async def change(connection: AsyncConnection, meeting: str, values: Mapping[str, Any]) -> None:
    """Columns other than `rules` and `details`."""
    await connection.execute(update(MEETINGS).where(MEETINGS.c.id == meeting).values(**values))


async def by_id(connection: AsyncConnection, meeting: str) -> Meeting | None:
    """Any client's meeting, ended or not."""
    return await _one(connection, select(MEETINGS).where(MEETINGS.c.id == meeting))


async def lock(connection: AsyncConnection, meeting: str) -> Meeting | None:
    """The meeting, kept from other writers until the transaction ends."""
    return await _one(connection, select(MEETINGS).where(MEETINGS.c.id == meeting).with_for_update())


async def find(connection: AsyncConnection, client: str, ext_id: str) -> Meeting | None:
    """The living meeting that a client means."""
    living = select(MEETINGS).where(
        MEETINGS.c.client == client, MEETINGS.c.ext_id == ext_id, MEETINGS.c.status != "ended"
    )
    return await _one(connection, living)


async def living(connection: AsyncConnection, client: str | None = None) -> list[Meeting]:
    """All meetings that have not ended, of one client or of all, the oldest first."""
    query = select(MEETINGS).where(MEETINGS.c.status.in_(("planned", "running")))
    if client is not None:
        query = query.where(MEETINGS.c.client == client)
    rows = await connection.execute(query.order_by(MEETINGS.c.created_at, MEETINGS.c.id))
    return [_meeting(row) for row in rows]


async def forget(connection: AsyncConnection, before: datetime) -> None:
    """Meetings that ended before, and visitors of any call from before then, are gone."""
    await connection.execute(delete(VISITORS).where(VISITORS.c.created_at < before))
    await connection.execute(delete(MEETINGS).where(MEETINGS.c.status == "ended", MEETINGS.c.ended_at < before))


async def add_visitor(connection: AsyncConnection, visitor: Visitor, values: Mapping[str, Any]) -> str:
    """The visitor's id: an old one when the call knows the ext_id, whose name and rights are then as given."""
    described = {
        "name": visitor.name,
        "role": visitor.role,
        "administrator": visitor.administrator,
        "leave_url": visitor.leave_url,
    }
    if visitor.ext_id is not None:
        # Of two requests for the same person one waits here.
        await connection.execute(select(MEETINGS.c.id).where(MEETINGS.c.id == visitor.call).with_for_update())
        same = (VISITORS.c.call == visitor.call, VISITORS.c.ext_id == visitor.ext_id)
        known = await connection.scalar(select(VISITORS.c.id).where(*same))
        if known is not None:
            await connection.execute(update(VISITORS).where(*same).values(**described))
            return str(known)
    key = {"id": visitor.id, "call": visitor.call, "ext_id": visitor.ext_id}
    await connection.execute(insert(VISITORS).values(**key, **described, **values))
    return visitor.id


async def visitor(connection: AsyncConnection, visitor: str) -> Visitor | None:
    """Somebody by our id."""
    row = (await connection.execute(select(VISITORS).where(VISITORS.c.id == visitor))).one_or_none()
    return _visitor(row) if row else None


async def visitors(connection: AsyncConnection, call: str) -> dict[str, Visitor]:
    """Everybody who was ever let into a call, by our id."""
    rows = await connection.execute(select(VISITORS).where(VISITORS.c.call == call))
    return {row.id: _visitor(row) for row in rows}


async def _one(connection: AsyncConnection, query: Select[Any]) -> Meeting | None:
    row = (await connection.execute(query)).one_or_none()
    return _meeting(row) if row else None


def _meeting(row: Row[Any]) -> Meeting:
    return Meeting(
        id=row.id,
        client=row.client,
        ext_id=row.ext_id,
        title=row.title,
        status=row.status,
        created_at=row.created_at,
        started_at=row.started_at,
        visited_at=row.visited_at,
        ended_at=row.ended_at,
        rules=msgspec.json.decode(row.rules, type=Rules),
        details=json.loads(row.details),
    )


def _visitor(row: Row[Any]) -> Visitor:
    return Visitor(row.id, row.call, row.name, row.role, row.administrator, row.ext_id, row.leave_url)
