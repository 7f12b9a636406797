"""The /v1 application: routes with their scopes, keys, repeated POSTs, problem documents.

In: a journal backend's requests. Out: JSON. Handlers see values only; everything about HTTP is here and in `wire.py`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from identity.core.problems import ProblemError as AnyProblem
from identity.http.guard import REQUEST_ID, Guard, Handler
from identity.http.wire import Answer, address, origin, read_body, render, render_problem
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import idempotency
from journal_bridge.core.buckets import Verdict
from journal_bridge.core.problems import ProblemError, wrong_query
from journal_bridge.core.records import Access
from journal_bridge.http import (
    attendance,
    calendars,
    calls,
    events,
    imports,
    invites,
    linking,
    roster,
    steering,
    webhooks,
)
from journal_bridge.http.query import typed
from journal_bridge.http.route import EVENT_STREAM, Route
from journal_bridge.http.wire import Ask

ROUTES: tuple[Route, ...] = (
    *roster.ROUTES,
    *imports.ROUTES,
    *calls.ROUTES,
    *steering.ROUTES,
    *invites.ROUTES,
    *linking.ROUTES,
    *calendars.ROUTES,
    *attendance.ROUTES,
    *events.ROUTES,
    *webhooks.ROUTES,
)
"""Everything below /v1. Each module of handlers declares its routes; the interface's description is made of them."""

RATE = web.RequestKey("rate", Verdict)


def application(bridge: JournalBridge, guard: Guard) -> web.Application:
    """What is mounted at /v1."""
    app = web.Application(middlewares=[_rated, guard.middleware()])
    for route in ROUTES:
        served = _served(bridge, route)
        app.router.add_route(route.method, route.path, served)
        if route.method == "GET" and EVENT_STREAM not in route.answers.values():
            app.router.add_route("HEAD", route.path, served)
    return app


def _served(bridge: JournalBridge, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        ask = Ask(
            access=await authorised(bridge, request, route.scope),
            parts=dict(request.match_info),
            query=_query(request, route),
            body=await read_body(request, route.max_body) if route.body is not None else b"",
            origin=origin(request, bridge.config.public_url),
            request=request,
        )
        key = request.headers.get("Idempotency-Key")
        if key is None or not route.repeatable:
            return _rendered(request, await route.handler(bridge, ask))
        return await _once(bridge, route, request, ask, key)

    return serve


async def authorised(bridge: JournalBridge, request: web.Request, scope: str | None) -> Access:
    """Whose key the request shows. Raises ProblemError when there is none, or it lacks the scope or asks too often."""
    access, verdict = await bridge.keys.access(_bearer(request), address(request))
    request[RATE] = verdict
    if scope is not None and scope not in access.scopes:
        raise ProblemError("scope_missing", f"This request needs the scope {scope}.")
    return access


@web.middleware
async def _rated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer to a key says how many more requests may come."""
    response = await handler(request)
    verdict = request.get(RATE)
    if verdict is not None and not response.prepared:
        response.headers["RateLimit-Limit"] = str(verdict.limit)
        response.headers["RateLimit-Remaining"] = str(verdict.remaining)
        response.headers["RateLimit-Reset"] = str(verdict.reset)
    return response


async def _once(bridge: JournalBridge, route: Route, request: web.Request, ask: Ask, key: str) -> web.Response:
    """Carry the request out, unless its answer is known."""
    fingerprint = idempotency.fingerprint(request.method, request.path, ask.body)
    earlier = await bridge.answers.claim(ask.journal, key, fingerprint)
    if earlier is not None:
        headers = {**(earlier.headers or {}), "Idempotency-Replayed": "true"}
        return web.Response(text=earlier.body, status=earlier.status or 200, headers=headers)
    try:
        response = await _answered(bridge, route, request, ask)
    except BaseException:
        await bridge.answers.release(ask.journal, key)
        raise
    kept = {name: response.headers[name] for name in ("Content-Type", "Location") if name in response.headers}
    await bridge.answers.keep(
        ask.journal, key, fingerprint, status=response.status, headers=kept, body=response.text or ""
    )
    return response


async def _answered(bridge: JournalBridge, route: Route, request: web.Request, ask: Ask) -> web.Response:
    try:
        response = _rendered(request, await route.handler(bridge, ask))
    except AnyProblem as error:
        return render_problem(error, request[REQUEST_ID])
    assert isinstance(response, web.Response), "a stream cannot be repeated"
    return response


def _rendered(request: web.Request, answer: Answer | web.StreamResponse) -> web.StreamResponse:
    return render(request, answer) if isinstance(answer, Answer) else answer


def _query(request: web.Request, route: Route) -> dict[str, Any]:
    values = typed(request.query.items(), route.query)
    for name in route.required:
        if name not in values:
            raise wrong_query(name, f"{name} is missing.")
    return values


def _bearer(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ProblemError("key_missing", "Send the header Authorization: Bearer sk_….")
    return key.strip()
