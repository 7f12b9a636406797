"""The bridge with the reference journal in front of it, on free ports, without media."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from aiohttp import web

from identity.http import SESSION_COOKIE
from identity.http import routes as identity_routes
from identity.service import Identity
from identity.sms.outbox import OutboxSms
from journal_bridge.bridge import BridgeConfig, JournalBridge
from journal_bridge.http import setup
from journal_bridge.reference_journal.serving import serve
from server.lifecycle import Spawner
from server.storage import Database, upgrade
from tests.journal_bridge.world import SCOPES, Clock
from tests.support.cheap_hasher import CHEAP_HASHER
from tests.support.fake_calls import FakeCalls

KEY = "sk_test_reference-journal"


@dataclass(frozen=True)
class Stack:
    """A running pair of servers."""

    zvonok: str
    journal: str
    bridge: JournalBridge
    rooms: FakeCalls
    clock: Clock


@asynccontextmanager
async def running(folder: Path, now: datetime) -> AsyncIterator[Stack]:
    """Both servers, with the demonstration school described; the clock stands still at `now`."""
    url = f"sqlite:///{folder}/zvonok.db"
    await upgrade(url)
    database, rooms, clock = Database(url), FakeCalls(), Clock(now.timestamp())
    spawner = Spawner()
    seeded = random.Random(7)
    identity = Identity(
        database,
        clock=clock,
        random=seeded.randbytes,
        spawn=spawner.spawn,
        sms=OutboxSms(clock),
        hasher=CHEAP_HASHER,
    )
    identity.start()
    bridge = JournalBridge(
        database,
        rooms,
        classes=rooms.steering,
        identity=identity,
        spawn=spawner.spawn,
        clock=clock,
        random=seeded.randbytes,
        config=BridgeConfig(webhooks_allow=(ip_network("127.0.0.0/8"), ip_network("::1"))),
    )
    await bridge.ensure_key("Школьный журнал", KEY, SCOPES)
    app = web.Application()
    identity_routes.setup(app, identity)
    setup(app, bridge)
    app.router.add_get("/call/{call}", _call_page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    zvonok = f"http://127.0.0.1:{runner.addresses[0][1]}"
    journal: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(
            serve(
                "127.0.0.1",
                0,
                zvonok,
                KEY,
                now=lambda: datetime.fromtimestamp(clock(), UTC),
                started=journal.set_result,
            )
        )
        try:
            yield Stack(zvonok, (await journal).rstrip("/"), bridge, rooms, clock)
        finally:
            serving.cancel()
    await runner.cleanup()
    await spawner.close()
    await database.close()


async def _call_page(request: web.Request) -> web.Response:
    """Stands in for the call's page: shows that the browser has a session."""
    session = "with" if SESSION_COOKIE in request.cookies else "without"
    return web.Response(text=f"call {request.match_info['call']} {session} session")
