"""What every page of the journal needs. In: values. Out: rendered pages, and the person they are for."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from jinja2 import Environment

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.absences import Absences
from journal_bridge.reference_journal.accounts import Accounts
from journal_bridge.reference_journal.client import Zvonok
from journal_bridge.reference_journal.hooks import Ear
from journal_bridge.reference_journal.school import Lesson, Person


@dataclass
class Desk:
    """What every handler needs."""

    zvonok: Zvonok
    templates: Environment
    now: Callable[[], datetime]
    url: str = ""  # where browsers reach this journal, as Zvonok was told
    accounts: Accounts = field(default_factory=Accounts)
    absences: Absences = field(default_factory=Absences)
    ear: Ear | None = None  # once Zvonok knows where to send events
    ready: bool = False  # the school has been described

    def today(self) -> date:
        """The school's date."""
        return self.now().astimezone(school.TZ).date()

    def page(self, request: web.Request, template: str, **values: Any) -> web.Response:
        """A rendered page; one that has not changed is not sent again."""
        text = self.templates.get_template(template).render(desk=self, path=request.path, **values)
        etag = hashlib.sha256(text.encode()).hexdigest()[:24]
        headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache, private"}
        if any(known.value == etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(text=text, content_type="text/html", headers=headers)


DESK = web.AppKey("desk", Desk)


def person(request: web.Request, role: school.Role | None = None) -> Person:
    """Who uses the page. Sends whoever has not signed in to the entrance; a page of another role is not there."""
    found = request.app[DESK].accounts.person(request)
    if found is None:
        raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs)}")
    if role is not None and found.role != role:
        raise web.HTTPNotFound
    return found


def place(request: web.Request) -> tuple[Person, Lesson]:
    """A teacher in front of a lesson of theirs. Raises HTTPNotFound for others'."""
    me, lesson = person(request, "teacher"), school.lesson(request.match_info["lesson"])
    if lesson is None or lesson.teacher != me.id:
        raise web.HTTPNotFound
    return me, lesson
