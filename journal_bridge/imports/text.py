"""Lines and CSV rows out of bytes that somebody sent, with limits. In: binary files. Out: rows; a report."""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from typing import IO, TYPE_CHECKING

from journal_bridge.core.oneroster.words import Row
from journal_bridge.core.roster_fields import Report
from journal_bridge.core.roster_report import Problem, Where

if TYPE_CHECKING:
    import _csv  # the csv module's readers have no public name

MAX_LINE = 65_536  # bytes of one CSV line
MAX_ROWS = 2_000_000  # of one file: a region's enrolments; each takes some 200 bytes of memory
MAX_FIELD = 8_192  # characters: the longest list of agents has a few hundred
CHUNK = 262_144  # bytes

WINDOWS = "cp1251"  # what Excel writes in Russia


class UnreadableError(Exception):
    """The file cannot be read further; the report says why."""


def lines(file: IO[bytes], limit: int, report: Report, where: Where) -> Iterator[tuple[int, bytes]]:
    """Numbered lines. Raises UnreadableError for a line that is too long or one too many."""
    number = 0
    while data := file.readline(limit + 1):
        number += 1
        if len(data) > limit:
            message = f"The line is longer than {limit} bytes."
            raise stop(report, Where(where.file, number).error(None, "line_too_long", message))
        if number > MAX_ROWS:
            message = f"More than {MAX_ROWS} lines."
            raise stop(report, Where(where.file, number).error(None, "too_many_rows", message))
        yield number, data


def stop(report: Report, problem: Problem) -> UnreadableError:
    """The problem is reported; raise what this returns."""
    report.add(problem)
    return UnreadableError()


def rows(
    name: str, needed: Sequence[str], open_file: Callable[[], IO[bytes]], report: Report, note: Callable[[int], None]
) -> Iterator[Row]:
    """The rows of a CSV file (RFC 4180), by the names in its first one. `note` hears of the bytes that were read.

    UTF-8 is the standard; Windows-1251 and semicolons, which Excel writes in Russia, are accepted with a warning.
    """
    file = f"{name}.csv"
    encoding = _encoding(file, open_file, report)
    with open_file() as binary:
        numbered = lines(binary, MAX_LINE, report, Where(file))
        _, first = next(numbered, (1, b""))
        header = first.decode(encoding).lstrip("\ufeff")
        separator = ";" if header.count(";") > header.count(",") else ","
        if separator == ";":
            report.add(Where(file, 1).warning(None, "separator", "Columns are separated by semicolons, not commas."))

        def texts() -> Iterator[str]:
            yield header
            for _, data in numbered:
                note(len(data))
                yield data.decode(encoding)

        reader = csv.reader(texts(), delimiter=separator, strict=True)
        yield from _named(file, reader, needed, report)


def _named(file: str, reader: "_csv.Reader", needed: Sequence[str], report: Report) -> Iterator[Row]:
    """Rows as dicts; a row that does not fit the first is reported and skipped."""
    columns: list[str] | None = None
    while True:
        line = reader.line_num + 1
        where = Where(file, line)
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error as error:
            raise stop(report, where.error(None, "csv_invalid", f"The row that begins here: {error}.")) from None
        if columns is None:
            columns = cells
            _check_header(file, columns, needed, report)
        elif not any(cells):
            continue
        elif len(cells) != len(columns):
            message = f"The row has {len(cells)} fields, the header {len(columns)}."
            report.add(where.error(None, "fields_count", message))
        elif any(len(cell) > MAX_FIELD for cell in cells):
            report.add(where.error(None, "too_long", f"A field has more than {MAX_FIELD} characters."))
        else:
            yield Row(line, dict(zip(columns, cells, strict=True)))


def _check_header(file: str, columns: list[str], needed: Sequence[str], report: Report) -> None:
    where = Where(file, 1)
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    missing = [column for column in needed if column not in columns]
    for column in missing:
        report.add(where.error(column, "column_missing", f"The column {column} is missing."))
    for column in twice:
        report.add(where.error(column, "column_twice", f"The column {column} is there twice."))
    if missing or twice:
        raise UnreadableError


def _encoding(file: str, open_file: Callable[[], IO[bytes]], report: Report) -> str:
    """UTF-8, or else Windows-1251. Raises UnreadableError when it is neither."""
    if _decodes(open_file, "utf-8"):
        return "utf-8"
    with open_file() as binary:
        beginning = binary.read(2)
    if beginning in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or not _decodes(open_file, WINDOWS):
        raise stop(report, Where(file).error(None, "encoding_unknown", "Save the file as UTF-8."))
    message = "The file is not UTF-8; read as Windows-1251. Look at the names before you go on."
    report.add(Where(file).warning(None, "encoding_windows", message))
    return WINDOWS


def _decodes(open_file: Callable[[], IO[bytes]], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open_file() as binary:
        try:
            while data := binary.read(CHUNK):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
