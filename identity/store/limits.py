"""Counters in SQL, which all servers of one database share."""

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.limits import Counter
from identity.store.tables import LIMITS


async def counts(connection: AsyncConnection, counter: Counter) -> tuple[int, int]:
    """What is counted in the window before and in that of now."""
    query = select(LIMITS.c.key, LIMITS.c.count).where(LIMITS.c.key.in_((counter.key_before, counter.key)))
    found = {row[0]: int(row[1]) for row in await connection.execute(query)}
    return found.get(counter.key_before, 0), found.get(counter.key, 0)


async def take(connection: AsyncConnection, counter: Counter, room: int) -> bool:
    """Count one more; False, and nothing counted, when there is no room. Of many at once no more get through."""
    if room < 1:
        return False
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    query = insert(LIMITS).values(key=counter.key, count=1, expires_at=counter.expires_at)
    query = query.on_conflict_do_update(
        index_elements=[LIMITS.c.key], set_={"count": LIMITS.c.count + 1}, where=LIMITS.c.count < room
    )
    return (await connection.execute(query.returning(LIMITS.c.count))).one_or_none() is not None


async def forget_expired(connection: AsyncConnection, now: float) -> None:
    """Delete the counters of past windows."""
    await connection.execute(delete(LIMITS).where(LIMITS.c.expires_at < now))
