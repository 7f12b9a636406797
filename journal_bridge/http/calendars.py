"""/v1/calendars, and the calendars themselves under /ical."""

import hashlib

from aiohttp import web
from msgspec import Struct, field

from identity.core.bodies import Body
from identity.http.guard import Guard
from identity.http.wire import Answer, origin
from journal_bridge.bridge import JournalBridge
from journal_bridge.calendars import Calendar
from journal_bridge.core import requests
from journal_bridge.core.problems import wrong_field
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import Route
from journal_bridge.http.wire import Ask

ETAG_LENGTH = 32  # characters
HEADERS = {
    "Cache-Control": "private, max-age=300",  # seconds: programs that ask every minute get their own copy
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class CalendarBody(Body, frozen=True):
    """POST /v1/calendars: of a person or of a class."""

    person: requests.Reference | None = None
    class_: requests.Reference | None = field(name="class", default=None)


class CalendarLine(Struct, frozen=True):
    """A calendar; `person` or `class` is the journal's own id."""

    id: str
    person: str | None
    class_: str | None = field(name="class")
    created_at: str


class CalendarAnswer(CalendarLine, frozen=True):
    """A new calendar with its address, which is shown only now."""

    url: str


class CalendarsAnswer(Struct, frozen=True):
    """A page of calendars."""

    data: list[CalendarLine]
    has_more: bool
    next: str | None


async def create(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calendars."""
    body = requests.decode(ask.body, CalendarBody)
    if (body.person is None) == (body.class_ is None):
        raise wrong_field("person", "invalid", "Send either person or class.")
    if body.person is not None:
        made = await bridge.calendars.create(ask.journal, "person", body.person)
    else:
        made = await bridge.calendars.create(ask.journal, "class", body.class_ or "")
    return Answer(CalendarAnswer(*_columns(made), f"{ask.origin}/ical/{made.secret}.ics"), status=201)


async def page(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calendars."""
    found = await bridge.calendars.page(ask.journal, ask.query.get("limit", DEFAULT_PAGE), ask.query.get("after"))
    lines = [CalendarLine(*_columns(calendar)) for calendar in found.data]
    return Answer(CalendarsAnswer(lines, found.next is not None, found.next))


async def remove(bridge: JournalBridge, ask: Ask) -> Answer:
    """DELETE /v1/calendars/{calendar}."""
    await bridge.calendars.remove(ask.journal, ask.reference("calendar"))
    return Answer(status=204)


def _columns(calendar: Calendar) -> tuple[str, str | None, str | None, str]:
    moment = calendar.created_at.isoformat(timespec="seconds")
    return calendar.id, calendar.person, calendar.class_, moment


def add_routes(app: web.Application, bridge: JournalBridge, guard: Guard) -> None:
    """The calendars: no key, no session, only the address."""

    async def calendar(request: web.Request) -> web.StreamResponse:
        body = await bridge.calendars.read(request.match_info["secret"], origin(request, bridge.config.public_url))
        etag = hashlib.sha256(body).hexdigest()[:ETAG_LENGTH]
        headers = {**HEADERS, "ETag": f'"{etag}"'}
        if any(known.value in (etag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers, content_type="text/calendar", charset="utf-8")

    app.router.add_get("/ical/{secret}.ics", guard.around(calendar))


ROUTES = (
    Route(
        "POST",
        "/calendars",
        "calls:write",
        create,
        "Make a calendar's address",
        {201: CalendarAnswer},
        CalendarBody,
        problems=("person_unknown", "class_unknown"),
        example={"person": "s201"},
    ),
    Route(
        "GET",
        "/calendars",
        "calls:read",
        page,
        "List calendars",
        {200: CalendarsAnswer},
        query=PAGED,
        problems=("cursor_invalid",),
    ),
    Route(
        "DELETE",
        "/calendars/{calendar}",
        "calls:write",
        remove,
        "Take a calendar's address back",
        {204: None},
        problems=("calendar_unknown",),
    ),
)
