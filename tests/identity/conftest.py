"""Running identities."""

from collections.abc import AsyncIterator

import pytest

from tests.identity.world import World, running


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running(database_url) as made:
        yield made
