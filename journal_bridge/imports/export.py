"""A roster as a OneRoster archive. In: a journal. Out: a zip file, the same bytes as long as the roster is the same."""

import asyncio
import csv
import hashlib
import io
import zipfile
from typing import IO

from identity.ports import Database
from journal_bridge.core.oneroster.writing import files
from journal_bridge.core.roster_model import Roster
from journal_bridge.store import roster_bulk as bulk

EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first moment: the archive's bytes depend on nothing but the roster
HASHED = 262_144  # bytes at once
ETAG_LENGTH = 32  # characters


class Exports:
    """Writes archives."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, journal: str, target: IO[bytes]) -> str:
        """The journal's roster; what stands for these bytes. The file's position is its end."""
        async with self._database.read() as connection:
            roster = await bulk.load(connection, journal)
        return await asyncio.to_thread(write_archive, roster, target)


def write_archive(roster: Roster, target: IO[bytes]) -> str:
    """All files, row by row; a hash of them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, columns, rows in files(roster):
            entry = zipfile.ZipInfo(f"{name}.csv", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as member, io.TextIOWrapper(member, "utf-8", newline="") as text:
                writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180 section 2
                writer.writerow(columns)
                writer.writerows(rows)
    target.seek(0)
    hashed = hashlib.sha256()
    while piece := target.read(HASHED):
        hashed.update(piece)
    return hashed.hexdigest()[:ETAG_LENGTH]
