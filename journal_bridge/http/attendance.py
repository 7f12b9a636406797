"""/v1/calls/{call}/attendance, and visits that never were for those who try the interface out."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from msgspec import Meta, Struct

from identity.core.bodies import decode
from identity.core.claims import Role
from identity.http.wire import Answer
from journal_bridge.attendance import Sheet
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import attendance as rules
from journal_bridge.core.attendance import Attendance
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Status
from journal_bridge.core.webhooks_requests import VisitBody
from journal_bridge.http.route import Media, Route
from journal_bridge.http.wire import Ask

CSV = Media("text/csv")

Format = Annotated[Literal["json", "csv"], Meta(description="Instead of the header Accept.")]


class AttendeeAnswer(Struct, frozen=True):
    """A person; `ext_id` is the journal's own, null for guests."""

    id: str
    ext_id: str | None
    name: str
    role: Role


class AttendanceLine(Struct, frozen=True):
    """One person's share of a call. `seconds` counts two browsers at once only once. An absent pupil has 0."""

    person: AttendeeAnswer
    joins: list[datetime]
    leaves: list[datetime]
    seconds: int
    hand_raises: int
    rooms: list[str]
    present: bool


class AttendedCall(Struct, frozen=True):
    """The call this is about."""

    id: str
    ext_id: str | None
    status: Status
    started_at: datetime | None
    ended_at: datetime | None


class AttendanceAnswer(Struct, frozen=True):
    """Who was there; `ready`: the call has ended and nothing changes any more."""

    call: AttendedCall
    ready: bool
    data: list[AttendanceLine]


class VisitAnswer(Struct, frozen=True):
    """A visit that was recorded."""

    call: str
    person: str
    seconds: int


async def attendance(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/calls/{call}/attendance: JSON, or a CSV file when Accept or `format` asks for it."""
    sheet = await bridge.attendance.sheet(ask.journal, ask.reference("call"))
    call = sheet.call
    if ask.query.get("format", "csv" if _wants_csv(ask.request) else "json") == "json":
        return Answer(_view(sheet), headers={"Vary": "Accept"})
    text = rules.table(sheet.lines, ZoneInfo(call.tz))
    headers = {"Vary": "Accept", "Content-Disposition": f'attachment; filename="attendance-{call.id}.csv"'}
    return Answer(text.encode(), headers=headers, media=CSV.type)


async def visit(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/sandbox/calls/{call}/visits: as if the person had been in the running call until now."""
    if ask.access.mode != "test":
        raise ProblemError("sandbox_only", "Use a key that starts with sk_test_.")
    body = decode(ask.body, VisitBody)
    call, person = await bridge.attendance.visit(ask.journal, ask.reference("call"), body.person, body.seconds)
    return Answer(VisitAnswer(call, person, body.seconds), status=201)


def _wants_csv(request: web.Request) -> bool:
    accepted = [part.partition(";")[0].strip().lower() for part in request.headers.get("Accept", "").split(",")]
    return CSV.type in accepted and "application/json" not in accepted


def _view(sheet: Sheet) -> AttendanceAnswer:
    call, tz = sheet.call, ZoneInfo(sheet.call.tz)
    started, ended = (at.astimezone(tz) if at else None for at in (call.started_at, call.ended_at))
    attended = AttendedCall(call.id, call.ext_id, call.status, started, ended)
    return AttendanceAnswer(attended, sheet.ready, [_line(line, tz) for line in sheet.lines])


def _line(line: Attendance, tz: ZoneInfo) -> AttendanceLine:
    person = line.attendee
    return AttendanceLine(
        AttendeeAnswer(person.id, person.ext_id, person.name, person.role),
        [datetime.fromtimestamp(int(at), tz) for at in line.joins],
        [datetime.fromtimestamp(int(at), tz) for at in line.leaves],
        line.seconds,
        line.hand_raises,
        list(line.rooms),
        line.present,
    )


ROUTES = (
    Route(
        "GET",
        "/calls/{call}/attendance",
        "attendance:read",
        attendance,
        "Look at attendance",
        {200: (AttendanceAnswer, CSV)},
        query={"format": Format},
        problems=("call_unknown",),
    ),
    Route(
        "POST",
        "/sandbox/calls/{call}/visits",
        "calls:write",
        visit,
        "Pretend a visit",
        {201: VisitAnswer},
        VisitBody,
        problems=("sandbox_only", "call_unknown", "call_not_running", "person_unknown"),
        example={"person": "s201", "seconds": 1800},
        repeatable=True,
    ),
)
