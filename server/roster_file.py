"""`zvonok import-roster FILE --journal NAME`: a roster import without the HTTP interface, also beside a running server.

In: a file and options. Out: progress on stderr; what changed and what is wrong with the file on stdout.
"""

import argparse
import asyncio
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from identity.service import Identity
from journal_bridge.core.problems import ProblemError
from journal_bridge.imports.jobs import ImportAnswer
from journal_bridge.imports.reading import Format
from journal_bridge.imports.service import Imports, Order
from journal_bridge.linking.links import Linking
from journal_bridge.outbox import Outbox
from server.journal_keys import WrongWordError
from server.lifecycle import Spawner
from server.storage import Database, upgrade

FORMATS: dict[str, Format] = {".zip": "oneroster", ".ndjson": "ndjson", ".jsonl": "ndjson"}
LOOK_EVERY = 0.2  # seconds between looks at how far it is
BAR = 30  # characters
LISTED = 20  # changes of a kind by name


def add_command(commands: Any) -> None:
    """Add the subcommand; it sets `roster_file`, a coroutine that takes options and a database URL."""
    parser = commands.add_parser("import-roster", help="bring a journal's roster in from a OneRoster zip or NDJSON")
    parser.add_argument("file", type=Path, metavar="FILE", help="*.zip or *.ndjson (see docs/oneroster.md)")
    parser.add_argument("--journal", required=True, metavar="NAME", help="whose roster: it has a key already")
    parser.add_argument("--test", action="store_true", help="the roster that its test keys see")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, change nothing")
    parser.add_argument("--complete", action="store_true", help="who is missing in the file leaves")
    parser.add_argument("--allow-removals", action="store_true", help="even when more than a fifth would leave")
    parser.add_argument("--config", type=Path, metavar="FILE")
    parser.set_defaults(roster_file=run)


async def run(options: argparse.Namespace, url: str) -> bool:
    """Import the file; True: it went well. Raises WrongWordError."""
    taken = FORMATS.get(options.file.suffix.lower())
    if taken is None:
        raise WrongWordError(f"{options.file.name} is none of {', '.join(FORMATS)}")
    order = Order(taken, options.dry_run, options.complete, options.allow_removals)
    await upgrade(url)
    database, spawner = Database(url), Spawner()
    try:
        imports = _imports(database, spawner)
        job = await _carried_out(imports, spawner, options, order)
    except ProblemError as problem:
        raise WrongWordError(problem.detail.rstrip(".")) from None
    finally:
        await spawner.close()
        await database.close()
    print("\n".join(_lines(job)))
    return job.state == "done"


def _imports(database: Database, spawner: Spawner) -> Imports:
    clock, random, spawn = time.time, secrets.token_bytes, spawner.spawn
    identity = Identity(database, clock=clock, random=random, spawn=spawn)
    outbox = Outbox(clock=clock, random=random)
    linking = Linking(database, identity, outbox, clock=clock, random=random)
    return Imports(database, outbox, linking.leaving, spawn=spawn, clock=clock, random=random)


async def _carried_out(imports: Imports, spawner: Spawner, options: argparse.Namespace, order: Order) -> ImportAnswer:
    journal = await imports.journal(options.journal, "test" if options.test else "live")
    if journal is None:
        raise WrongWordError(f"no journal {options.journal} has such a key: make one with new-journal-key")
    with options.file.open("rb") as file:
        import_id = await imports.keep(journal, order, file, options.file.stat().st_size)
    working = spawner.spawn(imports.run(import_id))
    while not working.done():
        await asyncio.wait([working], timeout=LOOK_EVERY)
        _show(await imports.get(journal, import_id))
    print(file=sys.stderr)
    return await imports.get(journal, import_id)


def _show(job: ImportAnswer) -> None:
    """A bar on one line."""
    progress = job.progress
    share = progress.done / progress.total if progress.total else 0.0
    bar = "#" * round(BAR * share)
    print(f"\r{progress.phase or 'waiting':8} [{bar:{BAR}}] {share:4.0%}", end="", file=sys.stderr, flush=True)


def _lines(job: ImportAnswer) -> list[str]:
    lines = [
        f"{problem.level}: {problem.file or 'the file'}"
        + (f", line {problem.line}" if problem.line else "")
        + f": {problem.message}"
        for problem in job.problems
    ]
    for kind, count in msgspec.structs.asdict(job.difference).items() if job.difference else ():
        numbers = (("added", count.added), ("changed", count.changed), ("removed", count.removed))
        if any(number for _, number in numbers):
            told = ", ".join(f"{number} {name}" for name, number in numbers if number)
            lines.append(f"{kind}: {told}, {count.unchanged} as before")
            for sign, changes in (("+", count.first.added), ("~", count.first.changed), ("-", count.first.removed)):
                lines += [f"  {sign} {change.name} ({change.ext_id})" for change in changes[:LISTED]]
    ended = {"done": "This would change." if job.dry_run else "Done.", "failed": "Nothing was imported."}
    return [*lines, ended.get(job.state, "It goes on elsewhere.")]
