"""/auth/{provider}: the way to an outside provider and back. In: a browser's requests. Out: redirects, cookies."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from identity.arriving import Arrival
from identity.core.attempts import own_path
from identity.core.problems import ProblemError
from identity.http import (
    ATTEMPT_COOKIE,
    attempt_secret,
    browser,
    drop_cookie,
    is_prefetch,
    set_attempt,
    set_device,
    set_profile_session,
)
from identity.http.wire import origin
from identity.oidc.service import DEPARTURE_SECONDS, OutsideError, OutsideSignIn
from identity.service import Identity

log = logging.getLogger("zvonok.oidc")

DEPARTURE_COOKIE = "zvonok_departure"

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}  # codes and states are in addresses

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Outside:
    """Handlers of /auth."""

    def __init__(self, identity: Identity, sign_in: OutsideSignIn) -> None:
        self._identity = identity
        self._sign_in = sign_in

    async def start(self, request: web.Request) -> web.StreamResponse:
        """GET /auth/{provider}/start?next="""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        departing = await self._sign_in.depart(
            request.match_info["provider"],
            redirect=self._callback(request),
            next_path=own_path(request.query.get("next", "")),
            address=browser(request).address,
        )
        response = _go(departing.url)
        # Lax: the provider's redirect to us must bring it.
        response.set_cookie(
            DEPARTURE_COOKIE,
            departing.browser,
            max_age=int(DEPARTURE_SECONDS),
            path="/auth/",
            httponly=True,
            secure=self._secure(request),
            samesite="Lax",
        )
        return response

    async def callback(self, request: web.Request) -> web.StreamResponse:
        """GET /auth/{provider}/callback: the provider sent the browser back."""
        if is_prefetch(request):
            return web.Response(status=503, headers=PRIVATE)
        query = dict(request.query)
        if len(query) != len(request.query):  # RFC 6749 section 3.1: a parameter must not come twice
            raise OutsideError("provider_failed")
        found, next_path = await self._sign_in.come_back(
            request.match_info["provider"],
            query,
            browser=request.cookies.get(DEPARTURE_COOKIE, ""),
            redirect=self._callback(request),
        )
        arrival = await self._identity.arriving.arrive(
            found, browser(request), attempt=attempt_secret(request), next_path=next_path
        )
        return self._arrived(request, arrival)

    def in_words(self, handler: Handler) -> Handler:
        """The handler with the page's words for whatever ends the sign-in."""

        async def worded(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except OutsideError as error:
                return _go(f"/entry?{urlencode({'problem': error.problem})}")
            except ProblemError as error:  # like too many attempts from one address
                log.warning("sign-in by %s ends: %s", request.match_info["provider"][:40], error.code)
                return _go(f"/entry?{urlencode({'problem': error.code})}")

        return worded

    def _arrived(self, request: web.Request, arrival: Arrival) -> web.StreamResponse:
        response, secure = _go(arrival.next), self._secure(request)
        response.del_cookie(DEPARTURE_COOKIE, path="/auth/", httponly=True, secure=secure, samesite="Lax")
        if arrival.device:
            set_device(response, arrival.device, secure=secure)
        if arrival.session:
            set_profile_session(response, arrival.session, secure=secure)
            drop_cookie(response, ATTEMPT_COOKIE, secure=secure)
        else:
            set_attempt(response, arrival.attempt, secure=secure)
        return response

    def _callback(self, request: web.Request) -> str:
        """The redirect URI, the same to the letter each time (RFC 9700 section 2.1)."""
        return f"{self._origin(request)}/auth/{request.match_info['provider']}/callback"

    def _secure(self, request: web.Request) -> bool:
        return urlsplit(self._origin(request)).scheme == "https"

    def _origin(self, request: web.Request) -> str:
        return origin(request, self._identity.config.public_url)


def add_routes(app: web.Application, identity: Identity, sign_in: OutsideSignIn) -> None:
    """The paths below /auth."""
    outside = Outside(identity, sign_in)
    app.router.add_get("/auth/{provider}/start", outside.in_words(outside.start), allow_head=False)
    app.router.add_get("/auth/{provider}/callback", outside.in_words(outside.callback), allow_head=False)


def _go(location: str) -> web.Response:
    return web.Response(status=303, headers={**PRIVATE, "Location": location})
