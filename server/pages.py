"""The page's files: what Vite built into `web/dist`, from our own origin, with the headers browsers want."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

DIST = Path(__file__).parent.parent / "web" / "dist"
PAGES = (
    "/",
    "/entry",
    "/call/{call}",
    "/sign-in",
    "/profile",
    "/connect",
    "/link",
    "/link/{code}",
    "/linked",
    "/school/{school}",
    "/school/{school}/people",
    "/school/{school}/audit",
    "/school/{school}/classes/{class}/invitations",
    "/i/{token}",
    "/demo/outbox",
)
"""Addresses that the single-page application answers itself."""

YEAR = 365 * 24 * 3600  # seconds; built assets carry a hash of their content in the name
PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def setup(app: web.Application, dist: Path = DIST) -> None:
    """Serve the built page. Raises FileNotFoundError when it has not been built."""
    if not (dist / "index.html").is_file():
        raise FileNotFoundError(f"The page is not built: run `make setup` ({dist / 'index.html'} is missing).")

    async def page(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(dist / "index.html", headers={"Cache-Control": "no-cache", **_policy(request)})

    assets = {file.relative_to(dist / "assets").as_posix(): file for file in (dist / "assets").rglob("*")}

    async def asset(request: web.Request) -> web.StreamResponse:
        file = assets.get(request.match_info["name"])
        if file is None or not file.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(file, headers={"Cache-Control": f"public, max-age={YEAR}, immutable"})

    async def top_file(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(dist / request.path.lstrip("/"), headers={"Cache-Control": "max-age=3600"})

    for address in PAGES:
        app.router.add_get(address, page, allow_head=False)
    app.router.add_get("/assets/{name:.+}", asset)
    for file in sorted(dist.iterdir()):
        if file.is_file() and file.name != "index.html" and not file.name.endswith(".gz"):
            app.router.add_get(f"/{file.name}", top_file)
    app.on_response_prepare.append(_harden)


def _policy(request: web.Request) -> dict[str, str]:
    """Content security policy level 3. Browsers differ on whether 'self' covers WebSockets, so both are named."""
    sources = {
        "default-src": "'self'",
        # The blurring of backgrounds runs a compiled network from our own files.
        "script-src": "'self' 'wasm-unsafe-eval'",
        "connect-src": f"'self' ws://{request.host} wss://{request.host}",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in sources.items()),
        "Permissions-Policy": PERMISSIONS,
    }


async def _harden(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # A ticket is in the address of /join/...: it must not travel on as a referrer.
    response.headers.setdefault("Referrer-Policy", "same-origin")
