"""The database: migrations on both engines, transactions, waiting writers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

from identity.store import METADATA as IDENTITY
from journal_bridge.store import METADATA as JOURNAL_BRIDGE
from server.storage import Database, upgrade
from tests.support.databases import postgresql_database, postgresql_server

__all__ = ["postgresql_server"]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(request: pytest.FixtureRequest, engine: str) -> str:
    return str(request.getfixturevalue("postgresql_server")) if engine == "postgresql" else ""


@pytest.fixture
async def url(server: str, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database."""
    if not server:
        yield f"sqlite:///{tmp_path}/folder/zvonok.db"
        return
    async with postgresql_database(server) as made:
        yield made


def _differences(connection: Connection) -> list[object]:
    """What a migration from the tables in the database to those in the code would do."""
    both = MetaData()
    for metadata in (IDENTITY, JOURNAL_BRIDGE):
        for table in metadata.sorted_tables:
            table.to_metadata(both)
    return list(compare_metadata(MigrationContext.configure(connection), both))


async def test_an_empty_database_gets_the_tables_of_the_code(url: str) -> None:
    await upgrade(url)
    await upgrade(url)
    database = Database(url)
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await database.close()
    assert {"calls", "people", "tickets", "alembic_version"} <= names


async def test_servers_that_start_together_migrate_one_after_the_other(url: str) -> None:
    await asyncio.gather(*(upgrade(url) for _ in range(3)))
    database = Database(url)
    async with database.read() as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_a_block_that_raises_leaves_nothing(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await connection.execute(text("INSERT INTO journals (id, name, mode) VALUES ('jrn_1', 'a', 'live')"))
            raise RuntimeError
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM journals")) == 0
    await database.close()


async def test_writers_that_read_first_wait_for_each_other(url: str) -> None:
    await upgrade(url)
    database = Database(url)

    async def add() -> None:
        async with database.write() as connection:
            if database.engine.dialect.name == "postgresql":
                await connection.execute(text("LOCK TABLE journals IN EXCLUSIVE MODE"))
            count = await connection.scalar(text("SELECT count(*) FROM journals"))
            await connection.execute(
                text("INSERT INTO journals (id, name, mode) VALUES (:id, :id, 'live')"), {"id": f"jrn_{count}"}
            )

    await asyncio.gather(*(add() for _ in range(12)))
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM journals")) == 12
    await database.close()


async def test_sqlite_keeps_references_whole(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/zvonok.db"
    await upgrade(url)
    database = Database(url)
    async with database.read() as connection:
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
    await database.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite+aiosqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="name a file"):
        Database(url)
