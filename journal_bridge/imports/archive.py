"""A zip archive that somebody sent: which of its files are ours, and whether it may be unpacked at all.

In: a seekable file. Out: an open archive, or a problem in the report. Nothing is ever written to a path of its own.
"""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Collection
from typing import IO

from journal_bridge.core.roster_fields import Report
from journal_bridge.core.roster_report import Where
from journal_bridge.imports.text import stop

MAX_ENTRIES = 64  # the whole standard has 23 files
MAX_DIRECTORY = 65_536  # bytes of the list of files: read before we know how many there are
MAX_UNPACKED = 512 * 1024 * 1024  # bytes of all files that we read
MAX_RATIO = 200  # of a file's size to its packed one; rosters have 5 to 40, bombs 1000
RATIO_FROM = 1024 * 1024  # bytes: small files of repeated commas pack well

AT_ONCE = 1024 * 1024
"""Bytes that are unpacked at once. Unpacking lets go of the interpreter's lock and takes it back before a waiting
thread has woken up; done every few kilobytes, it would keep the event loop waiting for half a second."""

END = b"PK\x05\x06"  # APPNOTE.TXT section 4.3.16: end of central directory record
END_SIZE = 22  # bytes without its comment
ZIP64_LOCATOR = b"PK\x06\x07"  # section 4.3.15: in front of it
ZIP64_LOCATOR_SIZE = 20
MAX_COMMENT = 65_535
JUNK = ("__MACOSX/",)  # what archivers add by themselves
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack to gigabytes of dictionaries
ENCRYPTED = 0x1  # flag, section 4.4.4

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error)
"""What `zipfile` raises for bytes that are no archive."""


class Archive:
    """An open archive. `present` are the names of our files in it, without `.csv`."""

    def __init__(self, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._entries = entries

    @property
    def present(self) -> Collection[str]:
        return self._entries.keys()

    @property
    def size(self) -> int:
        """Bytes of all our files, unpacked."""
        return sum(entry.file_size for entry in self._entries.values())

    def open(self, name: str) -> IO[bytes]:
        """One file, from its beginning. `zipfile` gives no more bytes than the directory says."""
        try:
            found = self._archive.open(self._entries[name])
        except (ValueError, RuntimeError) as error:  # an offset before the file's beginning, a password
            raise zipfile.BadZipFile(str(error)) from None
        assert isinstance(found, zipfile.ZipExtFile)
        return io.BufferedReader(found, AT_ONCE)


def open_archive(file: IO[bytes], wanted: Collection[str], report: Report) -> Archive:
    """The archive with those of its files that are `wanted`. Raises UnreadableError."""
    if message := _directory_problem(file):
        raise stop(report, Where().error(None, "archive_invalid", message))
    try:
        archive = zipfile.ZipFile(file)
        listed = archive.infolist()
    except (*BROKEN, ValueError) as error:
        raise stop(report, Where().error(None, "archive_invalid", f"The archive cannot be read: {error}")) from None
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        if entry.filename.endswith("/") or entry.filename.startswith(JUNK):
            continue
        path = entry.filename
        if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
            raise stop(report, Where(path[:100]).error(None, "path_invalid", "A file's name leads out of the archive."))
        name = path.rpartition("/")[2].removesuffix(".csv")
        if not path.endswith(".csv") or name not in wanted:
            continue
        if name in entries:
            raise stop(report, Where(f"{name}.csv").error(None, "file_twice", "The archive has two files of the name."))
        if message := _entry_problem(entry):
            raise stop(report, Where(f"{name}.csv").error(None, "archive_invalid", message))
        entries[name] = entry
    found = Archive(archive, entries)
    if found.size > MAX_UNPACKED:
        message = f"Unpacked the files have more than {MAX_UNPACKED // 1024 // 1024} MB."
        raise stop(report, Where().error(None, "too_large", message))
    return found


def _directory_problem(file: IO[bytes]) -> str:
    """Why the list of files must not even be read, "" when it may: `zipfile` would make objects of all its entries."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - END_SIZE - MAX_COMMENT - ZIP64_LOCATOR_SIZE)
    file.seek(start)
    tail = file.read(size - start)
    at = tail.rfind(END)
    if at < 0 or at + END_SIZE > len(tail):
        return "This is not a zip archive."
    entries, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
    if ZIP64_LOCATOR in tail[max(0, at - ZIP64_LOCATOR_SIZE) : at]:
        return "ZIP64 archives are not read: they are for files above 4 GB."
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY:
        return f"The archive has more than {MAX_ENTRIES} files."
    return ""


def _entry_problem(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & ENCRYPTED:
        return "The file is encrypted."
    if entry.compress_type not in METHODS:
        return "The file is packed in another way than stored or deflated."
    if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
        return f"The file unpacks to more than {MAX_RATIO} times its size."
    return ""
