"""«Ссылка для приглашения»: a link and its picture that the teacher hands to parents (D12, E6)."""

from aiohttp import web

from journal_bridge.reference_journal.desk import DESK, place


def add_routes(app: web.Application) -> None:
    """The page's path."""
    app.router.add_post("/lessons/{lesson}/services/invite", invite)


async def invite(request: web.Request) -> web.StreamResponse:
    """A fresh link: whoever belongs to the lesson enters by it after signing in."""
    me, lesson = place(request)
    made = await request.app[DESK].zvonok.post(f"calls/ext:{lesson.id}/invite-links")
    return request.app[DESK].page(request, "invitation.html", me=me, lesson=lesson, made=made)
