"""Who was in a lesson's call: the teacher's page."""

from aiohttp import web

from journal_bridge.reference_journal.desk import DESK, place


def add_routes(app: web.Application) -> None:
    """The page's path."""
    app.router.add_get("/lessons/{lesson}/attendance", attendance)


async def attendance(request: web.Request) -> web.StreamResponse:
    """Who came, for how long, who raised a hand, who did not come."""
    me, lesson = place(request)
    found = await request.app[DESK].zvonok.get(f"calls/ext:{lesson.id}/attendance")
    return request.app[DESK].page(request, "attendance.html", me=me, lesson=lesson, lines=found["data"])
