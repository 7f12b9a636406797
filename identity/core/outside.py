"""Who somebody is in the eyes of an outside provider. In: a provider's claims. Out: the little that we take of them.

What is taken only fills the form for its owner to check; nothing of it is ever shown to others or kept as the
provider's word, but for a hash by which the same person is recognised the next time.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from identity.core.claims import Gender

MAX_SUBJECT = 255  # characters, OpenID Connect Core section 2: `sub` must not be longer
MAX_NAME = 100  # characters of a name that fills the form; longer ones are no names

_PHONE = re.compile(r"\+?([0-9]{10,15})")  # E.164 without or with its plus; providers also write it with blanks
_WRITTEN = re.compile(r"[\s().-]")


@dataclass(frozen=True, slots=True)
class OutsideIdentity:
    """A person whom a provider has just recognised. All but the first two only fill the form."""

    provider: str  # our name of it, from the configuration
    subject: str  # the provider's own name of the person, never shown and never stored
    phone: str | None = None  # E.164, and the provider says that it has verified it
    family_name: str | None = None
    given_name: str | None = None
    patronymic: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None

    @property
    def subject_hash(self) -> str:
        """What is stored to recognise the person: no list of accounts can be read off the database at a glance."""
        return hashlib.sha256(f"{self.provider}\0{self.subject}".encode(errors="replace")).hexdigest()


def from_openid(provider: str, claims: Mapping[str, Any]) -> OutsideIdentity:
    """Out of standard claims (OpenID Connect Core section 5.1). Raises ValueError without a usable `sub`."""
    return OutsideIdentity(
        provider=provider,
        subject=_subject(claims.get("sub")),
        phone=_phone(claims.get("phone_number")) if claims.get("phone_number_verified") is True else None,
        family_name=_name(claims.get("family_name")),
        given_name=_name(claims.get("given_name")),
        patronymic=_name(claims.get("middle_name")),
        birth_date=_iso_date(claims.get("birthdate")),
        gender=_gender(claims.get("gender")),
    )


def from_vk(provider: str, user: Mapping[str, Any]) -> OutsideIdentity:
    """Out of VK ID's `user` (numbers for the sex, the date as in Russia; its phone is the verified login).

    Raises ValueError without a usable id.
    """
    subject = user.get("user_id")
    return OutsideIdentity(
        provider=provider,
        subject=_subject(str(subject) if isinstance(subject, int) else subject),
        phone=_phone(user.get("phone")),
        family_name=_name(user.get("last_name")),
        given_name=_name(user.get("first_name")),
        birth_date=_russian_date(user.get("birthday")),
        gender={1: "female", 2: "male"}.get(user["sex"]) if isinstance(user.get("sex"), int) else None,  # type: ignore[arg-type]
    )


def _subject(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_SUBJECT:
        raise ValueError("the provider does not say who this is")
    return value


def _name(value: Any) -> str | None:
    if not isinstance(value, str) or not value.isprintable():
        return None
    value = " ".join(value.split())
    return value if 0 < len(value) <= MAX_NAME else None


def _phone(value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > MAX_NAME:
        return None
    digits = _PHONE.fullmatch(_WRITTEN.sub("", value))
    return f"+{digits[1]}" if digits and digits[1].isascii() else None


def _gender(value: Any) -> Gender | None:
    return value if value in ("female", "male") else None


def _iso_date(value: Any) -> date | None:
    """A whole date; a year alone or a date with the year 0000 is allowed there, but fills no form."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _russian_date(value: Any) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", value):
        return None
    day, month, year = map(int, value.split("."))
    try:
        return date(year, month, day)
    except ValueError:
        return None
