"""Who is and was in calls, whatever kind of call, and which servers watch over that."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    exists,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.attendance import Attendee, Presence
from journal_bridge.core.records import Call
from journal_bridge.store.events import EVENTS
from journal_bridge.store.meetings import VISITORS
from journal_bridge.store.tables import CALLS, ENROLLMENTS, ID, METADATA, PEOPLE

PRESENCES = Table(
    "presences",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("call", ID, nullable=False),  # of a journal or a platform
    Column("person", String(256), nullable=False, index=True),  # the identity in the room: a person's or visitor's id
    Column("participant", String(40), nullable=False, unique=True),
    Column("room", String(256), nullable=False),
    Column("joined_at", Float(53), nullable=False, index=True),  # seconds since the epoch, as all here
    Column("left_at", Float(53)),
    Column("hands", Integer, nullable=False),
    Column("keeper", ID, nullable=False),  # the server that will hear of the leaving
    Index("ix_presences_call_person", "call", "person"),
    Index(
        "ix_presences_keeper",
        "keeper",
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
)

KEEPERS = Table(
    "keepers",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("seen_at", Float(53), nullable=False),
)


class Stay(NamedTuple):
    """What is known of a participant."""

    room: str
    joined_at: float
    present: bool  # still counted as such


async def stays(connection: AsyncConnection, participants: Collection[str]) -> dict[str, Stay]:
    """Those of the participants that are known."""
    columns = (PRESENCES.c.participant, PRESENCES.c.room, PRESENCES.c.joined_at, PRESENCES.c.left_at)
    rows = await connection.execute(select(*columns).where(PRESENCES.c.participant.in_(participants)))
    return {row.participant: Stay(row.room, row.joined_at, row.left_at is None) for row in rows}


async def enter(connection: AsyncConnection, entered: Sequence[Mapping[str, Any]]) -> None:
    """These participants, who were not known, are there."""
    if entered:
        await connection.execute(insert(PRESENCES), [{"left_at": None, "hands": 0, **values} for values in entered])


async def leave(connection: AsyncConnection, left: Mapping[str, float]) -> None:
    """These participants, who are known, are gone since then."""
    if left:
        change = update(PRESENCES).where(PRESENCES.c.participant == bindparam("who")).values(left_at=bindparam("at"))
        await connection.execute(change, [{"who": participant, "at": at} for participant, at in left.items()])


async def raise_hands(connection: AsyncConnection, hands: Mapping[str, int]) -> None:
    """So many times more, by participant."""
    if hands:
        more = update(PRESENCES).where(PRESENCES.c.participant == bindparam("who"))
        change = more.values(hands=PRESENCES.c.hands + bindparam("more"))
        await connection.execute(change, [{"who": participant, "more": count} for participant, count in hands.items()])


async def presences(connection: AsyncConnection, call: str) -> list[Presence]:
    """All stays in a call, in the order of entering."""
    query = select(PRESENCES).where(PRESENCES.c.call == call).order_by(PRESENCES.c.joined_at, PRESENCES.c.id)
    return [
        Presence(row.person, row.room, row.joined_at, row.left_at, row.hands) for row in await connection.execute(query)
    ]


async def open_in(connection: AsyncConnection, call: str) -> list[tuple[str, str]]:
    """(person, participant) of those who are still counted as present."""
    query = select(PRESENCES.c.person, PRESENCES.c.participant)
    found = query.where(PRESENCES.c.call == call, PRESENCES.c.left_at.is_(None)).order_by(PRESENCES.c.id)
    return [(row.person, row.participant) for row in await connection.execute(found)]


async def forget(connection: AsyncConnection, person: str) -> None:
    """Nothing of a person is left here."""
    await connection.execute(delete(PRESENCES).where(PRESENCES.c.person == person))


async def prune(connection: AsyncConnection, before: float) -> None:
    """Forget what began earlier."""
    await connection.execute(delete(PRESENCES).where(PRESENCES.c.joined_at < before))


# -- people


async def people(connection: AsyncConnection, ids: Collection[str]) -> dict[str, Attendee]:
    """Those of the ids that name people of a roster or visitors."""
    rows = await connection.execute(select(PEOPLE).where(PEOPLE.c.id.in_(ids)))
    visitors = await connection.execute(select(VISITORS).where(VISITORS.c.id.in_(ids)))
    guests = {row.id: Attendee(row.id, row.ext_id, row.name, row.role) for row in visitors}
    return guests | {row.id: _attendee(row) for row in rows}


async def enrolled(connection: AsyncConnection, call: Call) -> list[Attendee]:
    """The pupils who should have been in a lesson."""
    learns = exists().where(
        ENROLLMENTS.c.class_id == call.class_.id,
        ENROLLMENTS.c.subject_id == call.subject.id,
        ENROLLMENTS.c.role == "student",
        ENROLLMENTS.c.person_id == PEOPLE.c.id,
    )
    return [_attendee(row) for row in await connection.execute(select(PEOPLE).where(learns))]


def _attendee(row: Any) -> Attendee:
    return Attendee(row.id, row.ext_id, f"{row.family_name} {row.given_name}".strip(), row.role)


# -- servers


async def beat(connection: AsyncConnection, keeper: str, now: float) -> None:
    """A server is there."""
    changed = await connection.execute(update(KEEPERS).where(KEEPERS.c.id == keeper).values(seen_at=now))
    if changed.rowcount == 0:
        await connection.execute(insert(KEEPERS).values(id=keeper, seen_at=now))


async def retire(connection: AsyncConnection, keeper: str) -> None:
    """A server is gone."""
    await connection.execute(delete(KEEPERS).where(KEEPERS.c.id == keeper))


async def stale_keepers(connection: AsyncConnection, before: float) -> dict[str, float]:
    """Servers that said nothing since then: when each was last seen."""
    rows = await connection.execute(select(KEEPERS).where(KEEPERS.c.seen_at < before))
    return {row.id: row.seen_at for row in rows}


async def kept_by(connection: AsyncConnection, keeper: str) -> list[tuple[str, str, str]]:
    """(call, person, participant) of those who were on a server when it crashed."""
    query = select(PRESENCES.c.call, PRESENCES.c.person, PRESENCES.c.participant)
    found = query.where(PRESENCES.c.keeper == keeper, PRESENCES.c.left_at.is_(None)).order_by(PRESENCES.c.id)
    return [(row.call, row.person, row.participant) for row in await connection.execute(found)]


async def over(connection: AsyncConnection, since: datetime, until: datetime) -> list[str]:
    """Lessons that ended in this span and are empty, and whose journal was not told that their attendance is ready."""
    told = exists().where(EVENTS.c.call == CALLS.c.id, EVENTS.c.type == "attendance.ready")
    present = exists().where(PRESENCES.c.call == CALLS.c.id, PRESENCES.c.left_at.is_(None))
    query = select(CALLS.c.id).where(
        CALLS.c.status == "ended",
        CALLS.c.started_at.is_not(None),
        CALLS.c.ended_at >= since,
        CALLS.c.ended_at < until,
        ~present,
        ~told,
    )
    return list((await connection.scalars(query.order_by(CALLS.c.ended_at))).all())
