"""The HTTP routes of signalling. `setup(app, service)` adds them; `GET /` is left to the page."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from signalling.service import SignallingService

SLASHES = "{slashes:/*}"
"""Users configure `wss://host/`, and clients then ask for `//rtc`."""

CORS = {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*"}
"""Anybody's page may ask: what it learns, any program could ask as well."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def setup(app: web.Application, service: SignallingService) -> None:
    """Add `/rtc`, `/rtc/validate`, `/rtc/call`, `/rtc/v1...` (404), `HEAD /` and `/twirp/...`."""
    app.add_routes(routes(service))


def routes(service: SignallingService) -> list[web.RouteDef]:
    """Version 1 of the protocol is not offered: 404 makes every client use this one."""
    endpoint, twirp = service.endpoint, service.twirp
    return [
        web.head("/", _with_cors(_alive)),
        web.get(f"/{SLASHES}rtc", endpoint.connect, allow_head=False),
        web.get(f"/{SLASHES}rtc/validate", _with_cors(endpoint.validate)),
        web.get("/rtc/call", service.call_endpoint.connect, allow_head=False),
        web.options(f"/{SLASHES}rtc/validate", _preflight),
        web.route("*", f"/{SLASHES}rtc/v1", _with_cors(_no_such_version)),
        web.route("*", f"/{SLASHES}rtc/v1/validate", _with_cors(_no_such_version)),
        web.post(f"/{SLASHES}twirp/{{service}}/{{method}}", twirp.handle),
    ]


def _with_cors(handler: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        response.headers.update(CORS)
        return response

    return handle


async def _alive(request: web.Request) -> web.Response:
    return web.Response()


async def _no_such_version(request: web.Request) -> web.Response:
    return web.Response(status=404, text="not found")


async def _preflight(request: web.Request) -> web.Response:
    """Clients that send their token in a header are asked for this by browsers."""
    return web.Response(status=204, headers={**CORS, hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "authorization"})
