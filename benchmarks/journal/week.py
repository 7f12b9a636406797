"""How many diary weeks a second one core answers: `python -m benchmarks.journal.week`.

In: a database URL (default: a new SQLite file). Out: requests per second, and how much of a core each one takes.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert, select

from benchmarks.journal.roster import ready, server
from journal_bridge.store.tables import CALLS, CLASSES, ENROLLMENTS, JOURNALS, PEOPLE, SCHOOLS, SUBJECTS
from server.storage import Database

PUPILS, CLASSES_COUNT, SUBJECTS_COUNT, TEACHERS = 10_000, 400, 12, 600
WEEKS = 10  # of planned and ended calls around the one that is asked for
LESSONS = 30  # of a class in a week
MONDAY = datetime(2026, 1, 26, 5, tzinfo=UTC)
CONNECTIONS = 16
CHUNK = 5_000  # rows of one insert


async def fill(url: str, journal: str) -> None:
    """A town's school: everybody enrolled, ten weeks of calls."""
    database = Database(url)
    async with database.write() as connection:
        for table, rows in _rows(journal):
            for start in range(0, len(rows), CHUNK):
                await connection.execute(insert(table), rows[start : start + CHUNK])
    await database.close()


def _rows(journal: str) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    yield SCHOOLS, [_owned(journal, "sch_1", "s1", name="Школа № 1", tz="Europe/Moscow")]
    subjects = [_owned(journal, f"sub_{n}", f"subject{n}", title=f"Предмет {n}") for n in range(SUBJECTS_COUNT)]
    yield SUBJECTS, subjects
    names = {"family_name": "Смирнов", "given_name": "Илья"}
    yield PEOPLE, [_owned(journal, f"per_t{n}", f"t{n}", role="teacher", **names) for n in range(TEACHERS)]
    yield PEOPLE, [_owned(journal, f"per_s{n}", f"s{n}", role="student", **names) for n in range(PUPILS)]
    classes = [
        _owned(journal, f"cls_{n}", f"c{n}", school_id="sch_1", title="7В", kind="class") for n in range(CLASSES_COUNT)
    ]
    yield CLASSES, classes
    yield (
        ENROLLMENTS,
        [
            {
                "class_id": f"cls_{n % CLASSES_COUNT}",
                "subject_id": f"sub_{m}",
                "person_id": f"per_s{n}",
                "role": "student",
            }
            for n in range(PUPILS)
            for m in range(SUBJECTS_COUNT)
        ],
    )
    yield (
        CALLS,
        [
            _call(journal, number, week, lesson)
            for number in range(CLASSES_COUNT)
            for week in range(WEEKS)
            for lesson in range(LESSONS)
        ],
    )


def _owned(journal: str, own: str, ext_id: str, **values: Any) -> dict[str, Any]:
    return {"id": own, "journal_id": journal, "ext_id": ext_id, **values}


def _call(journal: str, number: int, week: int, lesson: int) -> dict[str, Any]:
    ext_id = f"{number}-{week}-{lesson}"
    starts_at = MONDAY + timedelta(weeks=week - WEEKS // 2, days=lesson % 5, hours=lesson // 5)
    what = {"class_id": f"cls_{number}", "subject_id": f"sub_{lesson % SUBJECTS_COUNT}"}
    who = {"teacher_id": f"per_t{(number + lesson) % TEACHERS}", "lesson_no": lesson // 5 + 1}
    when = {"starts_at": starts_at, "created_at": MONDAY, "updated_at": MONDAY, "status": "planned"}
    return _owned(journal, f"call_{ext_id}", ext_id, **what, **who, **when)


async def journal_of(url: str) -> str:
    """The id of the only journal there is."""
    database = Database(url)
    async with database.read() as connection:
        found = (await connection.scalars(select(JOURNALS.c.id))).one()
    await database.close()
    return str(found)


async def measure(port: int, key: str, seconds: float, pid: int) -> None:
    """Ask for random pupils' weeks over some connections that are kept open, as fast as they are answered."""
    counts = [0] * CONNECTIONS
    until = time.monotonic() + seconds
    before, started = _cpu(pid), time.monotonic()
    workers = (_ask(port, key, number, counts, until) for number in range(CONNECTIONS))
    sizes = await asyncio.gather(*workers)
    took, used = time.monotonic() - started, _cpu(pid) - before
    total = sum(counts)
    print(f"{total / took:.0f} requests/s; {used / total * 1e6:.0f} µs of CPU each: {total / used:.0f}/s and core")
    print(f"{total} answers of {sum(sizes) / total / 1000:.1f} kB; the server had {used / took:.0%} of a core")


async def _ask(port: int, key: str, number: int, counts: list[int], until: float) -> int:
    chance = random.Random(number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    size = 0
    while time.monotonic() < until:
        path = f"/v1/people/s{chance.randrange(PUPILS)}/week?start={MONDAY.date()}"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])
        size += len(await reader.readexactly(length))
        counts[number] += 1
    writer.close()
    return size


def _cpu(pid: int) -> float:
    """Seconds that all threads of a process have used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _share_cores(pid: int) -> None:
    """The server has one core for itself; we take the others, if there are any."""
    cores = os.sched_getaffinity(0)
    own = min(cores)
    os.sched_setaffinity(pid, {own})
    os.sched_setaffinity(0, cores - {own} or cores)


async def _run(database: str, url: str, key: str, pid: int, seconds: float) -> None:
    async with aiohttp.ClientSession(url) as client:
        await ready(client)
    await fill(database, await journal_of(database))
    _share_cores(pid)
    for each in (2.0, seconds):  # the first is for warming up
        await measure(int(url.rpartition(":")[2]), key, each, pid)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description="Measure the diary's week.")
    parser.add_argument("--database", metavar="URL", help="an empty database (default: a new SQLite file)")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = options.database or f"sqlite:///{folder}/zvonok.db"
        with server(database, folder, "--rate", "1000000") as (url, key, pid):
            asyncio.run(_run(database, url, key, pid, options.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
