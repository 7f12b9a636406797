"""A roster as a OneRoster archive; runs in a thread. In: a roster. Out: a zip, the same bytes for the same roster."""

import csv
import io
import zipfile
from typing import BinaryIO

from journal_bridge.core.oneroster.writing import files
from journal_bridge.core.roster_diff import Roster

EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment: the archive's bytes depend on nothing but the roster


def write_archive(roster: Roster, target: BinaryIO) -> None:
    """All files, row by row."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in files(roster):
            entry = zipfile.ZipInfo(f"{name}.csv", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member, io.TextIOWrapper(member, "utf-8", newline="") as text:
                writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180 section 2
                writer.writerow(columns)
                writer.writerows(rows)
