"""Counts of wrong codes, shared by all servers."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.guesses import WINDOW_SECONDS, Wrong
from journal_bridge.store.link_tables import CODE_GUESSES


async def find(connection: AsyncConnection, *sources: str) -> dict[str, Wrong]:
    """What is counted of these sources."""
    rows = await connection.execute(select(CODE_GUESSES).where(CODE_GUESSES.c.source.in_(sources)))
    return {row.source: Wrong(row.wrong, row.until) for row in rows}


async def add(connection: AsyncConnection, source: str, now: float) -> None:
    """One more wrong code. Raises IntegrityError when two servers begin a source's count at once."""
    counted = update(CODE_GUESSES).where(CODE_GUESSES.c.source == source, CODE_GUESSES.c.until > now)
    if (await connection.execute(counted.values(wrong=CODE_GUESSES.c.wrong + 1))).rowcount == 0:
        await connection.execute(delete(CODE_GUESSES).where(CODE_GUESSES.c.until <= now))
        await connection.execute(insert(CODE_GUESSES).values(source=source, wrong=1, until=now + WINDOW_SECONDS))
