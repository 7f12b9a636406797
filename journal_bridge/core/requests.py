"""Bodies that journals send, with their limits. In: bytes. Out: checked values, or an error with the field."""

import re
from datetime import date, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from identity.core.claims import Role
from journal_bridge.core.problems import FieldError, ProblemError
from journal_bridge.core.records import ClassKind
from journal_bridge.core.references import MAX_LENGTH

MAX_LESSON_NO = 20  # lessons of one day
MAX_LIST = 500  # people of one enrolment: ten classes' worth

# A reference to a record: our id, the journal's own id, or `ext:` and the journal's own id.
Reference = Annotated[str, Meta(max_length=MAX_LENGTH, pattern=r"^(?!ext:$)[^\x00-\x20\x7f/]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")]
Moment = Annotated[datetime, Meta(tz=True)]
LessonNo = Annotated[int, Meta(ge=1, le=MAX_LESSON_NO)]
References = Annotated[list[Reference], Meta(max_length=MAX_LIST)]


class _Body(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class SchoolBody(_Body, frozen=True):
    """PUT /v1/schools/{ext_id}."""

    name: Text
    region: Text | None = None
    tz: Text = "Europe/Moscow"


class PersonBody(_Body, frozen=True):
    """PUT /v1/people/{ext_id}."""

    role: Role
    family_name: Text
    given_name: Text
    patronymic: Text | None = None
    birth_date: date | None = None
    children: References = field(default_factory=list)


class ClassBody(_Body, frozen=True):
    """PUT /v1/classes/{ext_id}."""

    school: Reference
    title: Text
    kind: ClassKind = "class"
    year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    head_teacher: Reference | None = None


class SubjectBody(_Body, frozen=True):
    """PUT /v1/subjects/{ext_id}."""

    title: Text


class EnrollmentBody(_Body, frozen=True):
    """PUT /v1/enrollments/{class}/{subject}: the whole list each time."""

    teachers: References = field(default_factory=list)
    students: References = field(default_factory=list)


class NewCallBody(_Body, frozen=True):
    """POST /v1/calls."""

    class_: Reference = field(name="class")
    subject: Reference
    lesson_no: LessonNo
    starts_at: Moment
    teacher: Reference
    ext_id: Reference | None = None
    school: Reference | None = None
    title: Text | None = None
    ends_at: Moment | None = None


class CallChangesBody(_Body, frozen=True):
    """PATCH /v1/calls/{id}: what is not sent stays; null brings a default back."""

    title: Text | UnsetType | None = UNSET
    lesson_no: LessonNo | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    teacher: Reference | UnsetType = UNSET


class TicketBody(_Body, frozen=True):
    """POST /v1/calls/{id}/tickets."""

    person: Reference


class EmptyBody(_Body, frozen=True):
    """POST …/start and …/end, which need no body."""


T = TypeVar("T", bound=_Body)

_PLACE = re.compile(r"^(?P<message>.*?)(?: - at `(?:key in )?\$\.?(?P<place>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"(missing required|unknown) field `(?P<name>[^`]+)`")


def decode(body: bytes, kind: type[T]) -> T:
    """The body as `kind`; an empty body counts as {}. Raises ProblemError."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as error:
        wrong = _field_error(str(error))
        raise ProblemError("body_invalid", f"{wrong.field or 'body'}: {wrong.message}", errors=[wrong]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError("body_not_json", f"{error}.") from None


def _field_error(text: str) -> FieldError:
    match = _PLACE.match(text)
    place = (match and match["place"]) or ""
    message = match["message"] if match else text
    named = _NAMED.search(text)
    if named is None:
        return FieldError(place, "invalid", message)
    name = f"{place}.{named['name']}".lstrip(".")
    return FieldError(name, "missing" if named[1].startswith("missing") else "unknown", message)
