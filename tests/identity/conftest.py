"""Running identities."""

from collections.abc import AsyncIterator

import pytest

from tests.identity.world import World, running
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
    async with running(database_url) as made:
        yield made
