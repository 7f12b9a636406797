"""A call as JSON for the person in front of it."""

from zoneinfo import ZoneInfo

from msgspec import Struct

from identity.core.claims import Role
from journal_bridge.core.records import Status
from journal_bridge.core.visits import Visit


class VisitorAnswer(Struct, frozen=True):
    """Who the server takes the browser's user for."""

    identity: str
    name: str
    role: Role


class VisitAnswer(Struct, frozen=True):
    """What the call's page shows before the room is joined."""

    id: str
    title: str
    status: Status
    class_title: str
    subject_title: str
    lesson_no: int | None
    starts_at: str
    person: VisitorAnswer
    administrator: bool
    leave_url: str | None


def visit_answer(visit: Visit) -> VisitAnswer:
    """`starts_at` is RFC 3339 with the offset of the call's school."""
    return VisitAnswer(
        visit.call,
        visit.title,
        visit.status,
        visit.class_title,
        visit.subject_title,
        visit.lesson_no,
        visit.starts_at.astimezone(ZoneInfo(visit.tz)).isoformat(timespec="seconds"),
        VisitorAnswer(visit.claims.person, visit.claims.name, visit.claims.role),
        visit.administrator,
        visit.leave_url,
    )
