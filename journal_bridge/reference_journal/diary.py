"""The pupil's and the parent's pages, and everybody's way into a call."""

from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.desk import DESK, person


def add_routes(app: web.Application) -> None:
    """Their paths."""
    app.router.add_get("/diary", diary)
    app.router.add_get("/diary/lines", diary_lines)
    app.router.add_get("/children", children)
    app.router.add_get("/children/lines", children_lines)
    app.router.add_get("/enter/{lesson}", enter)


async def diary(request: web.Request) -> web.StreamResponse:
    """«Дневник учащегося»."""
    return await _diary(request, "diary.html")


async def diary_lines(request: web.Request) -> web.StreamResponse:
    """The part of it that changes by itself."""
    return await _diary(request, "diary_lines.html")


async def children(request: web.Request) -> web.StreamResponse:
    """A parent's page: the children's lessons that run, with the button «Войти»."""
    return await _children(request, "children.html")


async def children_lines(request: web.Request) -> web.StreamResponse:
    """The part of it that changes by itself."""
    return await _children(request, "children_lines.html")


async def enter(request: web.Request) -> web.StreamResponse:
    """A ticket for this person, and off to the call. Our key never leaves this server."""
    me, lesson = person(request), school.lesson(request.match_info["lesson"])
    if lesson is None:
        raise web.HTTPNotFound
    ticket = await request.app[DESK].zvonok.post(f"calls/ext:{lesson.id}/tickets", {"person": me.id})
    raise web.HTTPSeeOther(ticket["url"], headers={"Cache-Control": "no-store"})


async def _diary(request: web.Request, template: str) -> web.StreamResponse:
    desk, me = request.app[DESK], person(request, "student")
    first = _week(request, desk.today())
    calls = await _calls(request, me.id, first)
    days = [first + timedelta(days=number) for number in range(school.SCHOOL_DAYS)]
    class_ = school.class_of(me.id)
    return desk.page(
        request,
        template,
        me=me,
        first=first,
        today=desk.today(),
        days=[(on, school.day(class_, on)) for on in days],
        calls={line["call"]["ext_id"]: line["call"] for line in calls},
    )


async def _children(request: web.Request, template: str) -> web.StreamResponse:
    desk, me = request.app[DESK], person(request, "parent")
    today = desk.today()
    running = await desk.zvonok.get("calls", person=me.id, status="running")
    span = {"from": _midnight(today), "to": _midnight(today + timedelta(days=1))}
    todays = await desk.zvonok.get("calls", person=me.id, **span)
    shown = {call["id"]: call for call in (*running["data"], *todays["data"]) if school.lesson(call["ext_id"] or "")}
    by_child = [
        (school.PEOPLE[child], [call for call in shown.values() if call["class"]["ext_id"] == school.class_of(child)])
        for child in me.children
    ]
    return desk.page(request, template, me=me, by_child=by_child, today=today)


async def _calls(request: web.Request, who: str, first: date) -> list[dict[str, Any]]:
    found: dict[str, Any] = await request.app[DESK].zvonok.get(f"people/{who}/week", start=first.isoformat())
    return [line for line in found["data"] if school.lesson(line["call"]["ext_id"] or "") is not None]


def _midnight(on: date) -> str:
    return datetime.combine(on, time(), school.TZ).isoformat()


def _week(request: web.Request, today: date) -> date:
    try:
        asked = date.fromisoformat(request.query.get("week", school.current_week(today).isoformat()))
    except ValueError:
        raise web.HTTPNotFound from None
    if abs((asked - today).days) > 366:
        raise web.HTTPNotFound
    return school.monday(asked)
