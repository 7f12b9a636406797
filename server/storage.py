"""The SQL database: SQLite by default, PostgreSQL by URL.

In: a database URL. Out: `Database`, which hands out read and write transactions, and `upgrade`, which brings the
tables to the newest version.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event, make_url, pool, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 10_000  # how long a SQLite writer waits for another one; our transactions take milliseconds
WAL_ATTEMPTS = 200  # within that time
LOOKING_THREADS = 2  # one computes while the other waits for the disk
POOL_SIZE = 5  # connections kept open; more are made for a burst and closed after it
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 0x5A564F4E  # PostgreSQL advisory lock: two servers that start together migrate one after the other

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

T = TypeVar("T")


class Database:
    """An open database. Owned and closed by the composition root."""

    def __init__(self, url: str) -> None:
        """`url` as in SQLAlchemy; the driver may be left out. Raises ValueError for an in-memory SQLite."""
        checked = _checked(url)
        self.engine = _engine(checked, foreign_keys=True)
        self._reader = self.engine.execution_options(sqlite_begin="DEFERRED", postgresql_readonly=True)
        sqlite = checked.get_backend_name() == "sqlite"
        self._looking = _Looking(checked) if sqlite else None
        # SQLite has one writer at a time and lets in any of those who wait, so that on a busy machine the last one's
        # patience ends: ours come one after the other, and only other processes are waited for.
        self._writers: AbstractAsyncContextManager[object] = asyncio.Lock() if sqlite else nullcontext()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back when the block raises."""
        async with self._writers, self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent view that blocks no writer and writes nothing."""
        async with self._reader.connect() as connection:
            yield connection

    async def look(self, work: Callable[[Connection], T]) -> T:
        """What `work` reads in one consistent view; it does no more than execute statements.

        With SQLite it runs as a whole in a thread: `read` goes to a thread and back for each step of each statement,
        which costs more than the steps do.
        """
        if self._looking is not None:
            return await self._looking.run(work)
        async with self._reader.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close every connection; open transactions must have ended."""
        if self._looking is not None:
            self._looking.close()
        await self.engine.dispose()


class _Looking:
    """Short reads of a SQLite database, in threads of their own."""

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(url.set(drivername="sqlite"), pool_size=LOOKING_THREADS, max_overflow=0)
        event.listen(self._engine, "connect", _Pragmas(foreign_keys=True))
        event.listen(self._engine, "begin", _begin)
        self._reader = self._engine.execution_options(sqlite_begin="DEFERRED")
        self._threads = ThreadPoolExecutor(LOOKING_THREADS, thread_name_prefix="look")

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def _run(self, work: Callable[[Connection], T]) -> T:
        with self._reader.connect() as connection:
            return work(connection)

    def close(self) -> None:
        self._threads.shutdown()
        self._engine.dispose()


async def upgrade(url: str) -> None:
    """Create or alter the tables to the newest version; changes nothing when they are. Safe to run concurrently."""
    checked = _checked(url)
    if checked.get_backend_name() == "sqlite":
        Path(str(checked.database)).parent.mkdir(parents=True, exist_ok=True)
    # SQLite alters a table by copying it: with foreign keys on, dropping the old copy would delete its children.
    engine = _engine(checked, foreign_keys=False)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def migration_config(connection: Connection) -> Config:
    """What alembic needs to work on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(migration_config(connection), "head")


def url_problem(url: str) -> str:
    """Why a database URL cannot be used, "" when it can. The text never holds the URL: a password may be in it."""
    try:
        _checked(url)
    except ValueError as error:
        return str(error)
    return ""


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("not a URL like sqlite:///data/zvonok.db or postgresql://user@host/name") from None
    parsed = parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))
    if parsed.drivername not in DRIVERS.values():
        raise ValueError(f"{parsed.drivername} is neither sqlite nor postgresql")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("an in-memory SQLite database is one per connection: name a file")
    return parsed


def _engine(url: URL, *, foreign_keys: bool) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=POOL_SIZE, pool_pre_ping=True)
    engine = create_async_engine(url, pool_size=POOL_SIZE, poolclass=pool.AsyncAdaptedQueuePool)
    event.listen(engine.sync_engine, "connect", _Pragmas(foreign_keys))
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


class _Pragmas:
    """Sets up each new SQLite connection."""

    def __init__(self, foreign_keys: bool) -> None:
        self._foreign_keys = foreign_keys

    def __call__(self, connection: Any, _record: object) -> None:
        # The driver's own transactions begin too late (at the first write): `_begin` does it instead.
        connection.isolation_level = None
        cursor = connection.cursor()
        _switch_to_wal(cursor)
        for pragma in (
            "synchronous=NORMAL",  # with WAL a crash of the process loses nothing
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            f"foreign_keys={'ON' if self._foreign_keys else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _switch_to_wal(cursor: Any) -> None:
    """Two connections that switch a new file at once wait for each other's read lock: one lets go and tries again."""
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS // WAL_ATTEMPTS}")
    for left in reversed(range(WAL_ATTEMPTS)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if not left:
                raise


def _begin(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once when another one wrote in between, so writers
    # take the lock first. https://www.sqlite.org/lang_transaction.html section 2.2
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
