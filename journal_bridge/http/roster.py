"""/v1/me and the roster's PUTs. Each answers 201 for a new record, else 200, and says whether anything changed."""

import zoneinfo
from collections.abc import Awaitable
from functools import cache
from typing import Any

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import requests
from journal_bridge.core.problems import wrong_field
from journal_bridge.core.references import bare
from journal_bridge.core.requests import MAX_LIST
from journal_bridge.http.query import MAX_PAGE
from journal_bridge.http.route import Route
from journal_bridge.http.views import stored_view
from journal_bridge.http.wire import MAX_BODY, Ask
from journal_bridge.roster import Stored


async def me(_bridge: JournalBridge, ask: Ask) -> Answer:
    """Whose key this is and what it opens."""
    return Answer(
        {
            "journal": {"id": ask.access.journal, "name": ask.access.journal_name},
            "key": ask.access.key_name,
            "mode": ask.access.mode,
            "scopes": sorted(ask.access.scopes),
            "limits": {"body_bytes": MAX_BODY, "page": MAX_PAGE, "enrollment": MAX_LIST},
        }
    )


async def put_school(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/schools/{ext_id}."""
    body = requests.decode(ask.body, requests.SchoolBody)
    if body.tz not in _zones():
        raise wrong_field("tz", "unknown", "A time zone's name looks like Europe/Moscow.")
    return await _put(bridge.roster.put_school(ask.journal, _ext_id(ask), body))


async def put_person(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/people/{ext_id}."""
    body = requests.decode(ask.body, requests.PersonBody)
    return await _put(bridge.roster.put_person(ask.journal, _ext_id(ask), body))


async def put_class(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/classes/{ext_id}."""
    body = requests.decode(ask.body, requests.ClassBody)
    return await _put(bridge.roster.put_class(ask.journal, _ext_id(ask), body))


async def put_subject(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/subjects/{ext_id}."""
    body = requests.decode(ask.body, requests.SubjectBody)
    return await _put(bridge.roster.put_subject(ask.journal, _ext_id(ask), body))


async def put_enrollment(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/enrollments/{class}/{subject}: whoever is not in the body leaves."""
    body = requests.decode(ask.body, requests.EnrollmentBody)
    class_, subject = ask.reference("class"), ask.reference("subject")
    return await _put(bridge.roster.put_enrollment(ask.journal, class_, subject, body))


async def _put(work: Awaitable[Stored[Any]]) -> Answer:
    stored = await work
    return Answer(stored_view(stored), status=201 if stored.created else 200)


def _ext_id(ask: Ask) -> str:
    return bare(ask.reference("ext_id"))


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


_STORED = {200: Any, 201: Any}

ROUTES = (
    Route("GET", "/me", None, me, "Look at the key's journal", {200: Any}),
    Route("PUT", "/schools/{ext_id}", "roster:write", put_school, "Describe a school", _STORED, requests.SchoolBody),
    Route("PUT", "/people/{ext_id}", "roster:write", put_person, "Describe a person", _STORED, requests.PersonBody),
    Route("PUT", "/classes/{ext_id}", "roster:write", put_class, "Describe a class", _STORED, requests.ClassBody),
    Route("PUT", "/subjects/{ext_id}", "roster:write", put_subject, "Name a subject", _STORED, requests.SubjectBody),
    Route(
        "PUT",
        "/enrollments/{class}/{subject}",
        "roster:write",
        put_enrollment,
        "Say who teaches and who learns",
        _STORED,
        requests.EnrollmentBody,
    ),
)
