"""BigBlueButton clients' hooks, and callbacks that wait to be sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.bbb_hooks import Hook, Kind
from journal_bridge.store.meetings import MAX_CLIENT, MAX_EXT_ID
from journal_bridge.store.tables import ID, METADATA

NUMBER = BigInteger().with_variant(Integer, "sqlite")
URL = String(2000)

HOOKS = Table(
    "bbb_hooks",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("client", String(MAX_CLIENT), nullable=False),
    Column("url", URL, nullable=False),
    Column("ext_id", String(MAX_EXT_ID)),
    Column("events", Text, nullable=False),  # separated by commas
    UniqueConstraint("client", "url"),
)

CALLBACKS = Table(
    "bbb_callbacks",
    METADATA,
    Column("number", NUMBER, primary_key=True, autoincrement=True),
    Column("meeting_id", ID, ForeignKey("meetings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("client", String(MAX_CLIENT), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("url", URL, nullable=False),
    Column("event", Text),  # JSON, of hooks
    Column("made_at", Float(53), nullable=False),  # seconds since the epoch
    Column("due_at", Float(53), nullable=False),
    Column("failed", Integer, nullable=False),  # attempts
)


@dataclass(frozen=True, slots=True)
class Callback:
    """Something to tell a client. `made_at` and `due_at` in seconds since the epoch; `failed`: attempts so far."""

    number: int
    meeting: str
    client: str
    kind: Kind
    url: str
    event: str | None
    made_at: float
    due_at: float
    failed: int


async def hooks(connection: AsyncConnection, client: str) -> list[Hook]:
    """A client's hooks, the oldest first."""
    rows = await connection.execute(select(HOOKS).where(HOOKS.c.client == client).order_by(HOOKS.c.number))
    return [_hook(row) for row in rows]


async def add_hook(
    connection: AsyncConnection, client: str, url: str, ext_id: str | None, events: Sequence[str]
) -> int:
    """The new hook's number. Raises IntegrityError when the client has one with this URL."""
    values = {"client": client, "url": url, "ext_id": ext_id, "events": ",".join(events)}
    found = await connection.scalar(insert(HOOKS).values(**values).returning(HOOKS.c.number))
    assert isinstance(found, int)
    return found


async def remove_hook(connection: AsyncConnection, client: str, number: int) -> bool:
    """False when the client has no such hook."""
    gone = await connection.execute(delete(HOOKS).where(HOOKS.c.client == client, HOOKS.c.number == number))
    return gone.rowcount == 1


async def add_callbacks(connection: AsyncConnection, callbacks: Collection[Mapping[str, Any]]) -> None:
    """Columns of each but `number` and `failed`."""
    if callbacks:
        await connection.execute(insert(CALLBACKS), [{"failed": 0, **values} for values in callbacks])


async def due(connection: AsyncConnection, now: float, limit: int) -> list[Callback]:
    """What is to be sent now: of each URL only the oldest, so that nothing overtakes."""
    first = select(func.min(CALLBACKS.c.number)).group_by(CALLBACKS.c.client, CALLBACKS.c.url)
    query = select(CALLBACKS).where(CALLBACKS.c.number.in_(first), CALLBACKS.c.due_at <= now)
    rows = await connection.execute(query.order_by(CALLBACKS.c.number).limit(limit))
    return [_callback(row) for row in rows]


async def lease(connection: AsyncConnection, callback: Callback, until: float) -> bool:
    """Take it in hand. False when another server has it."""
    mine = (CALLBACKS.c.number == callback.number, CALLBACKS.c.due_at == callback.due_at)
    changed = await connection.execute(update(CALLBACKS).where(*mine).values(due_at=until))
    return changed.rowcount == 1


async def reschedule(connection: AsyncConnection, number: int, due_at: float, failed: int) -> None:
    """Try again then."""
    await connection.execute(update(CALLBACKS).where(CALLBACKS.c.number == number).values(due_at=due_at, failed=failed))


async def forget(connection: AsyncConnection, number: int) -> None:
    """The callback was sent, or never can be."""
    await connection.execute(delete(CALLBACKS).where(CALLBACKS.c.number == number))


def _hook(row: Row[Any]) -> Hook:
    events = tuple(event for event in row.events.split(",") if event)
    return Hook(row.number, row.client, row.url, row.ext_id, events)


def _callback(row: Row[Any]) -> Callback:
    return Callback(
        number=row.number,
        meeting=row.meeting_id,
        client=row.client,
        kind=row.kind,
        url=row.url,
        event=row.event,
        made_at=row.made_at,
        due_at=row.due_at,
        failed=row.failed,
    )
