"""One browser's attempt to sign in: what it has said and proved so far."""

import re
from dataclasses import dataclass, field
from datetime import date

from msgspec import Struct

from identity.core.claims import Gender, World
from identity.core.profiles import Form
from identity.core.wizard import Intent

ATTEMPT_SECONDS = 1800.0  # a message that comes late, a form, a text to read
MAX_NEXT = 500  # characters
HOME = "/"

_LINK = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # printable ASCII without blank and backslash; never "//host"


class Prefill(Struct, frozen=True):
    """What the form is filled with before its owner checks it; an outside provider may know a part only."""

    family_name: str = ""
    given_name: str = ""
    patronymic: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None


class Outside(Struct, frozen=True):
    """An outside identity that is bound to the profile at the end."""

    provider: str
    subject_hash: str
    prefill: Prefill
    proves_phone: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """Moments are seconds since the epoch."""

    id: str
    world: World
    expires_at: float
    next: str = HOME
    link: str | None = None
    completes: str | None = None
    """The profile without a phone which this attempt gives one to."""
    intent: Intent = ""
    phone: str | None = None
    proved: bool = False
    ask_password: bool = False
    code_hash: str | None = None
    code_expires_at: float = 0.0
    code_tries: int = 0
    sends: int = 0
    resend_at: float = 0.0
    form: Form | None = None
    outside: Outside | None = field(default=None)


def own_path(asked: str) -> str:
    """The path to go to after signing in: on our own origin, or our first page."""
    return asked if len(asked) <= MAX_NEXT and _PATH.fullmatch(asked) else HOME


def link_code(asked: str) -> str | None:
    """A link code as it may be looked up; None when it cannot be one."""
    return asked if _LINK.fullmatch(asked) else None


def prefill_of(form: Form) -> Prefill:
    """A known form, to be checked."""
    return Prefill(form.family_name, form.given_name, form.patronymic, form.birth_date, form.gender)
