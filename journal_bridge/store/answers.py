"""Answers kept for repeated POSTs."""

import json

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.idempotency import KEEP_SECONDS, Stored
from journal_bridge.store.tables import ANSWERS


async def find(connection: AsyncConnection, journal: str, key: str) -> Stored | None:
    """What is kept of a key."""
    query = select(ANSWERS).where(ANSWERS.c.journal_id == journal, ANSWERS.c.key == key)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    headers = json.loads(row.headers) if row.headers else None
    return Stored(row.fingerprint, row.created_at, row.status, headers, row.body)


async def claim(connection: AsyncConnection, journal: str, key: str, stored: Stored, *, instead: Stored | None) -> bool:
    """Note that a request runs, `instead` of what `find` gave. Forgets the journal's other answers that are too old.

    False, or IntegrityError, when somebody else claimed the key since: one of them must carry the request out.
    """
    mine = and_(ANSWERS.c.journal_id == journal, ANSWERS.c.key == key)
    old = ANSWERS.c.created_at <= stored.created_at - KEEP_SECONDS
    await connection.execute(delete(ANSWERS).where(ANSWERS.c.journal_id == journal, ANSWERS.c.key != key, old))
    values = {
        "fingerprint": stored.fingerprint,
        "created_at": stored.created_at,
        "status": None,
        "headers": None,
        "body": None,
    }
    if instead is None:
        await connection.execute(insert(ANSWERS).values(journal_id=journal, key=key, **values))
        return True
    unchanged = and_(mine, ANSWERS.c.created_at == instead.created_at, ANSWERS.c.fingerprint == instead.fingerprint)
    return (await connection.execute(update(ANSWERS).where(unchanged).values(**values))).rowcount == 1


async def keep(connection: AsyncConnection, journal: str, key: str, stored: Stored) -> None:
    """Keep the answer of the request that was claimed."""
    await connection.execute(
        update(ANSWERS)
        .where(
            ANSWERS.c.journal_id == journal,
            ANSWERS.c.key == key,
            ANSWERS.c.fingerprint == stored.fingerprint,
        )
        .values(status=stored.status, headers=json.dumps(dict(stored.headers or {})), body=stored.body)
    )


async def forget(connection: AsyncConnection, journal: str, key: str) -> None:
    """The key is free again."""
    await connection.execute(delete(ANSWERS).where(ANSWERS.c.journal_id == journal, ANSWERS.c.key == key))
