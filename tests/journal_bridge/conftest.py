"""Running bridges."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journal_bridge.world import World, build, close
from tests.support.databases import administer

SCHOOL = "zvonok_school"
SEED = 7  # of the ids of the school that is copied: those made in a test's own world must be others


async def _filled(url: str) -> None:
    world = await build(url, chance=random.Random(SEED))
    await world.seed()
    await close(world)


@pytest.fixture(scope="session")
def school_sqlite(empty_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a SQLite file with the first journal's roster, for copying."""
    path: Path = tmp_path_factory.mktemp("school") / "zvonok.db"
    shutil.copy(empty_sqlite, path)
    asyncio.run(_filled(f"sqlite:///{path}"))
    return str(path)


@pytest.fixture(scope="session")
def school_postgresql(postgresql_server: str, empty_postgresql: str) -> str:
    """The name of a PostgreSQL database with the same."""
    asyncio.run(administer(postgresql_server, f"CREATE DATABASE {SCHOOL} TEMPLATE {empty_postgresql}"))
    asyncio.run(_filled(f"{postgresql_server}/{SCHOOL}"))
    return SCHOOL


@pytest.fixture
def template(request: pytest.FixtureRequest, engine: str) -> str:
    """What `database_url` is a copy of: tests that have a `school`, by whichever fixtures, begin with its roster."""
    kind = "school" if "school" in request.fixturenames else "empty"
    return str(request.getfixturevalue(f"{kind}_{engine}"))


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A bridge with an empty database and two journals' keys."""
    made = await build(database_url)
    yield made
    await close(made)


@pytest.fixture
async def school(world: World) -> World:
    """The same with the first journal's roster."""
    return world
