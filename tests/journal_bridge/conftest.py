"""Running bridges."""

from collections.abc import AsyncIterator

import pytest

from tests.journal_bridge.world import World, build, close
from tests.support.databases import (
    database_url,
    empty_database,
    empty_postgresql,
    empty_sqlite,
    engine,
    postgresql_server,
)

__all__ = ["database_url", "empty_database", "empty_postgresql", "empty_sqlite", "engine", "postgresql_server"]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A bridge with an empty database and two journals' keys."""
    made = await build(database_url)
    yield made
    await close(made)


@pytest.fixture
async def school(world: World) -> World:
    """The same with the first journal's roster."""
    await world.seed()
    return world
