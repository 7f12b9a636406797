"""Values of one row of a roster file, checked. In: texts. Out: values; what is wrong goes into the report."""

import re
from collections.abc import Mapping
from datetime import date

from journal_bridge.core.references import MAX_LENGTH, is_ext, well_formed
from journal_bridge.core.roster_report import MAX_PROBLEMS, Level, Problem, Where

MAX_TEXT = 200  # characters of a name or title, as in identity/core/bodies.py
MAX_ID = MAX_LENGTH - len("ext:")  # characters
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
RUSSIAN_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")  # what Excel makes of dates in Russia
BIRTH_YEARS = range(1900, 2100)


class TooManyProblemsError(Exception):
    """Reading on would only repeat what is known."""


class Report:
    """Collects problems; `errors` tells whether anything may be written."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.errors = 0
        self._left_out = 0

    def add(self, problem: Problem) -> None:
        """Keep it. Raises TooManyProblemsError after the thousandth error; of warnings the first are kept."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        elif problem.level == "error" and self.errors < MAX_PROBLEMS:
            last = next(index for index in reversed(range(MAX_PROBLEMS)) if self.problems[index].level == "warning")
            self.problems[last] = problem
        if problem.level == "error":
            self.errors += 1
            if self.errors >= MAX_PROBLEMS:
                raise TooManyProblemsError


class Fields:
    """One row. Methods return None after they have reported a problem."""

    def __init__(self, report: Report, where: Where, values: Mapping[str, str]) -> None:
        self._report = report
        self._values = values
        self.where = where

    def has(self, column: str) -> bool:
        """Does the file have the column?"""
        return column in self._values

    def raw(self, column: str) -> str:
        """The text, "" when there is none."""
        return self._values.get(column, "")

    def id(self, column: str) -> str | None:
        """An id of the journal's."""
        text = self.raw(column)
        if not text:
            self._wrong(column, "missing", f"{column} is empty.")
            return None
        if len(text) > MAX_ID or is_ext(text) or not well_formed(text):
            message = f"{column}: up to {MAX_ID} characters without blanks, slashes, not beginning with ext:."
            self._wrong(column, "id_invalid", message)
            return None
        return text

    def text(self, column: str) -> str | None:
        """A name or title that must be there."""
        if not self.raw(column):
            self._wrong(column, "missing", f"{column} is empty.")
        return self.optional(column)

    def optional(self, column: str) -> str | None:
        """A name or title, None when it is empty."""
        text = self.raw(column)
        if len(text) > MAX_TEXT:
            self._wrong(column, "too_long", f"{column} has more than {MAX_TEXT} characters.")
            return None
        if CONTROL.search(text):
            self._wrong(column, "invalid", f"{column} holds control characters.")
            return None
        return text or None

    def date(self, column: str) -> date | None:
        """A day as 2014-05-31 or 31.05.2014, None when it is empty."""
        text = self.raw(column)
        if not text:
            return None
        turned = RUSSIAN_DATE.fullmatch(text)
        try:
            found = date.fromisoformat(f"{turned[3]}-{turned[2]}-{turned[1]}" if turned else text)
        except ValueError:
            self._wrong(column, "invalid", f"{column}: a day looks like 2014-05-31.")
            return None
        if found.year not in BIRTH_YEARS:
            self._wrong(column, "invalid", f"{column}: the year must be {BIRTH_YEARS.start} or later.")
            return None
        return found

    def warn(self, column: str | None, code: str, message: str) -> None:
        """Something is left out."""
        self._add("warning", column, code, message)

    def _wrong(self, column: str, code: str, message: str) -> None:
        self._add("error", column, code, message)

    def _add(self, level: Level, column: str | None, code: str, message: str) -> None:
        self._report.add(Problem(level, self.where.file, self.where.line, column, code, message))
