"""What platforms and their browsers ask for, below /lti. In: requests. Out: redirects, small pages, our keys."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from identity.core.problems import ProblemError
from identity.http import is_prefetch, session_secret, set_session
from identity.http.wire import address, origin, read_body
from identity.store import Refusal
from journal_bridge.bridge import JournalBridge
from journal_bridge.lti.entrance import LOGIN_SECONDS, CookieMissingError
from journal_bridge.lti.errors import LtiError
from journal_bridge.lti.pages import PRIVATE, Pages

log = logging.getLogger("zvonok.lti")

MAX_FORM = 256 * 1024  # bytes; a launch is a form with one signed token
MAX_FIELDS = 50

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LtiHandlers:
    """Handlers of /lti."""

    def __init__(self, bridge: JournalBridge) -> None:
        self._bridge = bridge
        self._lti = bridge.lti
        self._pages = Pages(bridge.random)

    async def login(self, request: web.Request) -> web.StreamResponse:
        """GET or POST /lti/login: a platform wants to launch us."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        asked = await _form(request) if request.method == "POST" else _plain(list(request.query.items()))
        begun = await self._lti.entrance.login(asked, self._origin(request), address=address(request))
        response = _go(begun.url)
        # None and Secure: it must come back with a form that the platform's page sends. Partitioned: even when we are
        # shown in its frame (CHIPS). Written by hand: Python knows Partitioned from 3.14 on.
        response.headers.add(
            "Set-Cookie",
            f"{_cookie(begun.state)}={begun.browser}; Max-Age={LOGIN_SECONDS:.0f}; Path=/lti/launch; Secure; HttpOnly; "
            "SameSite=None; Partitioned",
        )
        return response

    async def launch(self, request: web.Request) -> web.StreamResponse:
        """POST /lti/launch: the platform's signed word about somebody."""
        form = await _form(request)
        browser = request.cookies.get(_cookie(form.get("state", "")), "")
        try:
            platform, launch = await self._lti.entrance.launch(form, browser=browser, origin=self._origin(request))
        except CookieMissingError as missing:
            text = "Браузер не передаёт нам сведения, пока мы показаны внутри другой страницы."
            return self._pages.elsewhere(
                "Откройте звонок в новой вкладке", text, f"/lti/login?{urlencode(missing.query)}"
            )
        if launch.picking is not None:
            return self._pages.pick(await self._lti.picking.offer(platform, launch))
        way = f"/lti/open/{await self._lti.enter(platform, launch)}"
        if launch.framed or request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame"):
            text = "Камере и микрофону нужна отдельная вкладка. Ссылка работает пять минут и только у вас."
            return self._pages.elsewhere(launch.resource_title or "Звонок", text, way)
        return _go(way)

    async def open(self, request: web.Request) -> web.StreamResponse:
        """GET /lti/open/{ticket}: into the call's page; whoever administers the call starts it by this."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        entry = await self._lti.courses.open(request.match_info["ticket"], session_secret(request))
        if isinstance(entry, Refusal):
            return _go(f"/entry?problem={entry.problem}")
        response = _go(f"/call/{entry.place}")
        set_session(response, entry.session, secure=urlsplit(self._origin(request)).scheme == "https")
        return response

    async def pick(self, request: web.Request) -> web.StreamResponse:
        """POST /lti/pick: a teacher has picked a call for a course."""
        form = await _form(request)
        picked = await self._lti.picking.answer(
            form.get("secret", ""), form.get("placement", ""), form.get("title", ""), self._origin(request)
        )
        return self._pages.carry(picked)

    async def register(self, request: web.Request) -> web.StreamResponse:
        """GET /lti/register/{secret}: a platform's administrator connects it with us."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        query = _plain(list(request.query.items()))
        await self._lti.registration.register(
            request.match_info["secret"],
            query.get("openid_configuration", ""),
            query.get("registration_token", ""),
            self._origin(request),
        )
        return self._pages.registered()

    async def keys(self, request: web.Request) -> web.StreamResponse:
        """GET /lti/jwks: by which platforms check our word."""
        return web.json_response(await self._lti.keys.public(), headers={"Cache-Control": "public, max-age=300"})

    def in_words(self, handler: Handler) -> Handler:
        """The handler with a page for whatever ends it."""

        async def worded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except LtiError as error:
                log.warning("a way from a platform ends: %s", error)  # without the address: secrets are in it
                return self._pages.problem(error)
            except ProblemError as error:
                if error.code == "too_many_tries":
                    return self._pages.problem(LtiError("too_many_tries"))
                return self._pages.problem(LtiError("launch_invalid", error.detail))

        return worded

    def _origin(self, request: web.Request) -> str:
        return origin(request, self._bridge.config.public_url)


def add_routes(app: web.Application, bridge: JournalBridge) -> None:
    """The paths below /lti."""
    handlers = LtiHandlers(bridge)
    for method, path, handler in (
        ("GET", "/lti/login", handlers.login),
        ("POST", "/lti/login", handlers.login),
        ("POST", "/lti/launch", handlers.launch),
        ("GET", "/lti/open/{ticket}", handlers.open),
        ("POST", "/lti/pick", handlers.pick),
        ("GET", "/lti/register/{secret}", handlers.register),
        ("GET", "/lti/jwks", handlers.keys),
    ):
        app.router.add_route(method, path, handlers.in_words(handler))


def _cookie(state: str) -> str:
    """A name for each login: a page of a course may show several of our frames at once."""
    return f"zvonok_lti_{hashlib.sha256(state.encode(errors='replace')).hexdigest()[:16]}"


async def _form(request: web.Request) -> dict[str, str]:
    """A form's fields. Raises LtiError, ProblemError (too large)."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise LtiError("launch_invalid", "not a form")
    body = await read_body(request, MAX_FORM)
    try:
        return _plain(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise LtiError("launch_invalid", f"not a form: {error}") from None


def _plain(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Raises LtiError when a parameter comes twice: which one would count?"""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LtiError("launch_invalid", "a parameter comes twice")
    if any("\0" in value or not _encodable(value) for value in found.values()):
        raise LtiError("launch_invalid", "a parameter is no text")
    return found


def _encodable(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)


def _go(location: str) -> web.Response:
    return web.Response(status=303, headers={**PRIVATE, "Location": location})
