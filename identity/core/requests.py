"""The bodies of the page's requests."""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from identity.core.bodies import Body, EmptyBody
from identity.core.claims import Gender
from identity.core.passwords import MAX_LENGTH
from identity.core.phones import MAX_TYPED
from identity.core.profiles import MAX_NAME, Form

__all__ = ["EmptyBody"]

Typed = Annotated[str, Meta(min_length=1, max_length=MAX_TYPED)]
Name = Annotated[str, Meta(min_length=1, max_length=2 * MAX_NAME)]  # a decomposed letter is two characters
Secret = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]
Version = Annotated[str, Meta(min_length=1, max_length=16)]


class PhoneBody(Body, frozen=True):
    """POST /api/sign-in/phone."""

    phone: Typed
    intent: Literal["continue", "create"] = "continue"


class CodeBody(Body, frozen=True):
    """POST /api/sign-in/code. Blanks are allowed: a code may be pasted as it was sent."""

    code: Annotated[str, Meta(min_length=1, max_length=20)]


class PasswordBody(Body, frozen=True):
    """POST /api/sign-in/password."""

    password: Secret
    phone: Typed | None = None


class FormBody(Body, frozen=True):
    """POST /api/sign-in/form."""

    family_name: Name
    given_name: Name
    birth_date: date
    gender: Gender
    patronymic: Annotated[str, Meta(max_length=2 * MAX_NAME)] | None = None

    def form(self) -> Form:
        return Form(self.family_name, self.given_name, self.patronymic, self.birth_date, self.gender)


class FormChangesBody(Body, frozen=True):
    """PATCH /api/profile: what is not named stays; a patronymic of null or "" is taken away."""

    family_name: Name | None = None
    given_name: Name | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    patronymic: Annotated[str, Meta(max_length=2 * MAX_NAME)] | UnsetType | None = UNSET

    def over(self, known: Form) -> Form:
        """The known form with the changes."""
        return Form(
            self.family_name or known.family_name,
            self.given_name or known.given_name,
            known.patronymic if isinstance(self.patronymic, UnsetType) else self.patronymic,
            self.birth_date or known.birth_date,
            self.gender or known.gender,
        )


class ConsentBody(Body, frozen=True):
    """POST /api/sign-in/consent."""

    version: Version
    accepted: Literal[True]


class NewPasswordBody(Body, frozen=True):
    """PUT /api/profile/password."""

    new: Secret
    old: Secret | None = None


class DeleteBody(Body, frozen=True):
    """POST /api/profile/delete: the family name, so that nobody does it by mistake."""

    confirm: Name
