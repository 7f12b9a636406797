"""The bridge's nouns, as values. Ids of ours look like `call_…`; `ext_id` is the journal's own.

Calls are structs: a diary's week makes a hundred of these objects, and structs cost a tenth of dataclasses.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from identity.core.claims import Role, World

Mode = World
"""A journal's `sk_live_` keys and its `sk_test_` keys see different records."""

Status = Literal["planned", "running", "ended"]
ClassKind = Literal["class", "group"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid key opens."""

    journal: str
    journal_name: str
    key_name: str
    mode: Mode
    scopes: frozenset[str]


class Named(Struct, frozen=True):
    """Something another record refers to, with what people call it."""

    id: str
    ext_id: str
    title: str


@dataclass(frozen=True, slots=True)
class School:
    """Where lessons happen; its time zone decides what "26.01 12:00" means."""

    ext_id: str
    name: str
    region: str | None
    tz: str
    administrators: tuple[str, ...] = ()  # ext_ids, sorted


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the roster. A person who was only referred to is called by their ext_id."""

    ext_id: str
    role: Role
    family_name: str
    given_name: str
    patronymic: str | None = None
    birth_date: date | None = None
    children: tuple[str, ...] = ()  # ext_ids, sorted; parents only

    @property
    def name(self) -> str:
        """«Фамилия Имя»."""
        return f"{self.family_name} {self.given_name}".strip()


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class («7В») or a group; `school` and `head_teacher` are ext_ids."""

    ext_id: str
    school: str
    title: str
    kind: ClassKind
    year: int | None
    head_teacher: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is taught."""

    ext_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Who teaches and who learns one subject in one class; ext_ids, sorted."""

    class_: str
    subject: str
    teachers: tuple[str, ...]
    students: tuple[str, ...]


class Call(Struct, frozen=True):
    """A lesson call. All moments are UTC; `tz` is the school's zone, for showing them."""

    id: str
    ext_id: str | None
    journal: str
    school: Named
    class_: Named
    subject: Named
    teacher: Named
    lesson_no: int
    own_title: str | None
    starts_at: datetime
    ends_at: datetime | None
    status: Status
    started_at: datetime | None
    ended_at: datetime | None
    deleted: bool
    created_at: datetime
    updated_at: datetime
    tz: str
