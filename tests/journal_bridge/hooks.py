"""What tests of webhooks share: a bridge whose operator lets them go to this machine, a receiver, whole lessons."""

import ipaddress
from collections.abc import AsyncIterator
from typing import Any

import pytest

from journal_bridge.bridge import BridgeConfig
from tests.journal_bridge.world import World, build, close
from tests.support.receiver import Receiver, receiving

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
HOOKS = "/v1/webhook-endpoints"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[World]:
    """A bridge whose operator lets webhooks go to this machine."""
    world = await build(database_url, BridgeConfig(webhooks_allow=LOOPBACK))
    yield world
    await close(world)


async def hook(world: World, url: str, *events: str) -> dict[str, Any]:
    made: dict[str, Any] = await world.done("POST", HOOKS, {"url": url, "events": list(events)})
    return made


async def lesson(world: World, ext_id: str, subject: str = "algebra") -> None:
    """Three events of one call."""
    await world.plan(ext_id, subject=subject)
    await world.done("POST", f"/v1/calls/ext:{ext_id}/start")
    await world.done("POST", f"/v1/calls/ext:{ext_id}/end")


async def events(world: World) -> list[dict[str, Any]]:
    """What the journal can catch up with."""
    found: list[dict[str, Any]] = (await world.done("GET", "/v1/events?limit=200"))["data"]
    return found
