"""A browser in which somebody is signed in with their profile: for months, as long as it is used."""

from dataclasses import dataclass

IDLE_SECONDS = 90 * 86400.0  # longer than the summer holidays would ask for a code at every start of a school year
TOTAL_SECONDS = 400 * 86400.0  # what browsers keep a cookie for at most; a stolen one must not live for ever
TOUCH_SECONDS = 3600.0  # a session's use is written down this often, not at each request


@dataclass(frozen=True, slots=True)
class ProfileSession:
    """Who is signed in, in which browser. Moments are seconds since the epoch."""

    id: str
    profile: str
    title: str
    created_at: float
    seen_at: float
    expires_at: float


def expiry(created_at: float, now: float) -> float:
    """Until when a session lasts that is used now."""
    return min(now + IDLE_SECONDS, created_at + TOTAL_SECONDS)


def alive(session: ProfileSession | None, now: float) -> bool:
    """May it still be used?"""
    return session is not None and now < session.expires_at


def to_touch(session: ProfileSession, now: float) -> bool:
    """Is it time to write down that the session is used?"""
    return now - session.seen_at >= TOUCH_SECONDS
