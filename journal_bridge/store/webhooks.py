"""Webhook endpoints of journals, and what was or will be sent to them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.events import EventType
from journal_bridge.core.webhooks import Delivery, Endpoint
from journal_bridge.store.events import EVENTS
from journal_bridge.store.tables import ID, METADATA, TITLE

ENDPOINTS = Table(
    "webhook_endpoints",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False, index=True),
    Column("url", String(2000), nullable=False),
    Column("events", Text, nullable=False),  # separated by blanks, sorted; empty: all
    Column("description", TITLE, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("off_reason", TITLE),
    Column("secret", String(100), nullable=False),  # signs each request, so it is kept as it is
    Column("old_secret", String(100)),
    Column("old_secret_until", Float(53)),
    Column("failing_since", Float(53)),  # of the failures since the last success, the first
    Column("created_at", Float(53), nullable=False),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("endpoint_id", ID, ForeignKey("webhook_endpoints.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", ID, ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", BigInteger, nullable=False),  # of the event
    Column("call", ID),
    Column("status", String(9), nullable=False),
    Column("step", Integer, nullable=False),  # on the ladder, see core/webhooks.py
    Column("next_at", Float(53), nullable=False),
    Column("leased_until", Float(53)),  # a server sends it just now
    Column("tries", Integer, nullable=False),
    Column("last_try_at", Float(53)),
    Column("answer_status", Integer),
    Column("answer_ms", Integer),
    Column("answer_text", Text),
    Column("error", TITLE),
    Column("created_at", Float(53), nullable=False),
    CheckConstraint("status IN ('waiting', 'delivered', 'failed')", name="status"),
    Index("ix_deliveries_endpoint_position", "endpoint_id", "position", "id"),
    Index(
        "ix_deliveries_due",
        "next_at",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
    Index(
        "ix_deliveries_order",
        "endpoint_id",
        "call",
        "position",
        sqlite_where=text("status = 'waiting'"),
        postgresql_where=text("status = 'waiting'"),
    ),
)


# -- endpoints


async def add_endpoint(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Store a new endpoint."""
    await connection.execute(insert(ENDPOINTS).values(**values))


async def change_endpoint(connection: AsyncConnection, endpoint: str, values: Mapping[str, Any]) -> None:
    """The endpoint has these values."""
    await connection.execute(update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint).values(**values))


async def remove_endpoint(connection: AsyncConnection, endpoint: str) -> None:
    """The endpoint and its deliveries are gone."""
    await connection.execute(delete(ENDPOINTS).where(ENDPOINTS.c.id == endpoint))


async def endpoints(connection: AsyncConnection, journal: str) -> list[Endpoint]:
    """A journal's endpoints, oldest first."""
    query = select(ENDPOINTS).where(ENDPOINTS.c.journal_id == journal)
    rows = await connection.execute(query.order_by(ENDPOINTS.c.created_at, ENDPOINTS.c.id))
    return [_endpoint(row) for row in rows]


async def endpoint(connection: AsyncConnection, endpoint: str, *, lock: bool = False) -> Endpoint | None:
    """Any journal's endpoint, the caller checks whose it is; with `lock` kept from other writers."""
    query = select(ENDPOINTS).where(ENDPOINTS.c.id == endpoint)
    row = (await connection.execute(query.with_for_update(key_share=True) if lock else query)).one_or_none()
    return _endpoint(row) if row else None


# -- deliveries


