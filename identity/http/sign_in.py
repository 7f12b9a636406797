"""The sign-in page's requests. In: JSON of our own page, the attempt's cookie. Out: states, cookies."""

from typing import TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from identity.core.bodies import Body, EmptyBody, decode
from identity.core.refusals import ProblemError
from identity.core.requests import CodeBody, ConsentBody, FormBody, PasswordBody, PhoneBody
from identity.entry import Outcome
from identity.http import (
    ATTEMPT_COOKIE,
    attempt_secret,
    browser,
    drop_cookie,
    from_own_page,
    profile_secret,
    set_attempt,
    set_device,
    set_profile_session,
)
from identity.http.guard import Guard, Handler
from identity.http.wire import Answer, origin, read_body, render, single_query
from identity.service import Identity

MAX_BODY = 4096  # bytes: the longest form has a quarter of it
PRIVATE = {"Cache-Control": "no-store"}

T = TypeVar("T", bound=Body)


class SignIn:
    """Handlers. Each answers with the state after the step."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._entry = identity.entry

    async def open(self, request: web.Request) -> web.StreamResponse:
        """GET /api/sign-in?next=&link="""
        query = single_query(request, frozenset({"next", "link"}))
        outcome = await self._entry.open(
            attempt_secret(request),
            profile_secret(request),
            query.get("next", ""),
            query.get("link", ""),
            browser(request),
        )
        return self._answered(request, outcome)

    async def phone(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/phone"""
        body = await self._body(request, PhoneBody)
        outcome = await self._entry.phone(attempt_secret(request), body.phone, body.intent, browser(request))
        return self._answered(request, outcome)

    async def resend(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/resend"""
        await self._body(request, EmptyBody)
        return self._answered(request, await self._entry.resend(attempt_secret(request), browser(request)))

    async def code(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/code"""
        body = await self._body(request, CodeBody)
        return self._answered(request, await self._entry.code(attempt_secret(request), body.code, browser(request)))

    async def password(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/password"""
        body = await self._body(request, PasswordBody)
        outcome = await self._entry.password(attempt_secret(request), body.phone, body.password, browser(request))
        return self._answered(request, outcome)

    async def back(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/back"""
        await self._body(request, EmptyBody)
        return self._answered(request, await self._entry.back(attempt_secret(request)))

    async def form(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/form"""
        body = await self._body(request, FormBody)
        outcome = await self._entry.form(attempt_secret(request), body.form(), browser(request))
        return self._answered(request, outcome)

    async def consent(self, request: web.Request) -> web.StreamResponse:
        """POST /api/sign-in/consent"""
        body = await self._body(request, ConsentBody)
        outcome = await self._entry.consent(attempt_secret(request), body.version, browser(request))
        return self._answered(request, outcome)

    async def _body(self, request: web.Request, kind: type[T]) -> T:
        return await own_body(request, kind, self._identity.config.public_url)

    def _answered(self, request: web.Request, outcome: Outcome) -> web.Response:
        response = render(request, Answer(outcome.state, headers=PRIVATE))
        secure = is_secure(request, self._identity.config.public_url)
        if outcome.attempt:
            set_attempt(response, outcome.attempt, secure=secure)
        if outcome.device:
            set_device(response, outcome.device, secure=secure)
        if outcome.session:
            set_profile_session(response, outcome.session, secure=secure)
            drop_cookie(response, ATTEMPT_COOKIE, secure=secure)
        return response


async def own_body(request: web.Request, kind: type[T], public_url: str) -> T:
    """The body of a request that our own page has sent. Raises ProblemError."""
    if not from_own_page(request, origin(request, public_url)):
        raise ProblemError("origin_foreign", "Only our own page may send this, as application/json.")
    return decode(await read_body(request, MAX_BODY), kind)


def is_secure(request: web.Request, public_url: str) -> bool:
    """Do browsers reach us over TLS?"""
    return urlsplit(origin(request, public_url)).scheme == "https"


def add_routes(app: web.Application, identity: Identity, guard: Guard) -> None:
    """The paths below /api/sign-in."""
    pages = SignIn(identity)
    app.router.add_get("/api/sign-in", guard.around(pages.open), allow_head=False)
    posts: dict[str, Handler] = {
        "phone": pages.phone,
        "resend": pages.resend,
        "code": pages.code,
        "password": pages.password,
        "back": pages.back,
        "form": pages.form,
        "consent": pages.consent,
    }
    for name, handler in posts.items():
        app.router.add_post(f"/api/sign-in/{name}", guard.around(handler))
