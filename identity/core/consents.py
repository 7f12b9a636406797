"""Consent to the processing of personal data: a record of its own, not a tick in a form.

In: the records of a profile, the birth date. Out: whether there is consent, and who may give it. 152-FZ article 9 with
part 6 (for those who cannot consent themselves their parents do), Civil Code articles 26 and 28.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

OWN_CONSENT_AGE = 14  # years, Civil Code article 28: for younger children their parents act

ConsentState = Literal["given", "parent_needed", "missing", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is consented to."""

    version: str
    text: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent: by whom, when, to which text."""

    id: str
    profile: str
    by_profile: str
    version: str
    at: float
    withdrawn_at: float | None

    @property
    def by_parent(self) -> bool:
        return self.by_profile != self.profile


def parent_decides(birth_date: date, today: date) -> bool:
    """Is the person too young to consent?"""
    fourteenth = (birth_date.year + OWN_CONSENT_AGE, birth_date.month, birth_date.day)
    return (today.year, today.month, today.day) < fourteenth


def newest(consents: Iterable[Consent]) -> Consent | None:
    """The one that counts."""
    return max(consents, key=lambda consent: (consent.at, consent.id), default=None)


def state(consents: Iterable[Consent], version: str, birth_date: date, today: date) -> ConsentState:
    """Whether a profile's data may be processed now. A new version of the text asks everybody again."""
    known = newest(consents)
    if known is not None and known.withdrawn_at is None and known.version == version:
        return "given"
    if known is not None and known.withdrawn_at is not None:
        return "withdrawn"
    return "parent_needed" if parent_decides(birth_date, today) else "missing"
