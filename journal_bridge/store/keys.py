"""Journals and their API keys."""

from collections.abc import Collection

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.records import Access, Mode
from journal_bridge.store.tables import JOURNALS, KEYS


async def access(connection: AsyncConnection, hashed: str) -> tuple[Access, float] | None:
    """What a key opens and when it was last used (0.0: never)."""
    query = (
        select(
            KEYS.c.journal_id,
            KEYS.c.name.label("key_name"),
            KEYS.c.scopes,
            KEYS.c.last_used_at,
            JOURNALS.c.name,
            JOURNALS.c.mode,
        )
        .join_from(KEYS, JOURNALS)
        .where(KEYS.c.hash == hashed)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    found = Access(row.journal_id, row.name, row.key_name, row.mode, frozenset(row.scopes.split()))
    return found, row.last_used_at or 0.0


async def note_use(connection: AsyncConnection, hashed: str, now: float) -> None:
    """Seconds since the epoch, for people who look for unused keys."""
    await connection.execute(update(KEYS).where(KEYS.c.hash == hashed).values(last_used_at=now))


async def ensure_journal(connection: AsyncConnection, name: str, mode: Mode, new_id: str) -> str:
    """The journal's id; `new_id` when it is new."""
    found = await connection.scalar(select(JOURNALS.c.id).where(JOURNALS.c.name == name, JOURNALS.c.mode == mode))
    if found is None:
        await connection.execute(insert(JOURNALS).values(id=new_id, name=name, mode=mode))
    return found or new_id


async def ensure_key(
    connection: AsyncConnection, hashed: str, journal: str, name: str, scopes: Collection[str]
) -> None:
    """The key exists, belongs to the journal and has exactly these scopes."""
    values = {"journal_id": journal, "name": name, "scopes": " ".join(sorted(scopes))}
    changed = await connection.execute(update(KEYS).where(KEYS.c.hash == hashed).values(**values))
    if changed.rowcount == 0:
        await connection.execute(insert(KEYS).values(hash=hashed, last_used_at=None, **values))
