"""Attempts to sign in, in SQL. In: an open transaction, values. Out: values."""

from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.attempts import Attempt, Outside
from identity.core.profiles import Form
from identity.store.tables import ATTEMPTS

_PLAIN = (
    "id",
    "world",
    "expires_at",
    "next",
    "link",
    "completes",
    "intent",
    "phone",
    "proved",
    "ask_password",
    "code_hash",
    "code_expires_at",
    "code_tries",
    "sends",
    "resend_at",
)


async def by_hash(connection: AsyncConnection, hashed: str, *, for_update: bool) -> Attempt | None:
    """The attempt of a secret's hash, expired or not. For an update, others who ask for it wait for this transaction:
    of many guesses at once each sees the count of the one before."""
    query = select(ATTEMPTS).where(ATTEMPTS.c.hash == hashed)
    row = (await connection.execute(query.with_for_update() if for_update else query)).one_or_none()
    if row is None:
        return None
    return Attempt(
        **{name: getattr(row, name) for name in _PLAIN},
        form=msgspec.json.decode(row.form, type=Form) if row.form else None,
        outside=msgspec.json.decode(row.outside, type=Outside) if row.outside else None,
    )


async def add(connection: AsyncConnection, hashed: str, attempt: Attempt) -> None:
    """Keep a new attempt."""
    await connection.execute(insert(ATTEMPTS).values(_columns(hashed, attempt)))


async def save(connection: AsyncConnection, hashed: str, attempt: Attempt) -> None:
    """Write an attempt again; `hashed` may be another secret's from now on."""
    query = update(ATTEMPTS).where(ATTEMPTS.c.id == attempt.id)
    await connection.execute(query.values(_columns(hashed, attempt)))


async def remove(connection: AsyncConnection, attempt: str) -> None:
    """The attempt is over."""
    await connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.id == attempt))


async def forget_expired(connection: AsyncConnection, now: float) -> None:
    """Delete attempts that nobody finished, with what they held."""
    await connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.expires_at < now))


def _columns(hashed: str, attempt: Attempt) -> dict[str, Any]:
    return {
        **{name: getattr(attempt, name) for name in _PLAIN},
        "hash": hashed,
        "form": msgspec.json.encode(attempt.form).decode() if attempt.form else None,
        "outside": msgspec.json.encode(attempt.outside).decode() if attempt.outside else None,
    }
