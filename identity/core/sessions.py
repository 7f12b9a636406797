"""A browser's proof of who uses it: made from a ticket, good for a school day."""

from dataclasses import dataclass

SESSION_SECONDS = 12 * 3600.0  # one school day, so that reloading the page never asks for a new ticket


@dataclass(frozen=True, slots=True)
class Session:
    """Who uses a browser, until when."""

    person: str
    expires_at: float  # seconds since the epoch


def start(person: str, now: float) -> Session:
    """A fresh session."""
    return Session(person, now + SESSION_SECONDS)


def alive(session: Session | None, now: float) -> bool:
    """May it still be used?"""
    return session is not None and now < session.expires_at
