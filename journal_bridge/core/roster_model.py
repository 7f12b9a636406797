"""A roster by the journal's own ids: as it is stored, as an import wants it, and the plan between the two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from identity.core.claims import Role
from journal_bridge.core.roster_report import Problem, Where

Values = dict[str, Any]
Records = Literal["schools", "subjects", "people", "classes"]
Enrolled = tuple[str, str, str]  # class, subject, person

RECORDS: tuple[Records, ...] = ("schools", "subjects", "people", "classes")  # the referring ones last

DEFAULTS: Mapping[Records, Mapping[str, Any]] = {
    "schools": {"region": None, "tz": "Europe/Moscow"},
    "subjects": {},
    "people": {"patronymic": None, "birth_date": None},
    "classes": {"kind": "class", "year": None, "head_teacher": None},
}
"""What a new record has where the import is silent. An old one keeps what it has."""


@dataclass(slots=True)
class Roster:
    """What is stored of one journal."""

    records: dict[Records, dict[str, Values]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    """Columns by ext_id; a class's `school` and `head_teacher` are ext_ids."""
    ids: dict[Records, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    """Our ids by ext_id."""
    left: dict[Records, set[str]] = field(default_factory=lambda: {kind: set() for kind in RECORDS})
    children: dict[str, set[str]] = field(default_factory=dict)
    """By parent."""
    enrollments: dict[tuple[str, str], dict[str, Role]] = field(default_factory=dict)
    """Person to role, by class and subject."""
    administrators: set[tuple[str, str]] = field(default_factory=set)
    """School and person."""


@dataclass(slots=True)
class Wanted:
    """What an import says. What it is silent about stays as it is, unless it is `complete`."""

    records: dict[Records, dict[str, Values]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    gone: dict[Records, set[str]] = field(default_factory=lambda: {kind: set() for kind in RECORDS})
    """People and classes that are said to leave."""
    children: dict[str, set[str]] = field(default_factory=dict)
    """The whole list of each parent named here."""
    more_children: set[tuple[str, str]] = field(default_factory=set)
    """Parent and child, besides those that are stored."""
    administrators: set[tuple[str, str]] = field(default_factory=set)
    """School and person, besides those that are stored."""
    enrollments: dict[tuple[str, str], dict[str, Role]] = field(default_factory=dict)
    """The whole list of each class and subject named here."""
    enrolled: dict[Enrolled, Role] = field(default_factory=dict)
    """Single enrolments, besides those that are stored."""
    unenrolled: set[Enrolled] = field(default_factory=set)
    described: set[str] = field(default_factory=set)
    """Of "people", "classes", "enrollments": those of which a complete import has the whole."""
    where: dict[tuple[str, str], Where] = field(default_factory=dict)
    """Where a record (kind, ext_id) or a class's enrolments were read, for problems."""


@dataclass(slots=True)
class Plan:
    """What must be written. Values hold every column of a record."""

    added: dict[Records, dict[str, Values]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    changed: dict[Records, dict[str, Values]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    fields: dict[Records, dict[str, tuple[str, ...]]] = field(default_factory=lambda: {kind: {} for kind in RECORDS})
    """What is different in a changed record; empty: it is back."""
    unchanged: dict[str, int] = field(default_factory=dict)
    leaving: dict[Records, list[str]] = field(default_factory=lambda: {"people": [], "classes": []})
    new_children: list[tuple[str, str]] = field(default_factory=list)
    gone_children: list[tuple[str, str]] = field(default_factory=list)
    administrators: list[tuple[str, str]] = field(default_factory=list)
    enrolled: list[tuple[str, str, str, Role]] = field(default_factory=list)
    turned: list[tuple[str, str, str, Role]] = field(default_factory=list)
    """Enrolled already, with another role from now on."""
    unenrolled: list[Enrolled] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows must be written."""
        records = sum(len(rows) for kind in RECORDS for rows in (self.added[kind], self.changed[kind]))
        leaving = sum(len(left) for left in self.leaving.values())
        pairs = len(self.new_children) + len(self.gone_children) + len(self.administrators)
        return records + leaving + pairs + len(self.enrolled) + len(self.turned) + len(self.unenrolled)
