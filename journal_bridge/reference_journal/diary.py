"""The pupil's and the parent's pages, and everybody's way into a call."""

from datetime import date, timedelta
from typing import Any

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.desk import DESK, person

SCHOOL_DAYS = 5


def add_routes(app: web.Application) -> None:
    """Their paths."""
    app.router.add_get("/as/{person}/diary", diary)
    app.router.add_get("/as/{person}/diary/lines", diary_lines)
    app.router.add_get("/as/{person}/children", children)
    app.router.add_get("/as/{person}/children/lines", children_lines)
    app.router.add_get("/as/{person}/enter/{lesson}", enter)


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
    me, lesson = school.PEOPLE.get(request.match_info["person"]), school.lesson(request.match_info["lesson"])
    if me is None or lesson is None:
        raise web.HTTPNotFound
    ticket = await request.app[DESK].zvonok.post(f"calls/ext:{lesson.id}/tickets", {"person": me.id})
    raise web.HTTPSeeOther(ticket["url"], headers={"Cache-Control": "no-store"})


async def _diary(request: web.Request, template: str) -> web.StreamResponse:
    desk, me = request.app[DESK], person(request, "student")
    first = _week(request, desk.today())
    calls = await _calls(request, me.id, first)
    days = [first + timedelta(days=number) for number in range(SCHOOL_DAYS)]
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
    lines = await _calls(request, me.id, school.monday(today))
    shown = [line for line in lines if line["call"]["join"] or line["date"] == today.isoformat()]
    by_child = [(school.PEOPLE[child], [line for line in shown if child in line["children"]]) for child in me.children]
    return desk.page(request, template, me=me, by_child=by_child, today=today)


async def _calls(request: web.Request, who: str, first: date) -> list[dict[str, Any]]:
    found: dict[str, Any] = await request.app[DESK].zvonok.get(f"people/{who}/week", start=first.isoformat())
    return [line for line in found["data"] if school.lesson(line["call"]["ext_id"] or "") is not None]


def _week(request: web.Request, today: date) -> date:
    try:
        asked = date.fromisoformat(request.query.get("week", today.isoformat()))
    except ValueError:
        raise web.HTTPNotFound from None
    if abs((asked - today).days) > 366:
        raise web.HTTPNotFound
    return school.monday(asked)
