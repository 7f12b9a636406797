"""Serves the journal until it is cancelled. In: where Zvonok is, and the key. Out: pages on a port."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import aiohttp
from aiohttp import web

from journal_bridge.reference_journal.app import application, templates
from journal_bridge.reference_journal.client import Zvonok
from journal_bridge.reference_journal.desk import Desk
from journal_bridge.reference_journal.listening import listen
from journal_bridge.reference_journal.seeding import seed

log = logging.getLogger("zvonok.reference_journal")


async def serve(
    host: str,
    port: int,
    zvonok: str,
    key: str,
    *,
    now: Callable[[], datetime],
    started: Callable[[str], None] = lambda url: log.info("the journal is at %s", url),
) -> None:
    """Serve until cancelled. Pages say that they wait while Zvonok is not up; `started` gets our URL at once.

    Raises OSError when the port is taken, ApiError when Zvonok refuses the key or the school.
    """
    async with aiohttp.ClientSession() as session:
        desk = Desk(Zvonok(zvonok, key, session), templates(), now)
        runner = web.AppRunner(application(desk), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            url = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{runner.addresses[0][1]}/"
            desk.url = url
            started(url)
            await seed(desk.zvonok, url)
            desk.ear = await listen(desk.zvonok, url)
            desk.ready = True
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()
