"""Journals and their API keys."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.records import Access, Mode
from journal_bridge.store.tables import JOURNALS, KEYS


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. Moments are seconds since the epoch; `rate` in requests per second, None: as usual."""

    access: Access
    hash: str
    networks: tuple[str, ...]
    rate: int | None
    created_at: float | None
    last_used_at: float | None
    expires_at: float | None


async def find(connection: AsyncConnection, hashed: str) -> Key | None:
    """The key with this hash."""
    row = (await connection.execute(_query().where(KEYS.c.hash == hashed))).one_or_none()
    return _key(row) if row else None


async def listed(connection: AsyncConnection, journal: str | None = None, mode: Mode | None = None) -> list[Key]:
    """Keys by journal and name; of all journals, or of one by its name."""
    query = _query().order_by(JOURNALS.c.name, JOURNALS.c.mode, KEYS.c.name, KEYS.c.created_at)
    if journal is not None:
        query = query.where(JOURNALS.c.name == journal)
    if mode is not None:
        query = query.where(JOURNALS.c.mode == mode)
    return [_key(row) for row in await connection.execute(query)]


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
    connection: AsyncConnection, hashed: str, journal: str, name: str, scopes: Collection[str], **limits: Any
) -> None:
    """The key exists, belongs to the journal and has exactly these scopes; `limits` are further columns."""
    values = {"journal_id": journal, "name": name, "scopes": " ".join(sorted(scopes)), **limits}
    changed = await connection.execute(update(KEYS).where(KEYS.c.hash == hashed).values(**values))
    if changed.rowcount == 0:
        await connection.execute(insert(KEYS).values(hash=hashed, last_used_at=None, **values))


async def expire(connection: AsyncConnection, hashed: str, at: float) -> None:
    """The key opens nothing from this moment on."""
    await connection.execute(update(KEYS).where(KEYS.c.hash == hashed).values(expires_at=at))


async def remove(connection: AsyncConnection, hashed: str) -> None:
    """The key is unknown from now on."""
    await connection.execute(delete(KEYS).where(KEYS.c.hash == hashed))


def _query() -> Select[Any]:
    journal = (JOURNALS.c.name.label("journal_name"), JOURNALS.c.mode)
    return select(KEYS, *journal).join_from(KEYS, JOURNALS)


def _key(row: Row[Any]) -> Key:
    access = Access(row.journal_id, row.journal_name, row.name, row.mode, frozenset(row.scopes.split()))
    return Key(
        access,
        row.hash,
        tuple(row.networks.split()),
        row.rate,
        row.created_at,
        row.last_used_at,
        row.expires_at,
    )
