"""How long a big roster takes, and whether the server answers meanwhile: `python -m benchmarks.journal.roster`.

In: a database URL (default: a new SQLite file). Out: seconds of each import, what other requests waited.
"""

import argparse
import asyncio
import io
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp

from identity.core.claims import Role
from journal_bridge.core.roster_model import Roster
from journal_bridge.imports.export import write_archive

PUPILS, CLASSES, PARENTS, TEACHERS = 10_000, 400, 15_000, 600
SUBJECTS: tuple[str, ...] = (
    "Алгебра",
    "Геометрия",
    "Русский язык",
    "Литература",
    "История",
    "Биология",
    "Физика",
    "Химия",
)
SUBJECTS += ("География", "Английский язык", "Информатика", "Труд")
PROBE_EVERY = 0.02  # seconds: other requests, one write among five
START_TIMEOUT = 30.0  # seconds


def school(seed: int = 26) -> Roster:
    """A town's schools: 25 pupils in a class, twelve subjects each, one to three parents a pupil."""
    chance = random.Random(seed)
    roster = Roster()
    records = roster.records
    for number in range(10):
        records["schools"][f"school-{number}"] = {"name": f"Школа № {number}", "region": None, "tz": "Europe/Moscow"}
    for number, title in enumerate(SUBJECTS):
        records["subjects"][f"subject-{number}"] = {"title": title}
    for kind, role, count in (("s", "student", PUPILS), ("p", "parent", PARENTS), ("t", "teacher", TEACHERS)):
        for number in range(count):
            records["people"][f"{kind}{number}"] = _person(role, number, chance)
    for number in range(PARENTS):
        roster.children[f"p{number}"] = {f"s{number % PUPILS}"}
    for number in range(CLASSES):
        records["classes"][f"class-{number}"] = {
            "school": f"school-{number % 10}",
            "title": f"{number % 11 + 1}{'АБВГД'[number % 5]}",
            "kind": "class",
            "year": 2027,
            "head_teacher": f"t{number % TEACHERS}",
        }
        pupils: dict[str, Role] = {f"s{pupil}": "student" for pupil in range(number, PUPILS, CLASSES)}
        for subject in range(len(SUBJECTS)):
            teacher = f"t{(number + subject * 7) % TEACHERS}"
            roster.enrollments[f"class-{number}", f"subject-{subject}"] = {teacher: "teacher", **pupils}
    return roster


def _person(role: str, number: int, chance: random.Random) -> dict[str, Any]:
    born = date(2010 + number % 8, number % 12 + 1, number % 28 + 1) if role == "student" else None
    names = {"family_name": f"Фамилия{chance.randrange(5000)}", "given_name": f"Имя{number % 300}"}
    return {"role": role, **names, "patronymic": f"Отчество{number % 200}", "birth_date": born}


@contextmanager
def server(database: str, folder: Path, *words: str) -> Iterator[tuple[str, str, int]]:
    """A server of our own: its address, a journal's key (made with these words), its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DATABASE__URL": database, "HTTP__HOST": "127.0.0.1", "HTTP__PORT": str(port), "MEDIA__PORT": "0"}
    environment = {**os.environ, **{f"ZVONOK_{name}": value for name, value in settings.items()}}
    environment |= {"ZVONOK_MEDIA__ADDRESSES": "127.0.0.1", "ZVONOK_API_KEY": "bench", "ZVONOK_API_SECRET": "x" * 32}
    command = [sys.executable, "-m", "server"]
    made = subprocess.run(
        [*command, "new-journal-key", "Замер", *words], env=environment, check=True, stdout=subprocess.PIPE
    )
    with (folder / "log").open("wb") as log, subprocess.Popen([*command, "serve"], env=environment, stderr=log) as run:
        try:
            yield f"http://127.0.0.1:{port}", made.stdout.decode().split()[-1], run.pid
        finally:
            run.terminate()


async def measure(url: str, key: str) -> None:
    """Import the school, import it again, import it with a class's pupils gone."""
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {key}"}) as client:
        await ready(client)
        roster = school()
        archive = io.BytesIO()
        write_archive(roster, archive)
        enrolled = sum(len(people) for people in roster.enrollments.values())
        people = len(roster.records["people"])
        print(f"{people} people, {enrolled} enrolments, {len(archive.getvalue()) / 1e6:.1f} MB packed")
        await _timed("first import", client, archive.getvalue(), "")
        await _timed("the same again", client, archive.getvalue(), "?complete=true")
        await _timed("dry run", client, archive.getvalue(), "?dry_run=true")
        for key_ in list(roster.enrollments)[:120]:
            del roster.enrollments[key_]
        smaller = io.BytesIO()
        write_archive(roster, smaller)
        await _timed("120 lists of 4800 gone", client, smaller.getvalue(), "?complete=true")


async def ready(client: aiohttp.ClientSession) -> None:
    """Returns when the server answers."""
    async with asyncio.timeout(START_TIMEOUT):
        while True:
            try:
                async with client.get("/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)


async def _timed(name: str, client: aiohttp.ClientSession, archive: bytes, query: str) -> None:
    started = time.monotonic()
    headers = {"Content-Type": "application/zip"}
    async with client.post(f"/v1/imports{query}", data=archive, headers=headers) as response:
        assert response.status == 202, await response.text()
        job = await response.json()
    waits: dict[str, list[float]] = {"GET": [], "PUT": []}
    seen: list[str] = []
    while job["state"] not in ("done", "failed"):
        for turn in range(5):
            await _probe(client, "PUT" if turn == 0 else "GET", waits)
        async with client.get(f"/v1/imports/{job['id']}") as response:
            job = await response.json()
        shown = f"{job['progress']['phase']} {job['progress']['done']}/{job['progress']['total']}"
        if not seen or seen[-1] != shown:
            seen.append(shown)
    assert job["state"] == "done", job["problems"][:3]
    seconds = time.monotonic() - started
    print(f"{name}: {seconds:.1f} s, {len(seen)} steps of progress seen, others waited " + ", ".join(_waits(waits)))


async def _probe(client: aiohttp.ClientSession, method: str, waits: dict[str, list[float]]) -> None:
    started = time.monotonic()
    if method == "PUT":
        body = {"title": f"Предмет {started}"}
        async with client.put("/v1/subjects/probe", json=body) as response:
            assert response.status < 300, await response.text()
    else:
        async with client.get("/v1/calls?limit=1") as response:
            assert response.status == 200, await response.text()
    waits[method].append(time.monotonic() - started)
    await asyncio.sleep(PROBE_EVERY)


def _waits(waits: dict[str, list[float]]) -> Iterator[str]:
    for method, found in waits.items():
        if found:
            ordered = sorted(found)
            median, worst = ordered[len(ordered) // 2], ordered[-1]
            p95 = ordered[int(len(ordered) * 0.95)]
            yield f"{method} {median * 1000:.0f} ms (p95 {p95 * 1000:.0f}, worst {worst * 1000:.0f})"


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description="Measure a roster import.")
    parser.add_argument("--database", metavar="URL", help="an empty database (default: a new SQLite file)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = options.database or f"sqlite:///{folder}/zvonok.db"
        with server(database, folder) as (url, key, _):
            asyncio.run(measure(url, key))
    return 0


if __name__ == "__main__":
    sys.exit(main())
