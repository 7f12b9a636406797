"""Import jobs and the files they read, kept until they are done."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.records import Mode
from journal_bridge.store.tables import ID, JOURNALS, METADATA

UNFINISHED = ("queued", "running")

IMPORTS = Table(
    "imports",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
    Column("format", String(16), nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("allow_removals", Boolean, nullable=False),
    Column("size", Integer, nullable=False),  # bytes of the file
    Column("state", String(8), nullable=False),
    Column("phase", String(16)),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("lease_until", Float(53), nullable=False),  # seconds since the epoch: a server works on it until then
    Column("created_at", Float(53), nullable=False),
    Column("started_at", Float(53)),
    Column("finished_at", Float(53)),
    Column("difference", Text),
    Column("problems", Text),
    CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
    Index("ix_imports_journal_created", "journal_id", "created_at", "id"),
    # One import of a journal at a time, whichever server it runs on.
    Index(
        "uq_imports_running",
        "journal_id",
        unique=True,
        sqlite_where=text("state IN ('queued', 'running')"),
        postgresql_where=text("state IN ('queued', 'running')"),
    ),
)

CHUNKS = Table(
    "import_chunks",
    METADATA,
    Column("import_id", ID, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)


async def journal(connection: AsyncConnection, name: str, mode: Mode) -> str | None:
    """The id of a journal by its name."""
    return await connection.scalar(select(JOURNALS.c.id).where(JOURNALS.c.name == name, JOURNALS.c.mode == mode))


async def create(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    """Raises IntegrityError when an import of the journal is not finished."""
    await connection.execute(insert(IMPORTS).values(**values))


async def keep_chunk(connection: AsyncConnection, import_id: str, number: int, data: bytes) -> None:
    """A piece of the file, from 0."""
    await connection.execute(insert(CHUNKS).values(import_id=import_id, number=number, data=data))


async def chunks(connection: AsyncConnection, import_id: str) -> AsyncIterator[bytes]:
    """The file's pieces in order, one in memory at a time."""
    number = 0
    query = select(CHUNKS.c.data).where(CHUNKS.c.import_id == import_id)
    while (data := await connection.scalar(query.where(CHUNKS.c.number == number))) is not None:
        yield bytes(data)
        number += 1


async def drop_chunks(connection: AsyncConnection, import_id: str) -> None:
    """The file is not needed any more."""
    await connection.execute(delete(CHUNKS).where(CHUNKS.c.import_id == import_id))


async def change(connection: AsyncConnection, import_id: str, values: Mapping[str, Any]) -> None:
    """The job has these values from now on."""
    await connection.execute(update(IMPORTS).where(IMPORTS.c.id == import_id).values(**values))


async def hold(connection: AsyncConnection, import_id: str, lease: float, values: Mapping[str, Any]) -> bool:
    """Change the job, if its lease is still the caller's."""
    mine = and_(IMPORTS.c.id == import_id, IMPORTS.c.state == "running", IMPORTS.c.lease_until == lease)
    return (await connection.execute(update(IMPORTS).where(mine).values(**values))).rowcount == 1


async def remove(connection: AsyncConnection, import_id: str) -> None:
    """There was no such job."""
    await drop_chunks(connection, import_id)
    await connection.execute(delete(IMPORTS).where(IMPORTS.c.id == import_id))


async def forget(connection: AsyncConnection, journal: str, before: float) -> None:
    """Remove the journal's jobs that finished before that moment."""
    await connection.execute(delete(IMPORTS).where(IMPORTS.c.journal_id == journal, IMPORTS.c.finished_at < before))


async def claim(connection: AsyncConnection, import_id: str, now: float, until: float) -> Row[Any] | None:
    """The job, when nobody works on it; then the caller does, until then."""
    free = and_(IMPORTS.c.id == import_id, IMPORTS.c.state.in_(UNFINISHED), IMPORTS.c.lease_until <= now)
    claimed = await connection.execute(update(IMPORTS).where(free).values(lease_until=until, state="running"))
    return await by_id(connection, import_id) if claimed.rowcount == 1 else None


async def by_id(connection: AsyncConnection, import_id: str) -> Row[Any] | None:
    """Any journal's job."""
    return (await connection.execute(select(IMPORTS).where(IMPORTS.c.id == import_id))).one_or_none()


async def find(connection: AsyncConnection, journal: str, import_id: str) -> Row[Any] | None:
    """A journal's job."""
    query = select(IMPORTS).where(IMPORTS.c.journal_id == journal, IMPORTS.c.id == import_id)
    return (await connection.execute(query)).one_or_none()


async def unfinished_of(connection: AsyncConnection, journal: str) -> str | None:
    """The id of the journal's job that is not finished."""
    query = select(IMPORTS.c.id).where(IMPORTS.c.journal_id == journal, IMPORTS.c.state.in_(UNFINISHED))
    return await connection.scalar(query)


async def unfinished(connection: AsyncConnection) -> list[tuple[str, float]]:
    """Every journal's jobs that are not finished, with the end of their leases."""
    query = select(IMPORTS.c.id, IMPORTS.c.lease_until).where(IMPORTS.c.state.in_(UNFINISHED))
    return [(row.id, row.lease_until) for row in await connection.execute(query)]


async def listed(
    connection: AsyncConnection, journal: str, *, before: tuple[float, str] | None, limit: int
) -> list[Row[Any]]:
    """A journal's jobs, the newest first; `before` is the moment and id of the last one that is known."""
    query = select(IMPORTS).where(IMPORTS.c.journal_id == journal)
    if before is not None:
        earlier, same = IMPORTS.c.created_at < before[0], IMPORTS.c.created_at == before[0]
        query = query.where(or_(earlier, and_(same, IMPORTS.c.id < before[1])))
    query = query.order_by(IMPORTS.c.created_at.desc(), IMPORTS.c.id.desc()).limit(limit)
    return list(await connection.execute(query))
