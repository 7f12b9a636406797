"""A bridge that serves BigBlueButton's interface to two platforms."""

from collections.abc import AsyncIterator

import pytest

from identity.core.addresses import networks
from journal_bridge.bridge import BridgeConfig
from tests.journal_bridge.bbb.platform import CANVAS, SECRETS, Platform
from tests.journal_bridge.world import World, build, close


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[World]:
    config = BridgeConfig(bigbluebutton=SECRETS, webhooks_allow=networks(("127.0.0.0/8",)))
    made = await build(database_url, config)
    yield made
    await made.bridge.bigbluebutton.close()
    await close(made)


@pytest.fixture
def moodle(server: World) -> Platform:
    return Platform(server)


@pytest.fixture
def canvas(server: World) -> Platform:
    return Platform(server, CANVAS, "sha1")
