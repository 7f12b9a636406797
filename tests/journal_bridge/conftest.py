"""Running bridges."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.storage import upgrade
from tests.journal_bridge.world import World, build, close


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest tables, for copying: the migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "zvonok.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
async def world(tmp_path: Path, empty_database: Path) -> AsyncIterator[World]:
    """A bridge with an empty SQLite database and two journals' keys."""
    shutil.copy(empty_database, tmp_path / "zvonok.db")
    made = await build(f"sqlite:///{tmp_path}/zvonok.db")
    yield made
    await close(made)


@pytest.fixture
async def school(world: World) -> World:
    """The same with the first journal's roster."""
    await world.seed()
    return world
