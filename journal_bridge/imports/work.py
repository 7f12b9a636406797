"""One job from its file to its end: read in a thread, written in batches, its row kept up to date.

In: the id of a job. Out: the roster as the file says, and a job that says how it went.
"""

import asyncio
import logging
import tempfile
import zoneinfo
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from typing import IO, Any

import msgspec
from sqlalchemy import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge.core.roster_model import Roster
from journal_bridge.core.roster_report import Difference, Problem, Where
from journal_bridge.imports.applying import Applying, Leave
from journal_bridge.imports.reading import Options, Outcome, Progress, read
from journal_bridge.outbox import Outbox
from journal_bridge.store import imports as store
from journal_bridge.store import roster_bulk as bulk

log = logging.getLogger("zvonok.imports")

LEASE = 30.0  # seconds: a server that says nothing for so long is gone; it speaks every second
TICK = 1.0  # seconds between notes of progress while the file is read
ATTEMPTS = 5  # the journal's own requests change the roster meanwhile: then what is left is planned anew
IN_MEMORY = 4 * 1024 * 1024  # bytes of a file that need no disk


class LostLeaseError(Exception):
    """Somebody else works on the job: we were silent for too long."""


class Work:
    """Holds the job's lease while it works."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        leave: Leave,
        *,
        import_id: str,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._leave = leave
        self._id = import_id
        self._clock = clock
        self._random = random
        self._lease = 0.0
        self._journal = ""
        self._dry_run = False

    async def run(self) -> None:
        """Do nothing when somebody else works on it. Raises LostLeaseError."""
        job = await self._claim()
        if job is None:
            return
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            if await self._fetch(file) != job.size:  # the server died while it took the file in
                problem = Where().error(None, "upload_incomplete", "The file did not get here whole: send it again.")
                await self._finish("failed", None, [problem])
                return
            await self._import(job, file)

    async def fail_internally(self) -> None:
        """The failure is ours and in our log."""
        if self._lease:
            problem = Where().error(None, "internal", "The server failed; what was not written yet is as it was.")
            await self._finish("failed", None, [problem])

    async def _import(self, job: Row[Any], file: IO[bytes]) -> None:
        difference = msgspec.json.decode(job.difference, type=Difference) if job.difference else None
        problems = msgspec.json.decode(job.problems, type=list[Problem]) if job.problems else []
        for _ in range(ATTEMPTS):
            async with self._database.read() as connection:
                roster = await bulk.load(connection, self._journal)
            outcome = await self._read(job, file, roster)
            if difference is None:  # of a job that goes on, what it had written before belongs to the difference
                difference, problems = outcome.difference, outcome.report.problems
            if outcome.plan is None:
                await self._finish("failed", outcome.difference, outcome.report.problems)
                return
            if job.dry_run or await self._write(outcome, roster, difference, problems):
                await self._finish("done", difference, problems)
                return
        problem = Where().error(None, "roster_busy", "The roster changed again and again meanwhile; repeat the import.")
        await self._finish("failed", difference, [*problems, problem])

    async def _read(self, job: Row[Any], file: IO[bytes], roster: Roster) -> Outcome:
        """In a thread, so that the server answers meanwhile."""
        progress = Progress()
        today = datetime.fromtimestamp(self._clock(), UTC).date()

        def work() -> Outcome:
            file.seek(0)
            options = Options(job.format, job.complete, job.allow_removals, _zones(), today)
            return read(file, job.size, roster, options, progress)

        reading = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            while not reading.done():
                await self._note({"phase": "reading", "done": progress.done, "total": progress.total})
                await asyncio.wait([reading], timeout=TICK)
        finally:
            progress.stopped = True
            await asyncio.wait([reading])  # the file must not be closed under it
        await self._note({"phase": "reading", "done": progress.done, "total": progress.total})
        return reading.result()

    async def _write(self, outcome: Outcome, roster: Roster, difference: Difference, problems: list[Problem]) -> bool:
        """False: somebody else changed what we were about to change."""
        plan = outcome.plan
        assert plan is not None
        done, total = 0, plan.size
        kept = {"difference": _json(difference), "problems": _json(problems)}
        await self._note({"phase": "writing", "done": done, "total": total, **kept})
        at = datetime.fromtimestamp(self._clock(), UTC)
        applying = Applying(self._journal, plan, roster, random=self._random, at=at, leave=self._leave)
        try:
            for count, work in applying.batches():
                done += count
                async with self._holding({"done": done}) as connection:
                    await work(connection)
        except DBAPIError as error:  # a record that somebody else made or removed, two writers that wait crosswise
            log.info("import %s plans what is left anew: %s", self._id, error.orig)
            return False
        return True

    async def _claim(self) -> Row[Any] | None:
        now = self._clock()
        async with self._database.write() as connection:
            job = await store.claim(connection, self._id, now, now + LEASE)
            if job is not None:
                self._lease, self._journal, self._dry_run = now + LEASE, job.journal_id, job.dry_run
                if job.started_at is None:
                    await store.change(connection, self._id, {"started_at": now})
        return job

    async def _fetch(self, file: IO[bytes]) -> int:
        size = 0
        async with self._database.read() as connection:
            async for data in store.chunks(connection, self._id):
                file.write(data)
                size += len(data)
        return size

    async def _finish(self, state: str, difference: Difference | None, problems: list[Problem]) -> None:
        values = {
            "state": state,
            "difference": _json(difference) if difference is not None else None,
            "problems": _json(problems),
            "finished_at": self._clock(),
        }
        async with self._holding(values) as connection:
            await store.drop_chunks(connection, self._id)
            news = {"import": {"id": self._id, "state": state, "dry_run": self._dry_run}}
            await self._outbox.record(connection, self._journal, "import.finished", news)

    async def _note(self, values: dict[str, Any]) -> None:
        async with self._holding(values):
            pass

    @asynccontextmanager
    async def _holding(self, values: dict[str, Any]) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes the job too and holds it for longer. Raises LostLeaseError."""
        until = max(self._lease, self._clock() + LEASE)
        async with self._database.write() as connection:
            if not await store.hold(connection, self._id, self._lease, {**values, "lease_until": until}):
                raise LostLeaseError
            yield connection
        self._lease = until


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
