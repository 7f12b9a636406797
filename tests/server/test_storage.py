"""The database: migrations on both engines, transactions, waiting writers."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text

from identity.store import METADATA as IDENTITY
from journal_bridge.store import METADATA as JOURNAL_BRIDGE
from journal_bridge.store import roster_bulk
from server.storage import Database, migration_config, upgrade
from signalling.store import METADATA as SIGNALLING
from tests.support.databases import postgresql_database


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
    for metadata in (IDENTITY, JOURNAL_BRIDGE, SIGNALLING):
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


async def test_writers_of_sqlite_have_their_turns_in_the_order_in_which_they_ask(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/zvonok.db")
    turns = []

    async def write(number: int) -> None:
        async with database.write() as connection:
            await connection.execute(text("SELECT 1"))
            turns.append(number)

    await asyncio.gather(*map(write, range(12)))
    assert turns == list(range(12))
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


FIRST = "0001"  # the version of servers that kept only lessons

ROWS = """
INSERT INTO tickets VALUES ('t1', 'per_s', 'call_1', 1769418300.5, NULL)
INSERT INTO sessions VALUES ('h1', 'per_s', 1769461200.25)
INSERT INTO journals VALUES ('jrn_1', 'Журнал', 'live')
INSERT INTO api_keys VALUES ('k1', 'jrn_1', 'Журнал', 'calls:read roster:write', 1769418000.125)
INSERT INTO idempotent_answers VALUES ('jrn_1', 'once', 'f1', 1769418000.5, 201, '{}', '{"id":"call_1"}')
INSERT INTO schools VALUES ('sch_1', 'jrn_1', 's1', 'Школа № 1', NULL, 'Europe/Moscow')
INSERT INTO people VALUES ('per_t', 'jrn_1', 't15', 'teacher', 'Иванова', 'Анна', 'Сергеевна', NULL)
INSERT INTO people VALUES ('per_s', 'jrn_1', 's201', 'student', 'Смирнов', 'Илья', NULL, '2012-05-31')
INSERT INTO people VALUES ('per_p', 'jrn_1', 'p1', 'parent', 'Смирнова', 'Ольга', NULL, NULL)
INSERT INTO children VALUES ('per_p', 'per_s')
INSERT INTO classes VALUES ('cls_1', 'jrn_1', '7v', 'sch_1', '7В', 'class', 2026, 'per_t')
INSERT INTO subjects VALUES ('sub_1', 'jrn_1', 'algebra', 'Алгебра')
INSERT INTO enrollments VALUES ('cls_1', 'sub_1', 'per_t', 'teacher')
INSERT INTO enrollments VALUES ('cls_1', 'sub_1', 'per_s', 'student')
INSERT INTO calls VALUES ('call_1', 'jrn_1', 'lesson-1', 'cls_1', 'sub_1', 'per_t', 1, NULL,
 '2026-01-26 09:00:00.000000', NULL, 'running', 'cls_1/sub_1', '2026-01-26 09:00:01.000000', NULL, NULL,
 '2026-01-25 09:00:00.000000', '2026-01-26 09:00:01.000000')
"""


async def _all_rows(database: Database, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Each table's rows, of these columns."""
    found = {}
    async with database.read() as connection:
        for table, names in columns.items():
            rows = await connection.execute(text(f"SELECT {', '.join(names)} FROM {table}"))
            found[table] = sorted(str(tuple(row)) for row in rows)
    return found


async def test_a_server_of_the_first_version_loses_nothing(url: str) -> None:
    if url.startswith("sqlite"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir()
    database = Database(url)

    def fill(connection: Connection) -> dict[str, list[str]]:
        command.upgrade(migration_config(connection), FIRST)
        for statement in ROWS.replace("\n ", " ").strip().splitlines():
            connection.execute(text(statement.replace(":", r"\:")))
        tables = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: [column["name"] for column in inspect(connection).get_columns(name)] for name in tables}

    async with database.write() as connection:
        columns = await connection.run_sync(fill)
    before = await _all_rows(database, columns)
    await database.close()
    assert len(before) == 12 and all(before.values())

    await upgrade(url)
    database = Database(url)
    assert await _all_rows(database, columns) == before
    async with database.write() as connection:
        assert await connection.run_sync(_differences) == []
        roster = await roster_bulk.load(connection, "jrn_1")
        if database.engine.dialect.name == "sqlite":  # tables were copied with foreign keys off
            assert (await connection.execute(text("PRAGMA foreign_key_check"))).all() == []
    assert roster.left["people"] == set()
    assert roster.enrollments == {("7v", "algebra"): {"t15": "teacher", "s201": "student"}}
    await database.close()


async def test_the_newest_version_can_be_taken_back_to_the_first(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(lambda sync: command.downgrade(migration_config(sync), FIRST))
        names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    await database.close()
    assert len(names - {"alembic_version"}) == 12
    await upgrade(url)
