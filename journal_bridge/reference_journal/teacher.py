"""The teacher's pages: «Журналы» → class and subject → date → «Дополнительные сервисы» → «+ Звонок»."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.client import ApiError
from journal_bridge.reference_journal.desk import DESK, person, place
from journal_bridge.reference_journal.school import Lesson

GRID_PAST, GRID_FUTURE = timedelta(days=10), timedelta(days=7)  # what a screen's width holds


def add_routes(app: web.Application) -> None:
    """The teacher's paths."""
    app.router.add_get("/journals", journals)
    app.router.add_get("/journals/{class}/{subject}", grid)
    app.router.add_get("/lessons/{lesson}", lesson_page)
    app.router.add_get("/lessons/{lesson}/services", services)
    app.router.add_get("/lessons/{lesson}/services/lines", services_lines)
    app.router.add_get("/lessons/{lesson}/services/new", new_form)
    app.router.add_post("/lessons/{lesson}/services/new", create)
    app.router.add_post("/lessons/{lesson}/services/start", start)
    app.router.add_get("/lessons/{lesson}/services/edit", edit_form)
    app.router.add_post("/lessons/{lesson}/services/edit", change)
    app.router.add_get("/lessons/{lesson}/services/delete", delete_form)
    app.router.add_post("/lessons/{lesson}/services/delete", delete)


async def journals(request: web.Request) -> web.StreamResponse:
    """«Журналы»: classes and their subjects."""
    return request.app[DESK].page(request, "journals.html", me=person(request, "teacher"))


async def grid(request: web.Request) -> web.StreamResponse:
    """A journal: pupils, dates, marks."""
    desk, me = request.app[DESK], person(request, "teacher")
    class_, subject = request.match_info["class"], request.match_info["subject"]
    if (class_, subject) not in school.load(me.id):
        raise web.HTTPNotFound
    today = desk.today()
    first, last = today - GRID_PAST, today + GRID_FUTURE
    found = await desk.zvonok.get(
        "calls", **{"class": class_, "subject": subject, "from": first.isoformat(), "to": _after(last), "limit": "200"}
    )
    calls = {call["ext_id"]: call for call in found["data"]}
    lessons = list(school.lessons(class_, subject, first, last))
    return desk.page(
        request,
        "grid.html",
        me=me,
        class_=class_,
        subject=subject,
        lessons=lessons,
        calls=calls,
        today=today,
        absences=desk.absences,
    )


async def lesson_page(request: web.Request) -> web.StreamResponse:
    """One date of the journal."""
    me, lesson = place(request)
    return request.app[DESK].page(request, "lesson.html", me=me, lesson=lesson)


async def services(request: web.Request) -> web.StreamResponse:
    """«Дополнительные сервисы»: the lesson's call with its menu of three."""
    return await _services(request, "services.html")


async def services_lines(request: web.Request) -> web.StreamResponse:
    """The part of it that changes by itself."""
    return await _services(request, "services_lines.html")


async def new_form(request: web.Request) -> web.StreamResponse:
    """The form «Онлайн-урок», prefilled."""
    me, lesson = place(request)
    title = f"Онлайн-урок №{lesson.number}, {lesson.subject_title}"
    starts_at = lesson.starts_at.strftime("%Y-%m-%dT%H:%M")
    return request.app[DESK].page(
        request, "form.html", me=me, lesson=lesson, call=None, title=title, starts_at=starts_at, fixed=False
    )


async def create(request: web.Request) -> web.StreamResponse:
    """«Создать звонок»."""
    _, lesson = place(request)
    asked = await _asked(request, lesson)
    await request.app[DESK].zvonok.post(
        "calls",
        {
            "ext_id": lesson.id,
            "school": school.SCHOOL,
            "class": lesson.class_,
            "subject": lesson.subject,
            "lesson_no": lesson.number,
            "teacher": lesson.teacher,
            **asked,
        },
    )
    raise _back(request, "done=created")


async def start(request: web.Request) -> web.StreamResponse:
    """«Запустить звонок»."""
    _, lesson = place(request)
    try:
        await request.app[DESK].zvonok.post(f"calls/ext:{lesson.id}/start")
    except ApiError as error:
        if error.code != "active_call_exists":
            raise
        active = error.problem.get("active_call") or {}
        raise _back(request, f"conflict={active.get('ext_id') or ''}") from None
    raise _back(request, "done=started")


async def edit_form(request: web.Request) -> web.StreamResponse:
    """«Изменить»."""
    me, lesson = place(request)
    call = await request.app[DESK].zvonok.get(f"calls/ext:{lesson.id}")
    return request.app[DESK].page(
        request,
        "form.html",
        me=me,
        lesson=lesson,
        call=call,
        title=call["title"],
        starts_at=call["starts_at"][:16],
        fixed=call["status"] != "planned",
    )


async def change(request: web.Request) -> web.StreamResponse:
    """The changed form."""
    _, lesson = place(request)
    await request.app[DESK].zvonok.patch(f"calls/ext:{lesson.id}", await _asked(request, lesson))
    raise _back(request, "done=changed")


async def delete_form(request: web.Request) -> web.StreamResponse:
    """«Удалить»: asks once more."""
    me, lesson = place(request)
    call = await request.app[DESK].zvonok.get(f"calls/ext:{lesson.id}")
    return request.app[DESK].page(request, "delete.html", me=me, lesson=lesson, call=call)


async def delete(request: web.Request) -> web.StreamResponse:
    """Removed, and ended when it was running."""
    _, lesson = place(request)
    await request.app[DESK].zvonok.delete(f"calls/ext:{lesson.id}")
    raise _back(request, "done=deleted")


async def _services(request: web.Request, template: str) -> web.StreamResponse:
    desk = request.app[DESK]
    me, lesson = place(request)
    call = await _call(request, lesson.id)
    other = school.lesson(request.query.get("conflict", ""))
    conflict = await _call(request, other.id) if other and other.teacher == me.id else None
    if conflict is not None and conflict["status"] != "running":
        conflict = None
    done = request.query.get("done", "")
    return desk.page(request, template, me=me, lesson=lesson, call=call, conflict=conflict, other=other, done=done)


async def _call(request: web.Request, ext_id: str) -> Any | None:
    try:
        return await request.app[DESK].zvonok.get(f"calls/ext:{ext_id}")
    except ApiError as error:
        if error.code != "call_unknown":
            raise
        return None


async def _asked(request: web.Request, lesson: Lesson) -> dict[str, Any]:
    """What the form holds; a title as prefilled is no title of one's own."""
    form = await request.post()
    title = " ".join(str(form.get("title", "")).split())[:200]
    prefilled = f"Онлайн-урок №{lesson.number}, {lesson.subject_title}"
    asked: dict[str, Any] = {"title": title if title not in ("", prefilled) else None}
    if text := str(form.get("starts_at", "")):
        try:
            asked["starts_at"] = datetime.fromisoformat(text).replace(tzinfo=school.TZ).isoformat()
        except ValueError:
            raise web.HTTPNotFound from None
    return asked


def _back(request: web.Request, query: str) -> web.HTTPSeeOther:
    _, lesson = place(request)
    return web.HTTPSeeOther(f"/lessons/{lesson.id}/services?{query}")


def _after(last: Any) -> str:
    return str(last + timedelta(days=1))
