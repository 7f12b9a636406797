"""From a file that somebody sent to a plan of changes. Runs in a thread: it takes seconds of computing.

In: a seekable file, the stored roster. Out: the plan and what was wrong; progress while it goes on.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Literal

from journal_bridge.core import roster_lines
from journal_bridge.core.oneroster import reading as oneroster
from journal_bridge.core.oneroster.words import MANIFEST, NEEDED, READ, Mode
from journal_bridge.core.roster_diff import plan
from journal_bridge.core.roster_difference import difference, losses
from journal_bridge.core.roster_fields import Report, TooManyProblemsError
from journal_bridge.core.roster_model import Plan, Roster, Wanted
from journal_bridge.core.roster_report import Difference, Where
from journal_bridge.imports.archive import BROKEN, Archive, open_archive
from journal_bridge.imports.text import UnreadableError, lines, rows

Format = Literal["oneroster", "ndjson"]


class StoppedError(Exception):
    """Nobody waits for the result any more."""


@dataclass(slots=True)
class Progress:
    """Shared with the thread: it writes, others read. `stopped` ends it."""

    done: int = 0
    """Bytes that were read."""
    total: int = 0
    stopped: bool = False

    def note(self, size: int) -> None:
        """So many bytes more. Raises StoppedError."""
        self.done += size
        if self.stopped:
            raise StoppedError


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be taken. `zones`: names of time zones; `today`: ends what is over."""

    format: Format
    complete: bool
    allow_removals: bool
    zones: Collection[str]
    today: date


@dataclass(slots=True)
class Outcome:
    """What reading led to; `plan` is None when the file has errors."""

    report: Report
    plan: Plan | None = None
    difference: Difference = field(default_factory=Difference)


def read(file: IO[bytes], size: int, roster: Roster, options: Options, progress: Progress) -> Outcome:
    """Read, compare, judge. Raises StoppedError; whatever is wrong with the file is in the report."""
    outcome = Outcome(Report())
    report = outcome.report
    try:
        if options.format == "oneroster":
            wanted = _oneroster(file, roster, options, report, progress)
        else:
            wanted = _ndjson(file, size, roster, options, report, progress)
        if report.errors:
            return outcome
        made = plan(roster, wanted, complete=options.complete)
        outcome.difference = difference(made, roster)
        for problem in made.problems:
            report.add(problem)
        if options.complete and wanted.described and not options.allow_removals:
            for problem in losses(made, roster):
                report.add(problem)
    except (UnreadableError, TooManyProblemsError):
        return outcome
    if not report.errors:
        outcome.plan = made
    return outcome


def _oneroster(file: IO[bytes], roster: Roster, options: Options, report: Report, progress: Progress) -> Wanted:
    archive = open_archive(file, NEEDED, report)
    progress.total = archive.size
    reading = oneroster.Reading(roster, options.zones, options.today, report)
    name = MANIFEST
    try:
        modes = _modes(archive, report, progress)
        for name in READ:
            if name in modes:
                found = rows(name, NEEDED[name], lambda name=name: archive.open(name), report, progress.note)  # type: ignore[misc]
                reading.take(name, modes[name], found)
    except BROKEN as error:
        report.add(Where(f"{name}.csv").error(None, "archive_invalid", f"The file cannot be unpacked: {error}"))
        raise UnreadableError from None
    if "users" not in modes and "enrollments" not in modes and "classes" not in modes:
        report.add(Where().error(None, "nothing_described", "There are no users, classes or enrollments in it."))
        raise UnreadableError
    return reading.finish()


def _modes(archive: Archive, report: Report, progress: Progress) -> dict[str, Mode]:
    """As the manifest says; without one, what is there is everything there is."""
    if MANIFEST not in archive.present:
        message = "manifest.csv is missing: each file is taken as bulk."
        report.add(Where("manifest.csv").warning(None, "manifest_missing", message))
        return {name: "bulk" for name in READ if name in archive.present}
    found = rows(MANIFEST, NEEDED[MANIFEST], lambda: archive.open(MANIFEST), report, progress.note)
    return oneroster.read_manifest(found, archive.present, report)


def _ndjson(file: IO[bytes], size: int, roster: Roster, options: Options, report: Report, progress: Progress) -> Wanted:
    progress.total = size
    reading = roster_lines.Reading(roster, options.zones, report)
    for number, data in lines(file, roster_lines.MAX_LINE, report, Where()):
        progress.note(len(data))
        reading.take(number, data)
    return reading.wanted
