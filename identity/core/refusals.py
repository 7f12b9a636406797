"""What identity may refuse: stable code, status, title. The page says it in its own words."""

from collections.abc import Mapping
from typing import ClassVar

from identity.core import problems
from identity.core.problems import GENERAL, FieldError, Kind, wrong_field

__all__ = ["KINDS", "FieldError", "Kind", "ProblemError", "wrong_field"]

KINDS: Mapping[str, Kind] = {
    **GENERAL,
    # signing in
    "phone_invalid": Kind(422, "This is no phone number"),
    "phone_not_mobile": Kind(422, "The number cannot receive messages"),
    "code_wrong": Kind(422, "The code is another one"),
    "code_expired": Kind(422, "The code is too old or was never sent"),
    "password_wrong": Kind(422, "No profile has this phone and password"),
    "password_weak": Kind(422, "The password is easy to guess"),
    "step_other": Kind(409, "Another step comes first"),
    "consent_outdated": Kind(409, "The text of the consent is another one by now"),
    "too_many_tries": Kind(429, "Too many tries"),
    "busy": Kind(503, "Too many people sign in by password at this moment"),
    # profiles
    "profile_unknown": Kind(404, "There is no such profile"),
    "device_unknown": Kind(404, "There is no such device"),
    "confirmation_wrong": Kind(422, "The confirmation does not fit"),
    "consent_not_yours": Kind(409, "Somebody else decides about this consent"),
}


class ProblemError(problems.ProblemError):
    """A refusal with a code of the table above."""

    kinds: ClassVar[Mapping[str, Kind]] = KINDS
