"""/v1/calls: plan, look, change, start, end, remove, tickets."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Annotated, Any, Literal

from msgspec import Meta

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import requests
from journal_bridge.core.problems import wrong_query
from journal_bridge.core.records import Status
from journal_bridge.diary import Wanted
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import Route
from journal_bridge.http.views import CallAnswer, CallPage, TicketAnswer, WeekAnswer, call_view, week_view
from journal_bridge.http.wire import Ask
from journal_bridge.planning import YEARS

_REFERENCES: tuple[Literal["class", "subject", "person"], ...] = ("class", "subject", "person")

MomentOrDate = Annotated[
    str, Meta(max_length=40, description="A moment like 2026-01-26T12:00:00+03:00, or a date: its first moment in UTC.")
]


async def create(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls: 201 for a new call, 200 when the ext_id names the same one already."""
    call, new = await bridge.calls.create(ask.journal, requests.decode(ask.body, requests.NewCallBody))
    return Answer(call_view(call), status=201 if new else 200, headers={"Location": f"/v1/calls/{call.id}"})


async def get(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calls/{id}."""
    return Answer(call_view(await bridge.diary.call(ask.journal, _call(ask))))


async def page(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calls."""
    query = ask.query
    references = tuple((kind, query[kind]) for kind in _REFERENCES if kind in query)
    wanted = Wanted(references, query.get("status"), _moment(ask, "from"), _moment(ask, "to"))
    found = await bridge.diary.page(ask.journal, wanted, query.get("limit", DEFAULT_PAGE), query.get("after"))
    return Answer(CallPage([call_view(call) for call in found.calls], found.next is not None, found.next))


async def change(bridge: JournalBridge, ask: Ask) -> Answer:
    """PATCH /v1/calls/{id}."""
    body = requests.decode(ask.body, requests.CallChangesBody)
    return Answer(call_view(await bridge.calls.change(ask.journal, _call(ask), body)))


async def start(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{id}/start: people may enter when this is answered."""
    requests.decode(ask.body, requests.EmptyBody)
    return Answer(call_view(await bridge.calls.start(ask.journal, _call(ask))))


async def end(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{id}/end."""
    requests.decode(ask.body, requests.EmptyBody)
    return Answer(call_view(await bridge.calls.end(ask.journal, _call(ask))))


async def remove(bridge: JournalBridge, ask: Ask) -> Answer:
    """DELETE /v1/calls/{id}."""
    await bridge.calls.remove(ask.journal, _call(ask))
    return Answer(status=204)


async def ticket(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/calls/{id}/tickets. Every request gets a fresh ticket: we keep only its hash."""
    body = requests.decode(ask.body, requests.TicketBody)
    issued = await bridge.doors.issue_ticket(ask.journal, _call(ask), body.person)
    url = f"{ask.origin}/join/{issued.secret}"
    return Answer(TicketAnswer(url, issued.expires_at.replace(microsecond=0)), status=201)


async def week(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/people/{person}/week?start=2026-01-26."""
    start: date = ask.query["start"]
    if start.year not in YEARS:
        raise wrong_query("start", f"The year must be {YEARS.start} to {YEARS.stop - 1}.")
    found = await bridge.diary.week(ask.journal, ask.reference("person"), start)
    headers = {"Last-Modified": format_datetime(found.last_change, usegmt=True)} if found.last_change else {}
    return Answer(week_view(found, start), headers=headers)


def _call(ask: Ask) -> str:
    return ask.reference("call")


def _moment(ask: Ask, name: str) -> datetime | None:
    """A moment with offset, or a date (its first moment in UTC)."""
    text = ask.query.get(name)
    if text is None:
        return None
    try:
        # An offset's "+" that was not percent-encoded arrives as a blank.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise wrong_query(name, f"{name} is a moment like 2026-01-26T12:00:00+03:00 or a date.") from None
    if found.year not in YEARS:
        raise wrong_query(name, f"The year must be {YEARS.start} to {YEARS.stop - 1}.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_LIST_QUERY: Mapping[str, Any] = {
    **dict.fromkeys(_REFERENCES, requests.Reference),
    "status": Status,
    "from": MomentOrDate,
    "to": MomentOrDate,
    **PAGED,
}

_LESSON = {
    "ext_id": "lesson-991",
    "class": "7v",
    "subject": "algebra",
    "lesson_no": 1,
    "starts_at": "2026-01-26T12:00:00+03:00",
    "teacher": "t15",
}

ROUTES = (
    Route(
        "GET",
        "/calls",
        "calls:read",
        page,
        "List calls",
        {200: CallPage},
        query=_LIST_QUERY,
        problems=("cursor_invalid",),
    ),
    Route(
        "POST",
        "/calls",
        "calls:write",
        create,
        "Plan a call",
        {200: CallAnswer, 201: CallAnswer},
        requests.NewCallBody,
        problems=("call_exists", "role_mismatch"),
        example=_LESSON,
        repeatable=True,
    ),
    Route("GET", "/calls/{call}", "calls:read", get, "Look at a call", {200: CallAnswer}, problems=("call_unknown",)),
    Route(
        "PATCH",
        "/calls/{call}",
        "calls:write",
        change,
        "Change a call",
        {200: CallAnswer},
        requests.CallChangesBody,
        problems=("call_unknown", "call_ended", "field_fixed", "role_mismatch"),
        example={"title": "Контрольная работа", "ends_at": "2026-01-26T12:45:00+03:00"},
    ),
    Route(
        "POST",
        "/calls/{call}/start",
        "calls:write",
        start,
        "Start a call",
        {200: CallAnswer},
        requests.EmptyBody,
        problems=("call_unknown", "call_ended", "active_call_exists", "media_unavailable"),
        example={},
        repeatable=True,
    ),
    Route(
        "POST",
        "/calls/{call}/tickets",
        "calls:write",
        ticket,
        "Issue a ticket",
        {201: TicketAnswer},
        requests.TicketBody,
        problems=("call_unknown", "call_ended", "person_unknown", "not_invited"),
        example={"person": "s201"},
    ),
    Route(
        "POST",
        "/calls/{call}/end",
        "calls:write",
        end,
        "End a call",
        {200: CallAnswer},
        requests.EmptyBody,
        problems=("call_unknown", "call_not_running"),
        example={},
        repeatable=True,
    ),
    Route("DELETE", "/calls/{call}", "calls:write", remove, "Remove a call", {204: None}, problems=("call_unknown",)),
    Route(
        "GET",
        "/people/{person}/week",
        "calls:read",
        week,
        "Look at a week",
        {200: WeekAnswer},
        query={"start": date},
        required=("start",),
        problems=("person_unknown",),
    ),
)
