"""Signing in and the profile's page, on a free port: identity with cheap passwords and the demo's outbox, no media."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from identity.http import routes
from identity.service import Identity
from identity.sms.outbox import OutboxSms
from server import pages
from server.lifecycle import Spawner
from server.storage import Database, upgrade
from tests.journal_bridge.world import Clock
from tests.support.cheap_hasher import CHEAP_HASHER


@dataclass(frozen=True)
class SignInPage:
    """A running server. `clock` is seconds since the epoch and moves by hand only."""

    url: str
    clock: Clock
    identity: Identity


@asynccontextmanager
async def sign_in_page(folder: Path, now: float) -> AsyncIterator[SignInPage]:
    """The page over an empty database."""
    address = f"sqlite:///{folder}/zvonok.db"
    await upgrade(address)
    database, clock, spawner = Database(address), Clock(now), Spawner()
    identity = Identity(
        database,
        clock=clock,
        random=random.Random(7).randbytes,
        spawn=spawner.spawn,
        sms=OutboxSms(clock),
        hasher=CHEAP_HASHER,
    )
    identity.start()
    app = web.Application()
    routes.setup(app, identity)
    pages.setup(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield SignInPage(f"http://127.0.0.1:{runner.addresses[0][1]}", clock, identity)
    finally:
        await runner.cleanup()
        await spawner.close()
        await database.close()
