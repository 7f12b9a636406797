"""Messages that wait to be sent, in SQL. They leave the table when they are handed over or worthless."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.store.tables import MESSAGES

_IT = MESSAGES.c


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Moments are seconds since the epoch."""

    id: str
    attempt: str
    phone: str
    text: str
    tries: int
    due_at: float
    expires_at: float


async def add(connection: AsyncConnection, message: Message) -> None:
    """Queue a message; an older one of the same attempt is worthless now."""
    await connection.execute(delete(MESSAGES).where(_IT.attempt == message.attempt))
    await connection.execute(
        insert(MESSAGES).values(
            id=message.id,
            attempt=message.attempt,
            phone=message.phone,
            text=message.text,
            tries=message.tries,
            due_at=message.due_at,
            expires_at=message.expires_at,
        )
    )


async def claim(connection: AsyncConnection, now: float, until: float, limit: int) -> Sequence[Message]:
    """Take the messages that are due; no other server gets them before `until`, in case this one dies."""
    await connection.execute(delete(MESSAGES).where(_IT.expires_at <= now))
    query = select(MESSAGES).where(_IT.due_at <= now).order_by(_IT.due_at).limit(limit)
    claimed = []
    for row in (await connection.execute(query.with_for_update(skip_locked=True))).all():
        await connection.execute(update(MESSAGES).where(_IT.id == row.id).values(due_at=until, tries=row.tries + 1))
        claimed.append(Message(row.id, row.attempt, row.phone, row.text, row.tries + 1, until, row.expires_at))
    return claimed


async def remove(connection: AsyncConnection, message: str) -> None:
    """It was handed over."""
    await connection.execute(delete(MESSAGES).where(_IT.id == message))


async def postpone(connection: AsyncConnection, message: str, due_at: float) -> None:
    """Try again later."""
    await connection.execute(update(MESSAGES).where(_IT.id == message).values(due_at=due_at))


async def next_due(connection: AsyncConnection) -> float | None:
    """When the next message is due, None when none waits."""
    found: float | None = await connection.scalar(select(func.min(_IT.due_at)))
    return found
