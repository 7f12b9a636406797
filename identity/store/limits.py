"""Counters in SQL, which all servers of one database share."""

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.limits import Counter
from identity.store.tables import LIMITS


async def take(connection: AsyncConnection, counter: Counter) -> bool:
    """Count one more; False, and nothing counted, when the limit is reached. Of many at once no more get through."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    query = insert(LIMITS).values(key=counter.key, count=1, expires_at=counter.expires_at)
    query = query.on_conflict_do_update(
        index_elements=[LIMITS.c.key], set_={"count": LIMITS.c.count + 1}, where=LIMITS.c.count < counter.count
    )
    return (await connection.execute(query.returning(LIMITS.c.count))).one_or_none() is not None


async def forget_expired(connection: AsyncConnection, now: float) -> None:
    """Delete the counters of past windows."""
    await connection.execute(delete(LIMITS).where(LIMITS.c.expires_at < now))
