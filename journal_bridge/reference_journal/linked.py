"""Who of a class has linked their profile, for the class's head teacher (B14)."""

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.desk import DESK, person


def add_routes(app: web.Application) -> None:
    """The page's path."""
    app.router.add_get("/classes/{class}/links", links)


async def links(request: web.Request) -> web.StreamResponse:
    """Pupils and parents of the class: linked, or not yet."""
    me, class_ = person(request, "teacher"), request.match_info["class"]
    if school.HEADS.get(class_) != me.id:
        raise web.HTTPNotFound
    found = await request.app[DESK].zvonok.get("links", **{"class": class_, "limit": "200"})
    known = [line for line in found["data"] if line["person"]["ext_id"] in school.PEOPLE]
    lines = sorted(
        ((school.PEOPLE[line["person"]["ext_id"]], line["linked"]) for line in known),
        key=lambda line: (line[1], line[0].name),
    )
    return request.app[DESK].page(request, "links.html", me=me, class_=class_, lines=lines)
