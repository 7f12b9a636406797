"""The journal as an aiohttp application: routes, templates, what goes wrong in words.

In: people's clicks. Out: pages. It keeps no calls of its own: everything it shows about them it asks Zvonok.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from journal_bridge.reference_journal import (
    attendance,
    chats,
    diary,
    entrance,
    invitation,
    linked,
    listening,
    school,
    teacher,
    words,
)
from journal_bridge.reference_journal.accounts import from_elsewhere
from journal_bridge.reference_journal.client import ApiError, Unreachable
from journal_bridge.reference_journal.desk import DESK, Desk

HERE = Path(__file__).parent

# Everything comes from here.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(desk: Desk) -> web.Application:
    """The whole journal."""
    app = web.Application(middlewares=[_in_words])
    app[DESK] = desk
    for part in (entrance, teacher, attendance, invitation, linked, diary, chats, listening):
        part.add_routes(app)
    app.router.add_static("/static/", HERE / "static")
    return app


def templates() -> Environment:
    """The pages' templates, everything escaped."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["school"] = school
    environment.globals["words"] = words
    environment.globals["icons"] = environment.get_template("icons.html").module
    return environment


@web.middleware
async def _in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong is said in Russian."""
    desk = request.app[DESK]
    try:
        if not desk.ready and not request.path.startswith("/static/"):
            raise Unreachable("not described yet")
        if request.method == "POST" and from_elsewhere(request):
            raise web.HTTPForbidden
        response = await handler(request)
    except Unreachable:
        response = desk.page(request, "trouble.html", kind="waiting")
        response.set_status(503)
        response.headers["Refresh"] = "2"
    except ApiError as error:
        response = desk.page(request, "trouble.html", kind=error.code)
        response.set_status(409 if error.status < 500 else 502)
    except web.HTTPForbidden:
        response = desk.page(request, "trouble.html", kind="foreign")
        response.set_status(403)
    except web.HTTPNotFound:
        response = desk.page(request, "trouble.html", kind="not_found")
        response.set_status(404)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