async def add_deliveries(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store deliveries that nobody tried yet; `rows` say id, endpoint_id, event_id, position, call, next_at."""
    fresh = {"status": "waiting", "step": 0, "tries": 0}
    if rows:
        await connection.execute(insert(DELIVERIES), [{**fresh, **row, "created_at": row["next_at"]} for row in rows])


async def delivery(connection: AsyncConnection, delivery: str) -> tuple[Delivery, str] | None:
    """Any journal's delivery with that journal's id."""
    query = _deliveries(ENDPOINTS.c.journal_id).where(DELIVERIES.c.id == delivery)
    row = (await connection.execute(query.join(ENDPOINTS, ENDPOINTS.c.id == DELIVERIES.c.endpoint_id))).one_or_none()
    return (_delivery(row), row.journal_id) if row else None


async def deliveries(
    connection: AsyncConnection, endpoint: str, *, before: tuple[int, str] | None, limit: int
) -> list[Delivery]:
    """An endpoint's deliveries, the newest event first; `before`: position and id of the last one seen."""
    query = _deliveries().where(DELIVERIES.c.endpoint_id == endpoint)
    if before is not None:
        position, last = before
        older = and_(DELIVERIES.c.position == position, DELIVERIES.c.id < last)
        query = query.where(or_(DELIVERIES.c.position < position, older))
    rows = await connection.execute(query.order_by(DELIVERIES.c.position.desc(), DELIVERIES.c.id.desc()).limit(limit))
    return [_delivery(row) for row in rows]


async def due(
    connection: AsyncConnection, now: float, *, busy: Mapping[str, int], per_endpoint: int, limit: int
) -> list[str]:
    """Deliveries that may be tried now, in the order of their events: of a call only the oldest of each endpoint.

    An endpoint that is `busy` with some attempts gets so many fewer.
    """
    earlier = DELIVERIES.alias("earlier")
    blocked = exists().where(
        earlier.c.endpoint_id == DELIVERIES.c.endpoint_id,
        earlier.c.call == DELIVERIES.c.call,
        earlier.c.position < DELIVERIES.c.position,
        earlier.c.status == "waiting",
    )
    full = [name for name, count in busy.items() if count >= per_endpoint]
    number = func.row_number().over(partition_by=DELIVERIES.c.endpoint_id, order_by=DELIVERIES.c.position)
    ranked = (
        select(DELIVERIES.c.id, DELIVERIES.c.endpoint_id, DELIVERIES.c.position, number.label("number"))
        .join(ENDPOINTS, ENDPOINTS.c.id == DELIVERIES.c.endpoint_id)
        .where(_free(now), ENDPOINTS.c.enabled, ~blocked, DELIVERIES.c.endpoint_id.not_in(full))
        .subquery()
    )
    query = select(ranked).where(ranked.c.number <= per_endpoint).order_by(ranked.c.position).limit(limit)
    rows = await connection.execute(query)
    return [row.id for row in rows if row.number <= per_endpoint - busy.get(row.endpoint_id, 0)]


async def claim(
    connection: AsyncConnection, names: Collection[str], now: float, until: float
) -> list[tuple[Delivery, Endpoint]]:
    """Those of these deliveries that nobody else took: they are the caller's until then."""
    mine = []
    for name in names:
        taken = update(DELIVERIES).where(DELIVERIES.c.id == name, _free(now)).values(leased_until=until)
        if (await connection.execute(taken)).rowcount == 1:
            mine.append(name)
    return await _with_endpoints(connection, mine)


def _free(now: float) -> ColumnElement[bool]:
    nobodys = or_(DELIVERIES.c.leased_until.is_(None), DELIVERIES.c.leased_until <= now)
    return and_(DELIVERIES.c.status == "waiting", DELIVERIES.c.next_at <= now, nobodys)


async def settle(connection: AsyncConnection, delivery: str, leased_until: float, values: Mapping[str, Any]) -> bool:
    """What came of an attempt. False: the lease was over and somebody else has the delivery now."""
    mine = and_(DELIVERIES.c.id == delivery, DELIVERIES.c.leased_until == leased_until)
    changed = await connection.execute(update(DELIVERIES).where(mine).values(leased_until=None, **values))
    return changed.rowcount == 1


async def retry(connection: AsyncConnection, delivery: str, now: float) -> None:
    """Try a delivery from the bottom of the ladder, whatever came of it before."""
    values = {"status": "waiting", "step": 0, "next_at": now}
    await connection.execute(update(DELIVERIES).where(DELIVERIES.c.id == delivery).values(**values))


async def hurry(connection: AsyncConnection, endpoint: str, now: float) -> None:
    """The endpoint answers again: what waits for a later try may go now, and that try takes no step of the ladder."""
    waiting = and_(DELIVERIES.c.endpoint_id == endpoint, DELIVERIES.c.status == "waiting", DELIVERIES.c.step > 0)
    values = {"next_at": now, "step": DELIVERIES.c.step - 1}
    await connection.execute(update(DELIVERIES).where(waiting, DELIVERIES.c.next_at > now).values(**values))


async def _with_endpoints(connection: AsyncConnection, names: Collection[str]) -> list[tuple[Delivery, Endpoint]]:
    rows = await connection.execute(_deliveries().where(DELIVERIES.c.id.in_(names)).order_by(DELIVERIES.c.position))
    found = [_delivery(row) for row in rows]
    wanted = {delivery.endpoint for delivery in found}
    places = {
        row.id: _endpoint(row) for row in await connection.execute(select(ENDPOINTS).where(ENDPOINTS.c.id.in_(wanted)))
    }
    return [(delivery, places[delivery.endpoint]) for delivery in found]


def _deliveries(*more: Any) -> Any:
    return select(DELIVERIES, EVENTS.c.type, *more).join(EVENTS, EVENTS.c.id == DELIVERIES.c.event_id)


def _endpoint(row: Row[Any]) -> Endpoint:
    types: tuple[EventType, ...] = tuple(row.events.split())
    return Endpoint(
        id=row.id,
        journal=row.journal_id,
        url=row.url,
        events=types,
        description=row.description,
        enabled=row.enabled,
        off_reason=row.off_reason,
        secret=row.secret,
        old_secret=row.old_secret,
        old_secret_until=row.old_secret_until,
        failing_since=row.failing_since,
        created_at=row.created_at,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        endpoint=row.endpoint_id,
        event=row.event_id,
        type=row.type,
        position=row.position,
        status=row.status,
        step=row.step,
        next_at=row.next_at,
        leased_until=row.leased_until,
        tries=row.tries,
        last_try_at=row.last_try_at,
        answer_status=row.answer_status,
        answer_ms=row.answer_ms,
        answer_text=row.answer_text,
        error=row.error,
        created_at=row.created_at,
    )
