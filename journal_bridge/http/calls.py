"""/v1/calls: plan, look, change, start, end, remove, tickets."""

from datetime import UTC, date, datetime
from email.utils import format_datetime
from typing import Any, Literal, get_args

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import requests
from journal_bridge.core.problems import wrong_query
from journal_bridge.core.records import Status
from journal_bridge.core.references import well_formed
from journal_bridge.diary import Wanted
from journal_bridge.http.roster import MAX_PAGE
from journal_bridge.http.route import Route
from journal_bridge.http.views import call_view, week_view
from journal_bridge.http.wire import Ask
from journal_bridge.planning import YEARS

DEFAULT_PAGE = 50


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
    wanted = Wanted(_references(ask), _status(query.get("status")), _moment(ask, "from"), _moment(ask, "to"))
    found = await bridge.diary.page(ask.journal, wanted, _limit(query.get("limit")), query.get("after"))
    return Answer(
        {"data": [call_view(call) for call in found.calls], "has_more": found.next is not None, "next": found.next}
    )


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
    return Answer({"url": url, "expires_at": issued.expires_at.isoformat(timespec="seconds")}, status=201)


async def week(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/people/{person}/week?start=2026-01-26."""
    person = ask.reference("person")
    try:
        start = date.fromisoformat(ask.query.get("start", ""))
    except ValueError:
        raise wrong_query("start", "Send the first day of the week, like 2026-01-26.") from None
    if start.year not in YEARS:
        raise wrong_query("start", f"The year must be {YEARS.start} to {YEARS.stop - 1}.")
    found = await bridge.diary.week(ask.journal, person, start)
    headers = {"Last-Modified": format_datetime(found.last_change, usegmt=True)} if found.last_change else {}
    return Answer(week_view(found, start.isoformat()), headers=headers)


def _call(ask: Ask) -> str:
    return ask.reference("call")


def _references(ask: Ask) -> tuple[tuple[Literal["class", "subject", "person"], str], ...]:
    kinds: tuple[Literal["class", "subject", "person"], ...] = ("class", "subject", "person")
    for kind in kinds:
        if kind in ask.query and not well_formed(ask.query[kind]):
            raise wrong_query(kind, f"{kind} is not a well-formed id.")
    return tuple((kind, ask.query[kind]) for kind in kinds if kind in ask.query)


def _status(text: str | None) -> Status | None:
    known: tuple[Status, ...] = get_args(Status)
    if text is not None and text not in known:
        raise wrong_query("status", f"status is one of {', '.join(known)}.")
    return next((status for status in known if status == text), None)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_PAGE
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= MAX_PAGE:
        raise wrong_query("limit", f"limit is a number from 1 to {MAX_PAGE}.")
    return int(text)


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


_LIST_QUERY = {
    "class": requests.Reference,
    "subject": requests.Reference,
    "person": requests.Reference,
    "status": Status,
    "from": str,
    "to": str,
    "limit": int,
    "after": str,
}

ROUTES = (
    Route("GET", "/calls", "calls:read", page, "List calls", {200: Any}, query=_LIST_QUERY),
    Route(
        "POST",
        "/calls",
        "calls:write",
        create,
        "Plan a call",
        {200: Any, 201: Any},
        requests.NewCallBody,
        repeatable=True,
    ),
    Route("GET", "/calls/{call}", "calls:read", get, "Look at a call", {200: Any}),
    Route("PATCH", "/calls/{call}", "calls:write", change, "Change a call", {200: Any}, requests.CallChangesBody),
    Route("DELETE", "/calls/{call}", "calls:write", remove, "Remove a call", {204: None}),
    Route(
        "POST",
        "/calls/{call}/start",
        "calls:write",
        start,
        "Start a call",
        {200: Any},
        requests.EmptyBody,
        repeatable=True,
    ),
    Route(
        "POST",
        "/calls/{call}/end",
        "calls:write",
        end,
        "End a call",
        {200: Any},
        requests.EmptyBody,
        repeatable=True,
    ),
    Route("POST", "/calls/{call}/tickets", "calls:write", ticket, "Issue a ticket", {201: Any}, requests.TicketBody),
    Route("GET", "/people/{person}/week", "calls:read", week, "Look at a week", {200: Any}, query={"start": date}),
)
