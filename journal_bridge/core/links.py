"""Links between profiles and people of rosters: what may be linked, and what a code stands for.

One person has at most one profile. One profile has at most one person of each role in one journal: a teacher whose own
child is at the school is there as teacher and as parent. The database keeps both rules by unique indexes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from identity.core.claims import Role
from identity.core.limits import HOUR, Limit

SESSION_SECONDS = 600.0  # from «Привязать учебный профиль» to the last step: an SMS on a slow network included
INVITATION_SECONDS = 14 * 86400.0  # a sheet is handed out on one parents' evening and used until the next week's end
RETURN_SECONDS = 300.0  # the journal's redirect back to us, at least

CODES_PROFILE = (Limit("link.profile.hour", 60, HOUR),)
"""Codes that a profile's owner asks for: each is a row for a day, and one more that a guess may meet."""

Kind = Literal["journal", "profile", "invitation"]
"""Who made a code: a journal for its person, a profile's owner on our page, the school for a person."""

State = Literal["open", "used", "expired", "linked_already"]
Problem = Literal["link_used", "link_expired", "link_unknown", "person_linked"]


@dataclass(frozen=True, slots=True)
class LinkSession:
    """What a code stands for. Seconds since the epoch."""

    kind: Kind
    journal: str
    person: str | None  # None: a profile's code that no journal has confirmed yet
    profile: str | None  # of the profile that made the code
    return_url: str | None
    proof: str | None  # hash of what the journal's redirect brings back; profile's codes only
    expires_at: float
    used_at: float | None


@dataclass(frozen=True, slots=True)
class LinkedPerson:
    """A person of a roster who is linked with a profile."""

    link: str
    person: str
    journal: str
    role: Role
    profile: str
    linked_at: float


def state(session: LinkSession, *, linked: bool, now: float) -> State:
    """What the page says of a code; `linked`: its person has a profile already."""
    if session.used_at is not None:
        return "used"
    if now >= session.expires_at:
        return "expired"
    return "linked_already" if linked else "open"


def problem(session: LinkSession, *, now: float) -> Problem | None:
    """Why a code cannot be used, or None. A used one is called used even after its time."""
    if session.used_at is not None:
        return "link_used"
    return "link_expired" if now >= session.expires_at else None


def same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Do two people bear the same family and given name, as people write them (case, ё, dashes, blanks apart)?"""
    return tuple(map(_folded, one)) == tuple(map(_folded, other)) and all(map(_folded, one))


def may_jump(journal: str, links: Collection[LinkedPerson], *, names_match: bool) -> bool:
    """May a journal's word alone sign in the profile of its person (B12)?

    Only when the profile has nothing of other journals, which this one could otherwise reach, and bears the person's
    name: somebody who was talked into linking a stranger's account does not give their profile away. Others sign in
    themselves.
    """
    return names_match and all(link.journal == journal for link in links)


def age(birth_date: date, today: date) -> int:
    """Whole years."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday)


ROLE_ORDER: Sequence[Role] = ("teacher", "student", "parent")
"""Whom a profile that is several people stands for first: who may do more."""


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold().replace("ё", "е") if letter.isalnum())
