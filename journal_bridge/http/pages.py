"""What the call's page asks for: the way in by a ticket, the call, a token to connect with.

In: a browser's requests with its session. Out: redirects for /join, JSON for /api.
"""

from urllib.parse import urlsplit

from aiohttp import web
from msgspec import Struct

from identity.http import from_own_page, is_prefetch, profile_secret, session_secret, set_session
from identity.http.guard import Guard
from identity.http.wire import Answer, origin, read_body, render
from identity.store import Refusal
from journal_bridge.bridge import JournalBridge
from journal_bridge.core.problems import ProblemError
from journal_bridge.doors import Proofs
from journal_bridge.http.visits import VisitAnswer, visit_answer

MAX_PAGE_BODY = 4096  # bytes; the page sends {}

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # the address holds a secret


class EnteredAnswer(Struct, frozen=True):
    """What the page connects to the room with."""

    token: str
    call: VisitAnswer


class Pages:
    """Handlers of the page's requests."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge

    async def join(self, request: web.Request) -> web.StreamResponse:
        """GET /join/{ticket}: the journal sent the browser here."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        entry = await self._bridge.doors.redeem(request.match_info["ticket"], session_secret(request))
        if isinstance(entry, Refusal):
            return _see_other(f"/entry?problem={entry.problem}")
        response = _see_other(f"/call/{entry.place}")
        secure = urlsplit(self._origin(request)).scheme == "https"
        set_session(response, entry.session, secure=secure)
        return response

    async def call(self, request: web.Request) -> web.StreamResponse:
        """GET /api/calls/{call}."""
        visit = await self._bridge.doors.visit(_proofs(request), request.match_info["call"])
        return render(request, Answer(visit_answer(visit)))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """POST /api/calls/{call}/enter."""
        if not from_own_page(request, self._origin(request)):
            raise ProblemError("origin_foreign", "Only our own page may send this, as application/json.")
        await read_body(request, MAX_PAGE_BODY)
        token, visit = await self._bridge.doors.enter(_proofs(request), request.match_info["call"])
        answer = EnteredAnswer(token, visit_answer(visit))
        return render(request, Answer(answer, headers={"Cache-Control": "no-store"}))

    async def prepare(self, request: web.Request) -> web.StreamResponse:
        """POST /api/calls/{call}/prepare."""
        if not from_own_page(request, self._origin(request)):
            raise ProblemError("origin_foreign", "Only our own page may send this, as application/json.")
        await read_body(request, MAX_PAGE_BODY)
        token, visit = await self._bridge.doors.prepare(_proofs(request), request.match_info["call"])
        answer = EnteredAnswer(token, visit_answer(visit))
        return render(request, Answer(answer, headers={"Cache-Control": "no-store"}))

    def _origin(self, request: web.Request) -> str:
        return origin(request, self._bridge.config.public_url)


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The page's paths, with the same problem documents as /v1."""
    pages = Pages(bridge)
    app.router.add_get("/join/{ticket}", pages.join, allow_head=False)  # a HEAD must not use a ticket up
    app.router.add_get("/api/calls/{call}", guard.around(pages.call))
    app.router.add_post("/api/calls/{call}/enter", guard.around(pages.enter))
    app.router.add_post("/api/calls/{call}/prepare", guard.around(pages.prepare))


def _proofs(request: web.Request) -> Proofs:
    return Proofs(session_secret(request), profile_secret(request))


def _see_other(location: str) -> web.Response:
    return web.Response(status=303, headers={**PRIVATE, "Location": location})
