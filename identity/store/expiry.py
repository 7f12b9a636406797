"""Forgets rows that have had their time. In: an open transaction, the time."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.store.tables import ATTEMPTS, DEVICES, MESSAGES, PROFILE_SESSIONS


async def forget(connection: AsyncConnection, now: float) -> None:
    """Delete expired attempts (with what they held), messages, sessions and known browsers."""
    for table in (ATTEMPTS, MESSAGES, PROFILE_SESSIONS, DEVICES):
        await connection.execute(delete(table).where(table.c.expires_at < now))
