"""The /v1 application: routes with their scopes, keys, repeated POSTs, problem documents.

In: a journal backend's requests. Out: JSON. Handlers see values only; everything about HTTP is here and in `wire.py`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from journal_bridge.bridge import JournalBridge
from journal_bridge.core import idempotency
from journal_bridge.core.problems import ProblemError
from journal_bridge.http import calls, roster
from journal_bridge.http.guard import REQUEST_ID, Guard
from journal_bridge.http.wire import Answer, Ask, origin, read_body, render, render_problem, single_query

Handler = Callable[[JournalBridge, Ask], Awaitable[Answer]]

NO_QUERY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the interface. `repeatable`: honours Idempotency-Key."""

    method: str
    path: str
    scope: str | None
    handler: Handler
    query: frozenset[str] = NO_QUERY
    repeatable: bool = False


ROUTES = (
    Route("GET", "/me", None, roster.me),
    Route("PUT", "/schools/{ext_id}", "roster:write", roster.put_school),
    Route("PUT", "/people/{ext_id}", "roster:write", roster.put_person),
    Route("PUT", "/classes/{ext_id}", "roster:write", roster.put_class),
    Route("PUT", "/subjects/{ext_id}", "roster:write", roster.put_subject),
    Route("PUT", "/enrollments/{class}/{subject}", "roster:write", roster.put_enrollment),
    Route("GET", "/calls", "calls:read", calls.page, query=calls.LIST_QUERY),
    Route("POST", "/calls", "calls:write", calls.create, repeatable=True),
    Route("GET", "/calls/{call}", "calls:read", calls.get),
    Route("PATCH", "/calls/{call}", "calls:write", calls.change),
    Route("DELETE", "/calls/{call}", "calls:write", calls.remove),
    Route("POST", "/calls/{call}/start", "calls:write", calls.start, repeatable=True),
    Route("POST", "/calls/{call}/end", "calls:write", calls.end, repeatable=True),
    Route("POST", "/calls/{call}/tickets", "calls:write", calls.ticket),
    Route("GET", "/people/{person}/week", "calls:read", calls.week, query=calls.WEEK_QUERY),
)


def application(bridge: JournalBridge, guard: Guard) -> web.Application:
    """What is mounted at /v1."""
    app = web.Application(middlewares=[guard.middleware()])
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _served(bridge, route))
    return app


def _served(bridge: JournalBridge, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        access = await bridge.keys.access(_bearer(request))
        if route.scope is not None and route.scope not in access.scopes:
            raise ProblemError("scope_missing", f"This request needs the scope {route.scope}.")
        ask = Ask(
            access=access,
            parts=dict(request.match_info),
            query=single_query(request, route.query),
            body=await read_body(request),
            origin=origin(request, bridge.config.public_url),
        )
        key = request.headers.get("Idempotency-Key")
        if key is None or not route.repeatable:
            return render(request, await route.handler(bridge, ask))
        return await _once(bridge, route, request, ask, key)

    return serve


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
        return render(request, await route.handler(bridge, ask))
    except ProblemError as error:
        return render_problem(error, request[REQUEST_ID])


def _bearer(request: web.Request) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ProblemError("key_missing", "Send the header Authorization: Bearer sk_….")
    return key.strip()
