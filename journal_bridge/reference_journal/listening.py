"""Where Zvonok's events come in. In: webhooks. Out: what the journal does about them."""

import logging

from aiohttp import web

from journal_bridge.reference_journal.client import ApiError, Zvonok
from journal_bridge.reference_journal.desk import DESK
from journal_bridge.reference_journal.hooks import MAX_BODY, Ear, Forged

log = logging.getLogger("zvonok.reference_journal")

PATH = "/hooks/zvonok"
EVENTS = ["attendance.ready"]


def add_routes(app: web.Application) -> None:
    """The path that the endpoint is registered with."""
    app.router.add_post(PATH, receive)


async def listen(zvonok: Zvonok, own_url: str) -> Ear | None:
    """Tell Zvonok where we are; after a restart ask for a new secret: we keep none. None: it may not come here."""
    try:
        return await _ear(zvonok, own_url.rstrip("/") + PATH)
    except ApiError as error:
        log.warning("no events, so absences are not filled in: %s", error)
        return None


async def _ear(zvonok: Zvonok, url: str) -> Ear:
    known = [one for one in (await zvonok.get("webhook-endpoints"))["data"] if one["url"] == url]
    if known:
        made = await zvonok.post(f"webhook-endpoints/{known[0]['id']}/rotate-secret")
    else:
        made = await zvonok.post("webhook-endpoints", {"url": url, "events": EVENTS, "description": "Школьный журнал"})
    return Ear(made["secret"])


async def receive(request: web.Request) -> web.StreamResponse:
    """204 when dealt with or heard before; anything else makes Zvonok send it again later."""
    desk = request.app[DESK]
    if desk.ear is None or (request.content_length or 0) > MAX_BODY:
        return web.Response(status=503 if desk.ear is None else 413)
    try:
        event = desk.ear.receive(request.headers, await request.read(), desk.now().timestamp())
    except Forged as error:
        return web.Response(status=400, text=str(error))
    if event is not None:
        await desk.absences.hear(event, desk.zvonok)
        desk.ear.done(request.headers["webhook-id"])
    return web.Response(status=204)
