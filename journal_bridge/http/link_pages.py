"""Linking as our own pages ask for it (B1-B12). In: browsers' requests. Out: JSON, redirects, sessions."""

from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import web
from msgspec import Struct

from identity.core.bodies import EmptyBody
from identity.core.claims import Role
from identity.http import browser, is_prefetch, profile_secret, set_profile_session
from identity.http.guard import Guard
from identity.http.sign_in import is_secure, own_body
from identity.http.wire import Answer, render
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import qr
from journal_bridge.core.addresses import with_query
from journal_bridge.core.linking_requests import LinkCodeBody
from journal_bridge.core.problems import ProblemError
from journal_bridge.http.signed_in import known, signed_in

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # the address holds a secret


class JournalChoice(Struct, frozen=True):
    """A journal to choose."""

    id: str
    title: str
    logo: str | None


class RegionAnswer(Struct, frozen=True):
    """«Выберите ваш регион» with its journals."""

    region: str
    journals: list[JournalChoice]


class RegionsAnswer(Struct, frozen=True):
    """All regions, in order."""

    data: list[RegionAnswer]


class LinkCodeAnswer(Struct, frozen=True):
    """«Перейти в дневник»: the journal's address with the code in it."""

    code: str
    url: str
    qr_svg: str
    expires_at: datetime


class ShownPerson(Struct, frozen=True):
    """Who is going to be linked."""

    name: str
    role: Role


class ShownJournal(Struct, frozen=True):
    """Where the person is from."""

    title: str


class LinkSessionAnswer(Struct, frozen=True):
    """What a code stands for, before anything is linked."""

    state: str
    person: ShownPerson
    school: str | None
    class_titles: list[str]
    journal: ShownJournal
    expires_at: datetime
    profile_matches: bool | None


class AcceptedAnswer(Struct, frozen=True):
    """A link was made."""

    role: Role
    next: str | None


class LinkPages:
    """Handlers."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge

    async def journals(self, request: web.Request) -> web.StreamResponse:
        """GET /api/journals: those of the signed-in profile's world."""
        profile = await known(request, self._bridge)
        regions = await self._bridge.journals.by_region(profile.world if profile else "live")
        data = [
            RegionAnswer(region, [JournalChoice(card.journal, card.title, card.logo) for card in cards])
            for region, cards in regions.items()
        ]
        return render(request, Answer(RegionsAnswer(data)))

    async def make_code(self, request: web.Request) -> web.StreamResponse:
        """POST /api/link-codes."""
        body = await own_body(request, LinkCodeBody, self._public_url)
        code, login_url = await self._bridge.link_codes.open_for_profile(
            await signed_in(request, self._bridge), body.journal
        )
        url = with_query(login_url, code=code.code)
        answer = LinkCodeAnswer(code.code, url, qr.svg(url), _moment(code.expires_at))
        return render(request, Answer(answer, status=201, headers=PRIVATE))

    async def session(self, request: web.Request) -> web.StreamResponse:
        """GET /api/link-sessions/{code}."""
        profile = await known(request, self._bridge)
        async with self._bridge.guesses.counted(browser(request).address):
            shown = await self._bridge.link_codes.shown(request.match_info["code"], profile)
        answer = LinkSessionAnswer(
            shown.state,
            ShownPerson(shown.person.name, shown.person.role),
            shown.school,
            list(shown.class_titles),
            ShownJournal(shown.journal),
            _moment(shown.expires_at),
            shown.matches,
        )
        return render(request, Answer(answer, headers=PRIVATE))

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """POST /api/link-sessions/{code}/accept."""
        await own_body(request, EmptyBody, self._public_url)
        profile, address = await signed_in(request, self._bridge), browser(request).address
        async with self._bridge.guesses.counted(address):
            made = await self._bridge.link_codes.accept(request.match_info["code"], profile, address=address)
        return render(request, Answer(AcceptedAnswer(made.role, made.next), headers=PRIVATE))

    async def back(self, request: web.Request) -> web.StreamResponse:
        """GET /link/back?code=&proof=: the journal sent the browser here. Only the browser whose profile asked for
        the code completes the link, so a GET may change something."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        profile, address = await known(request, self._bridge), browser(request).address
        if profile is None:
            return _see_other(f"/sign-in?next={quote(request.path_qs, safe='')}")
        query = request.query
        try:
            async with self._bridge.guesses.counted(address):
                made = await self._bridge.link_codes.back(
                    query.get("code", ""), query.get("proof", ""), profile, address=address
                )
        except ProblemError as error:
            return _see_other(f"/linked?problem={error.code}")
        return _see_other(f"/linked?role={made.role}")

    async def jump(self, request: web.Request) -> web.StreamResponse:
        """GET /enter/{ticket}: the journal's button for a linked person (B12). Who is not let in signs in."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        session = await self._bridge.jumps.redeem(
            request.match_info["ticket"], profile_secret(request), device=browser(request).agent
        )
        if session is None:
            return _see_other("/sign-in?next=%2F")
        response = _see_other("/")
        set_profile_session(response, session, secure=is_secure(request, self._public_url))
        return response

    @property
    def _public_url(self) -> str:
        return self._bridge.config.public_url


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The paths that the pages of linking need."""
    pages = LinkPages(bridge)
    app.router.add_get("/api/journals", guard.around(pages.journals))
    app.router.add_post("/api/link-codes", guard.around(pages.make_code))
    app.router.add_get("/api/link-sessions/{code}", guard.around(pages.session))
    app.router.add_post("/api/link-sessions/{code}/accept", guard.around(pages.accept))
    # A HEAD must not use a proof or a ticket up.
    app.router.add_get("/link/back", guard.around(pages.back), allow_head=False)
    app.router.add_get("/enter/{ticket}", guard.around(pages.jump), allow_head=False)


def _see_other(location: str) -> web.Response:
    return web.Response(status=303, headers={**PRIVATE, "Location": location})


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
