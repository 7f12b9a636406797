"""/v1/me and the roster's PUTs. Each answers 201 for a new record, else 200, and says whether anything changed."""

import zoneinfo
from collections.abc import Awaitable
from functools import cache
from typing import Any

from msgspec import Struct

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import requests
from journal_bridge.core.problems import wrong_field
from journal_bridge.core.records import Mode
from journal_bridge.core.references import bare
from journal_bridge.core.requests import MAX_LIST
from journal_bridge.http.query import MAX_PAGE
from journal_bridge.http.route import Route
from journal_bridge.http.views import (
    ClassAnswer,
    EnrollmentAnswer,
    PersonAnswer,
    SchoolAnswer,
    StoredAnswer,
    SubjectAnswer,
    stored_view,
)
from journal_bridge.http.wire import MAX_BODY, Ask
from journal_bridge.roster import Stored


class JournalName(Struct, frozen=True):
    """Whose key this is."""

    id: str
    name: str


class MeLimits(Struct, frozen=True):
    """Bytes of a body, lines of a page, people of an enrolment."""

    body_bytes: int
    page: int
    enrollment: int


class MeAnswer(Struct, frozen=True):
    """What a key opens."""

    journal: JournalName
    key: str
    mode: Mode
    scopes: list[str]
    limits: MeLimits


async def me(_bridge: JournalBridge, ask: Ask) -> Answer:
    """Whose key this is and what it opens."""
    access = ask.access
    journal = JournalName(access.journal, access.journal_name)
    limits = MeLimits(body_bytes=MAX_BODY, page=MAX_PAGE, enrollment=MAX_LIST)
    return Answer(MeAnswer(journal, access.key_name, access.mode, sorted(access.scopes), limits))


async def put_school(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/schools/{ext_id}."""
    body = requests.decode(ask.body, requests.SchoolBody)
    if body.tz not in _zones():
        raise wrong_field("tz", "unknown", "A time zone's name looks like Europe/Moscow.")
    return await _put(SchoolAnswer, bridge.roster.put_school(ask.journal, _ext_id(ask), body))


async def put_person(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/people/{ext_id}."""
    body = requests.decode(ask.body, requests.PersonBody)
    return await _put(PersonAnswer, bridge.roster.put_person(ask.journal, _ext_id(ask), body))


async def remove_person(bridge: JournalBridge, ask: Ask) -> Answer:
    """DELETE /v1/people/{ext_id}: enrolments, link and open browsers end; calls of the past keep the name."""
    await bridge.linking.leave(ask.journal, _ext_id(ask))
    return Answer(status=204)


async def put_class(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/classes/{ext_id}."""
    body = requests.decode(ask.body, requests.ClassBody)
    return await _put(ClassAnswer, bridge.roster.put_class(ask.journal, _ext_id(ask), body))


async def put_subject(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/subjects/{ext_id}."""
    body = requests.decode(ask.body, requests.SubjectBody)
    return await _put(SubjectAnswer, bridge.roster.put_subject(ask.journal, _ext_id(ask), body))


async def put_enrollment(bridge: JournalBridge, ask: Ask) -> Answer:
    """PUT /v1/enrollments/{class}/{subject}: whoever is not in the body leaves."""
    body = requests.decode(ask.body, requests.EnrollmentBody)
    class_, subject = ask.reference("class"), ask.reference("subject")
    return await _put(EnrollmentAnswer, bridge.roster.put_enrollment(ask.journal, class_, subject, body))


async def _put(kind: type[StoredAnswer], work: Awaitable[Stored[Any]]) -> Answer:
    stored = await work
    return Answer(stored_view(kind, stored), status=201 if stored.created else 200)


def _ext_id(ask: Ask) -> str:
    return bare(ask.reference("ext_id"))


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


ROUTES = (
    Route("GET", "/me", None, me, "Look at the key's journal", {200: MeAnswer}),
    Route(
        "PUT",
        "/schools/{ext_id}",
        "roster:write",
        put_school,
        "Describe a school",
        {200: SchoolAnswer, 201: SchoolAnswer},
        requests.SchoolBody,
        problems=("role_mismatch",),
        example={"name": "Школа № 1", "region": "Москва", "tz": "Europe/Moscow", "administrators": ["t15"]},
    ),
    Route(
        "PUT",
        "/people/{ext_id}",
        "roster:write",
        put_person,
        "Describe a person",
        {200: PersonAnswer, 201: PersonAnswer},
        requests.PersonBody,
        problems=("role_mismatch", "role_in_use"),
        example={"role": "parent", "family_name": "Смирнова", "given_name": "Ольга", "children": ["s201"]},
    ),
    Route(
        "DELETE",
        "/people/{ext_id}",
        "roster:write",
        remove_person,
        "Let a person leave",
        {204: None},
        problems=("person_unknown",),
    ),
    Route(
        "PUT",
        "/classes/{ext_id}",
        "roster:write",
        put_class,
        "Describe a class",
        {200: ClassAnswer, 201: ClassAnswer},
        requests.ClassBody,
        problems=("role_mismatch",),
        example={"school": "s1", "title": "7В", "year": 2026, "head_teacher": "t15"},
    ),
    Route(
        "PUT",
        "/subjects/{ext_id}",
        "roster:write",
        put_subject,
        "Name a subject",
        {200: SubjectAnswer, 201: SubjectAnswer},
        requests.SubjectBody,
        example={"title": "Алгебра"},
    ),
    Route(
        "PUT",
        "/enrollments/{class}/{subject}",
        "roster:write",
        put_enrollment,
        "Say who teaches and who learns",
        {200: EnrollmentAnswer},
        requests.EnrollmentBody,
        problems=("class_unknown", "role_mismatch"),
        example={"teachers": ["t15"], "students": ["s201", "s202"]},
    ),
)
