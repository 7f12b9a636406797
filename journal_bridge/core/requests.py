"""Bodies that journals send, with their limits. In: bytes. Out: checked values, or an error with the field."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from identity.core.bodies import Body, EmptyBody, Text, decode
from identity.core.claims import Role
from journal_bridge.core.records import ClassKind
from journal_bridge.core.references import MAX_LENGTH, PATTERN

__all__ = ["EmptyBody", "decode"]

MAX_LESSON_NO = 20  # lessons of one day
MAX_LIST = 500  # people of one enrolment: ten classes' worth

# A reference to a record: our id, the journal's own id, or `ext:` and the journal's own id.
Reference = Annotated[str, Meta(max_length=MAX_LENGTH, pattern=PATTERN)]
Moment = Annotated[datetime, Meta(tz=True)]
LessonNo = Annotated[int, Meta(ge=1, le=MAX_LESSON_NO)]
References = Annotated[list[Reference], Meta(max_length=MAX_LIST)]


class SchoolBody(Body, frozen=True):
    """PUT /v1/schools/{ext_id}."""

    name: Text
    region: Text | None = None
    tz: Text = "Europe/Moscow"
    administrators: References = field(default_factory=list)
    """Teachers who see and mend who has linked their profile."""


class PersonBody(Body, frozen=True):
    """PUT /v1/people/{ext_id}."""

    role: Role
    family_name: Text
    given_name: Text
    patronymic: Text | None = None
    birth_date: date | None = None
    children: References = field(default_factory=list)


class ClassBody(Body, frozen=True):
    """PUT /v1/classes/{ext_id}."""

    school: Reference
    title: Text
    kind: ClassKind = "class"
    year: Annotated[int, Meta(ge=1900, le=2200)] | None = None
    head_teacher: Reference | None = None


class SubjectBody(Body, frozen=True):
    """PUT /v1/subjects/{ext_id}."""

    title: Text


class EnrollmentBody(Body, frozen=True):
    """PUT /v1/enrollments/{class}/{subject}: the whole list each time."""

    teachers: References = field(default_factory=list)
    students: References = field(default_factory=list)


class NewCallBody(Body, frozen=True):
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


class CallChangesBody(Body, frozen=True):
    """PATCH /v1/calls/{id}: what is not sent stays; null brings a default back."""

    title: Text | UnsetType | None = UNSET
    lesson_no: LessonNo | UnsetType = UNSET
    starts_at: Moment | UnsetType = UNSET
    ends_at: Moment | UnsetType | None = UNSET
    teacher: Reference | UnsetType = UNSET


class RoleRightsBody(Body, frozen=True):
    """What everybody of a role may do; what is not sent is as in a new call."""

    mic: bool = True
    unmute: bool = True
    camera: bool = True
    screen: bool = False
    board: bool = False
    chat: bool = True
    hand: bool = True


class PermissionsBody(Body, frozen=True):
    """PUT /v1/calls/{id}/permissions: a role that is not sent stays as it is."""

    student: RoleRightsBody | UnsetType = UNSET
    parent: RoleRightsBody | UnsetType = UNSET


RoomNo = Annotated[int, Meta(ge=1, le=50)]
Minutes = Annotated[int, Meta(ge=1, le=24 * 60)]


class RoomsBody(Body, frozen=True):
    """PUT /v1/calls/{id}/rooms. `assignments` maps people to rooms, which count from 1."""

    mode: Literal["manual", "random", "self"] = "manual"
    count: RoomNo = 2
    names: Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(max_length=50)] = field(
        default_factory=list
    )
    seed: Annotated[int, Meta(ge=0, le=999_999)] | None = None
    assignments: Annotated[dict[Reference, RoomNo], Meta(max_length=MAX_LIST)] = field(default_factory=dict)
    minutes: Minutes | None = None


class OpenRoomsBody(Body, frozen=True):
    """POST /v1/calls/{id}/rooms/open; without `minutes` as long as was planned."""

    minutes: Minutes | None = None


class CloseRoomsBody(Body, frozen=True):
    """POST /v1/calls/{id}/rooms/close; `seconds` of warning."""

    seconds: Annotated[int, Meta(ge=0, le=3600)] = 0


class BroadcastBody(Body, frozen=True):
    """POST /v1/calls/{id}/rooms/broadcast."""

    text: Annotated[str, Meta(min_length=1, max_length=300, pattern=r"\S")]


class TicketBody(Body, frozen=True):
    """POST /v1/calls/{id}/tickets."""

    person: Reference
