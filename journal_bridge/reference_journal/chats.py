"""«Чаты»: the educational profile is linked here, and from here one gets to it already signed in (B8-B12).

In: people's clicks. Out: redirects to Zvonok's pages, and the code to do it on another device.
"""

import re
from typing import Any

from aiohttp import web

from journal_bridge.reference_journal.client import ApiError
from journal_bridge.reference_journal.desk import DESK, person
from journal_bridge.reference_journal.school import Person

CODE = re.compile(r"[0-9A-Za-z-]{1,40}")


def add_routes(app: web.Application) -> None:
    """The section's paths."""
    app.router.add_get("/chats", chats)
    app.router.add_post("/chats/link", link)
    app.router.add_post("/chats/link/code", code)
    app.router.add_post("/chats/open", open_profile)
    app.router.add_get("/connect", connect)
    app.router.add_post("/connect", confirm)


async def chats(request: web.Request) -> web.StreamResponse:
    """The section: linked or not yet."""
    me = person(request)
    return request.app[DESK].page(request, "chats.html", me=me, linked=await _linked(request, me))


async def link(request: web.Request) -> web.StreamResponse:
    """«Привязать учебный профиль»: on to the wizard, which comes back to this page."""
    me = person(request)
    return _leave(request, me, (await _session(request, me))["url"])


async def code(request: web.Request) -> web.StreamResponse:
    """The same on another device: its camera takes the picture, or its keyboard the code."""
    me = person(request)
    return request.app[DESK].page(request, "link_code.html", me=me, session=await _session(request, me))


async def open_profile(request: web.Request) -> web.StreamResponse:
    """To the profile's own page, already signed in where Zvonok allows it."""
    me = person(request)
    ticket = await request.app[DESK].zvonok.post("chat-tickets", {"person": me.id})
    return _leave(request, me, ticket["url"])


async def connect(request: web.Request) -> web.StreamResponse:
    """The other direction: somebody came from Zvonok's page «Подключить дневник» with a code. We ask once more, since
    whoever sends a stranger such an address wants the stranger's account on their own profile."""
    me = person(request)
    if "code" not in request.query:  # somebody follows the address that Zvonok shows as ours
        raise web.HTTPSeeOther("/")
    code = _code(request.query["code"])
    asked = await request.app[DESK].zvonok.get(f"link-sessions/{code}")
    if not asked["open"]:
        raise ApiError(409, {"code": "link_used"})
    profile = asked["profile"]["name"]
    return request.app[DESK].page(request, "connect.html", me=me, code=code, profile=profile)


async def confirm(request: web.Request) -> web.StreamResponse:
    """Our word that this is the person; the browser carries the proof back."""
    me, sent = person(request), await request.post()
    code = _code(str(sent.get("code", "")))
    answer = await request.app[DESK].zvonok.post(f"link-sessions/{code}/confirm", {"person": me.id})
    return _leave(request, me, answer["return_url"])


async def _session(request: web.Request, me: Person) -> Any:
    desk = request.app[DESK]
    return await desk.zvonok.post("link-sessions", {"person": me.id, "return_url": f"{desk.url.rstrip('/')}/chats"})


def _leave(request: web.Request, me: Person, url: str) -> web.Response:
    """On to Zvonok. A form may not redirect to another site under our content security policy, a page may."""
    response = request.app[DESK].page(request, "leaving.html", me=me, url=url)
    response.headers.update({"Refresh": f"0; url={url}", "Cache-Control": "no-store"})
    return response


def _code(text: str) -> str:
    """A code as it may stand in an address. Raises ApiError."""
    if not CODE.fullmatch(text.strip()):
        raise ApiError(404, {"code": "link_unknown"})
    return text.strip()


async def _linked(request: web.Request, me: Person) -> bool:
    answer = await request.app[DESK].zvonok.get(f"links/{me.id}")
    return bool(answer["linked"])
