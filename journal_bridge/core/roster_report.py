"""What an import tells of itself: problems by line, the difference by name. The shapes of the HTTP answers."""

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

SHOWN = 100  # of each kind of change, by name: more is not read by anybody
MAX_PROBLEMS = 1000  # of one import; a file that has more has one reason for all of them

Level = Literal["error", "warning"]


class Problem(Struct, frozen=True):
    """One thing that is wrong. An error stops the import; after a warning what it names is left out."""

    level: Level
    file: str | None
    line: int | None
    """From 1, as editors count."""
    field: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Where:
    """A line of a file, for problems."""

    file: str | None = None
    line: int | None = None

    def error(self, field: str | None, code: str, message: str) -> Problem:
        """A problem here that stops the import."""
        return Problem("error", self.file, self.line, field, code, message)

    def warning(self, field: str | None, code: str, message: str) -> Problem:
        """A problem here that leaves something out."""
        return Problem("warning", self.file, self.line, field, code, message)


class Change(Struct, frozen=True):
    """One record that differs."""

    ext_id: str
    name: str
    fields: list[str] = []
    """What differs in a changed record."""


class Changes(Struct, frozen=True):
    """The first changes of one kind of record."""

    added: list[Change] = []
    changed: list[Change] = []
    removed: list[Change] = []


class Count(Struct, frozen=True):
    """How many records of one kind come, differ, go, stay; and the first of them."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    first: Changes = Changes()


class Difference(Struct, frozen=True):
    """What an import changes (dry run: would change)."""

    schools: Count = Count()
    subjects: Count = Count()
    people: Count = Count()
    classes: Count = Count()
    administrators: Count = Count()
    """A person who administers a school."""
    relations: Count = Count()
    """Parent and child."""
    enrollments: Count = Count()
    """A person in a class and subject."""
