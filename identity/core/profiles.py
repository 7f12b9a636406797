"""The educational profile: what its form asks, how it is read, what is shown of it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from identity.core.claims import Gender, World
from identity.core.consents import ConsentState
from identity.core.refusals import wrong_field

MAX_NAME = 60  # characters; the longest names in Russian registers have about forty
YOUNGEST, OLDEST = 6, 120  # years of age at which somebody has a profile

_LETTERS = re.compile(r"[^\W\d_]+(?:[ '’.-]{1,2}[^\W\d_]+)*\.?")  # «Римский-Корсаков», «Анна Мария», «д’Артаньян»


@dataclass(frozen=True, slots=True)
class Form:
    """Who somebody is, as they state it."""

    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: date
    gender: Gender


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's educational profile. Nothing of an outside identity is in it."""

    id: str
    family_name: str
    given_name: str
    patronymic: str | None
    birth_date: date
    gender: Gender
    phone: str | None
    """E.164; None: split off another profile, its owner has not proved a phone yet."""
    world: World
    created_at: float
    consent: ConsentState
    has_password: bool
    check_form: bool
    """Its owner is asked to check the form at the next sign-in."""

    @property
    def complete(self) -> bool:
        """Can its owner sign in by phone?"""
        return self.phone is not None

    @property
    def form(self) -> Form:
        return Form(self.family_name, self.given_name, self.patronymic, self.birth_date, self.gender)

    @property
    def name(self) -> str:
        """Family name, given name, patronymic."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))


def checked(form: Form, today: date) -> Form:
    """The form with tidy blanks. Raises ProblemError `body_invalid` that names the field."""
    years = age(form.birth_date, today)
    if not YOUNGEST <= years <= OLDEST:
        raise wrong_field("birth_date", "implausible", f"An age of {YOUNGEST} to {OLDEST} years is plausible.")
    return Form(
        family_name=_name("family_name", form.family_name),
        given_name=_name("given_name", form.given_name),
        patronymic=_name("patronymic", form.patronymic) if (form.patronymic or "").strip() else None,
        birth_date=form.birth_date,
        gender=form.gender,
    )


def age(birth_date: date, today: date) -> int:
    """Whole years; negative before the birth."""
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


def _name(field: str, value: str | None) -> str:
    text = " ".join(unicodedata.normalize("NFC", value or "").split())
    if len(text) > MAX_NAME:
        raise wrong_field(field, "too_long", f"A name has {MAX_NAME} characters at most.")
    if not _LETTERS.fullmatch(text):
        raise wrong_field(field, "not_a_name", "A name has letters, and hyphens or blanks between them.")
    return text
