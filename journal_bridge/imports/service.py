"""Import jobs: created by a request, carried out in the background, shown while they run.

In: a file and how to take it. Out: jobs. The file lies in the database until the job is done, so a job goes on after a
restart, and on another server when its own is gone: whoever holds the lease works on it.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy.exc import IntegrityError

from identity.ports import Database
from journal_bridge.core import cursors, ids
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Mode
from journal_bridge.imports.applying import Leave
from journal_bridge.imports.jobs import ImportAnswer, answer
from journal_bridge.imports.reading import Format
from journal_bridge.imports.work import LostLeaseError, Work
from journal_bridge.outbox import Outbox
from journal_bridge.store import imports as store

log = logging.getLogger("zvonok.imports")

CHUNK = 1024 * 1024  # bytes of the file in one row, and in memory at once
UPLOAD_LEASE = 120.0  # seconds to put a file into the database; who takes longer died
WATCH_EVERY = 10.0  # seconds between looks for jobs whose server died
KEEP_SECONDS = 30 * 86400.0  # how long a finished import can be looked at

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a file is to be taken."""

    format: Format
    dry_run: bool = False
    complete: bool = False
    allow_removals: bool = False


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A piece of a list; `next` leads on, None at the end."""

    data: list[ImportAnswer]
    next: str | None


class Imports:
    """All methods that a journal asks for raise ProblemError."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        leave: Leave,
        *,
        spawn: Spawn,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        """`leave` ends links and sessions of people who leave the roster."""
        self._database = database
        self._outbox = outbox
        self._leave = leave
        self._spawn = spawn
        self._clock = clock
        self._random = random

    async def create(self, journal: str, order: Order, file: IO[bytes], size: int) -> ImportAnswer:
        """Keep the file and begin. Refused (`import_running`) while another import of the journal is not finished."""
        import_id = await self.keep(journal, order, file, size)
        self._spawn(self.run(import_id))
        return await self.get(journal, import_id)

    async def keep(self, journal: str, order: Order, file: IO[bytes], size: int) -> str:
        """Keep the file as a job that nobody works on yet."""
        now = self._clock()
        import_id = ids.make("imp", self._random(ids.ID_BYTES))
        values = {
            "id": import_id,
            "journal_id": journal,
            "format": order.format,
            "dry_run": order.dry_run,
            "complete": order.complete,
            "allow_removals": order.allow_removals,
            "size": size,
            "state": "queued",
            "done": 0,
            "total": 0,
            "lease_until": now + UPLOAD_LEASE,
            "created_at": now,
        }
        try:
            async with self._database.write() as connection:
                await store.forget(connection, journal, now - KEEP_SECONDS)
                await store.create(connection, values)
        except IntegrityError:
            raise await self._running(journal) from None
        try:
            await self._keep_file(import_id, file)
        except BaseException:
            async with self._database.write() as connection:
                await store.remove(connection, import_id)
            raise
        return import_id

    async def journal(self, name: str, mode: Mode) -> str | None:
        """The id of the journal of this name, for those who have no key of it."""
        async with self._database.read() as connection:
            return await store.journal(connection, name, mode)

    async def get(self, journal: str, import_id: str) -> ImportAnswer:
        """A job as it is now."""
        async with self._database.read() as connection:
            row = await store.find(connection, journal, import_id)
        if row is None:
            raise ProblemError("import_unknown", f"There is no import {import_id} in your journal.")
        return answer(row)

    async def page(self, journal: str, limit: int, after: str | None) -> ImportPage:
        """Jobs, the newest first."""
        before = None
        if after is not None:
            moment, last = cursors.decode_key(after, 2)
            before = cursors.number(moment), last
        async with self._database.read() as connection:
            rows = await store.listed(connection, journal, before=before, limit=limit + 1)
        shown = rows[:limit]
        more = len(rows) > limit
        following = cursors.encode_key(repr(shown[-1].created_at), shown[-1].id) if more else None
        return ImportPage([answer(row) for row in shown], following)

    async def watch(self) -> None:
        """Carry on, until cancelled, what servers left behind that are no more; this one's last run among them."""
        while True:
            await self.resume()
            await asyncio.sleep(WATCH_EVERY)

    async def resume(self) -> None:
        """Begin the jobs on which nobody works."""
        async with self._database.read() as connection:
            unfinished = await store.unfinished(connection)
        for import_id, lease_until in unfinished:
            if lease_until <= self._clock():
                self._spawn(self.run(import_id))

    async def run(self, import_id: str) -> None:
        """Work on a job until it is finished, unless somebody else does. Does not raise: the job says how it ended."""
        work = Work(
            self._database, self._outbox, self._leave, import_id=import_id, clock=self._clock, random=self._random
        )
        try:
            await work.run()
        except LostLeaseError:
            log.warning("import %s goes on elsewhere", import_id)
        except Exception:
            log.exception("import %s failed", import_id)
            await work.fail_internally()

    async def _keep_file(self, import_id: str, file: IO[bytes]) -> None:
        """One short transaction for each piece; after the last one the job is free to be worked on."""
        file.seek(0)
        number = 0
        while data := file.read(CHUNK):
            async with self._database.write() as connection:
                await store.keep_chunk(connection, import_id, number, data)
            number += 1
        async with self._database.write() as connection:
            await store.change(connection, import_id, {"lease_until": 0.0})

    async def _running(self, journal: str) -> ProblemError:
        async with self._database.read() as connection:
            running = await store.unfinished_of(connection, journal)
        message = "One import of a journal at a time: wait until the running one is finished."
        return ProblemError("import_running", message, extra={"import": running})
