"""Running bridges."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journal_bridge.world import World, build, close


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bridge with an empty SQLite database and two journals' keys."""
    made = await build(f"sqlite:///{tmp_path}/zvonok.db")
    yield made
    await close(made)


@pytest.fixture
async def school(world: World) -> World:
    """The same with the first journal's roster."""
    await world.seed()
    return world
