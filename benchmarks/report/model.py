"""What a report holds: sentences, tables, plots and the raw figures. Values only; nothing is drawn or written here."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows of texts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    grouped: bool = False
    """Rows of equal first cell stand together, in order: pages show that cell once, above them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure, with the lowest and highest of what was measured when that is known."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    group: str = ""
    """Bars of equal group stand together under its name."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Figures side by side, from zero on."""

    unit: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Several figures of one thing, in the order of `Ranges.marks`; None where one is not known."""

    label: str
    values: tuple[float | None, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Positive figures from small to large on a logarithmic scale, like the percentiles of a latency."""

    unit: str
    marks: tuple[str, ...]
    """At most four names, like "p50"."""
    rows: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One course, as (across, up) points."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Courses over time or load."""

    unit: str
    across: str
    """Name and unit of the axis from left to right."""
    lines: tuple[Line, ...]


Plot = Bars | Ranges | Lines


@dataclass(frozen=True, slots=True)
class Section:
    """A table, drawn as well where a picture says more."""

    title: str
    table: Table
    plot: Plot | None = None
    notes: tuple[str, ...] = ()
    """Sentences below it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found."""

    name: str
    """Of the files, like "lecture"."""
    title: str
    method: tuple[str, ...]
    sections: tuple[Section, ...]
    raw: Any
    """Dataclasses, enums, mappings, sequences and plain values at any depth."""
    caveats: tuple[str, ...] = ()
    """What to know before believing the figures."""
    not_measured: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    """Of the servers measured: name and version."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how a report was made."""

    date: str
    """UTC, "2026-11-23 18:36 UTC"."""
    processor: str
    cores: int
    memory: str
    kernel: str
    python: str
    commit: str
    """Empty when this is no checkout."""
    command: str
    """The line that repeats it, without secrets, addresses and paths of this machine."""

    @property
    def machine(self) -> str:
        """In one line."""
        return f"{self.processor}, {self.cores} cores, {self.memory}, {self.kernel}, Python {self.python}"
