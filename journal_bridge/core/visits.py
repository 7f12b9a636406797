"""What a person in front of a call sees of it, whatever kind of call it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from identity.core.claims import Claims
from journal_bridge.core.records import Status


@dataclass(frozen=True, slots=True)
class Visit:
    """A person in front of a call; everything the page shows before the room is joined."""

    call: str
    title: str
    status: Status
    class_title: str  # "" when the call belongs to no class
    subject_title: str
    lesson_no: int | None
    starts_at: datetime  # UTC
    tz: str
    claims: Claims
    administrator: bool
    leave_url: str | None = None  # where a platform wants its people to return to; only ever shown as a link


class Place(Protocol):
    """One kind of call: lessons of a journal, meetings of a learning platform."""

    async def visit(self, person: str, call: str) -> Visit | None:
        """What `person` (of the roster, or a visitor) may see; None: the call is of another kind.

        Raises ProblemError (`not_invited`).
        """

    async def follow(self, call: str, *, prepare: bool = False) -> Status:
        """Make the media room as the database says, and say what that is. With `prepare`, those who lead a planned
        call can arrange it. Raises ProblemError."""


def call_role(visit: Visit) -> Literal["administrator", "teacher", "student", "parent"]:
    """What signalling derives the person's grants from."""
    return "administrator" if visit.administrator else visit.claims.role
