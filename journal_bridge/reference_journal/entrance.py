"""Signing in and out. In: a login and a password, or one click in the demonstration. Out: a session cookie."""

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.accounts import COOKIE, PASSWORD, home, own_path
from journal_bridge.reference_journal.desk import DESK
from journal_bridge.reference_journal.school import Person

SHORTCUTS = {"teacher": "t15", "pupil": "s201", "parent": "p101"}
"""People whom the printed links of the demonstration sign in without a password. A real journal has no such thing."""


def add_routes(app: web.Application) -> None:
    """The entrance's paths."""
    app.router.add_get("/", front)
    app.router.add_get("/sign-in", form)
    app.router.add_post("/sign-in", sign_in)
    app.router.add_post("/sign-out", sign_out)
    app.router.add_get("/{shortcut:teacher|pupil|parent}", shortcut)


async def front(request: web.Request) -> web.StreamResponse:
    """The person's first page, or the entrance."""
    me = request.app[DESK].accounts.person(request)
    raise web.HTTPSeeOther(home(me) if me else "/sign-in")


async def form(request: web.Request) -> web.StreamResponse:
    """The sign-in page."""
    return _form(request, request.query.get("next", ""), wrong=False)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Login and password; wrong ones are told in words."""
    sent = await request.post()
    login, asked = str(sent.get("login", "")), str(sent.get("next", ""))
    accounts = request.app[DESK].accounts
    secret = accounts.sign_in(login, str(sent.get("password", "")))
    if secret is None:
        page = _form(request, asked, wrong=True)
        page.set_status(422)
        return page
    return _entered(school.PEOPLE[login.strip()], secret, own_path(asked))


async def sign_out(request: web.Request) -> web.StreamResponse:
    """The browser forgets its person."""
    request.app[DESK].accounts.sign_out(request.cookies.get(COOKIE, ""))
    response = web.HTTPSeeOther("/sign-in")
    response.del_cookie(COOKIE, path="/")
    raise response


async def shortcut(request: web.Request) -> web.StreamResponse:
    """Straight to the page of one teacher, pupil or parent."""
    person = school.PEOPLE[SHORTCUTS[request.match_info["shortcut"]]]
    return _entered(person, request.app[DESK].accounts.start(person.id), None)


def _form(request: web.Request, asked: str, *, wrong: bool) -> web.Response:
    return request.app[DESK].page(request, "sign_in.html", next=own_path(asked) or "", wrong=wrong, password=PASSWORD)


def _entered(person: Person, secret: str, asked: str | None) -> web.Response:
    response = web.Response(status=303, headers={"Location": asked or home(person)})
    response.set_cookie(COOKIE, secret, path="/", httponly=True, samesite="Lax")
    return response
