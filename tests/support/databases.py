"""Databases with the newest tables, as fixtures: SQLite by default, both engines where a test says `ON_BOTH`."""

import asyncio
import atexit
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import asyncpg
import pytest

from server.storage import upgrade
from tests.support import postgresql

ON_BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)
"""For tests, or as a module's `pytestmark`: they run once on each engine."""

TEMPLATE = "zvonok_template"
NUMBERS = itertools.count()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server, without a database's name."""
    if postgresql.binaries() is None:
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql")
    with postgresql.server() as found:
        yield found


@cache
def migrated() -> Path:
    """A SQLite file with the newest tables, for copying: the migrations take longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="zvonok-empty-"))
    atexit.register(shutil.rmtree, folder)
    with ThreadPoolExecutor(1) as beside:  # an event loop may be running here
        beside.submit(asyncio.run, upgrade(f"sqlite:///{folder}/zvonok.db")).result()
    return folder / "zvonok.db"


@pytest.fixture(scope="session")
def empty_sqlite() -> str:
    """The path of a SQLite file with the newest tables."""
    return str(migrated())


@pytest.fixture(scope="session")
def empty_postgresql(postgresql_server: str) -> str:
    """The name of a PostgreSQL database with the newest tables, for copying."""

    async def make() -> None:
        await administer(postgresql_server, f"CREATE DATABASE {TEMPLATE}")
        await upgrade(f"{postgresql_server}/{TEMPLATE}")

    asyncio.run(make())
    return TEMPLATE


@pytest.fixture
def template(request: pytest.FixtureRequest, engine: str) -> str:
    """What `database_url` is a copy of. Not a coroutine: making it runs an event loop of its own."""
    return str(request.getfixturevalue(f"empty_{engine}"))


@pytest.fixture
async def database_url(
    request: pytest.FixtureRequest, engine: str, template: str, tmp_path: Path
) -> AsyncIterator[str]:
    """A database of the test's own with the newest tables; nothing is in them unless its `template` says so."""
    if engine == "sqlite":
        shutil.copy(template, tmp_path / "zvonok.db")
        yield f"sqlite:///{tmp_path}/zvonok.db"
    else:
        async with postgresql_database(request.getfixturevalue("postgresql_server"), template) as url:
            yield url


@asynccontextmanager
async def postgresql_database(server: str, template: str = "template1") -> AsyncIterator[str]:
    """The URL of a database that is there as long as the block."""
    name = f"test_{next(NUMBERS)}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield f"{server}/{name}"
    await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


async def administer(server: str, statement: str) -> None:
    """Carry out a statement that cannot run in a transaction."""
    connection = await asyncpg.connect(f"{server}/postgres")
    await connection.execute(statement)
    await connection.close()
