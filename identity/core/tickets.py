"""One-use tickets: a journal's backend gets one for a person, the person's browser turns it into a session."""

from dataclasses import dataclass
from typing import Literal

TICKET_SECONDS = 300.0  # a redirect takes a second; a slow phone on a slow network a minute
KEEP_SECONDS = 86400.0  # how long we can tell a used ticket from an unknown one

Problem = Literal["ticket_unknown", "ticket_used", "ticket_expired"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A person's way into one place (a call)."""

    person: str
    place: str
    expires_at: float  # seconds since the epoch
    used: bool = False


def issue(person: str, place: str, now: float) -> Ticket:
    """A fresh ticket."""
    return Ticket(person, place, now + TICKET_SECONDS)


def problem(ticket: Ticket | None, now: float) -> Problem | None:
    """Why a ticket cannot be used, or None. A used one is called used even after its time."""
    if ticket is None:
        return "ticket_unknown"
    if ticket.used:
        return "ticket_used"
    return "ticket_expired" if now >= ticket.expires_at else None
