"""Stops who guesses codes. In: where a request comes from. Out: leave to try, or a refusal."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError

from identity.core.limits import network
from identity.core.moments import moment
from identity.ports import Database
from journal_bridge.core import guesses as rules
from journal_bridge.core.guesses import EVERYBODY
from journal_bridge.core.problems import ProblemError
from journal_bridge.store import guesses as store

ATTEMPTS = 3  # two servers that begin to count the same source at once: one of them tries again


class Guesses:
    """Counts wrong codes by source: a network address (all of an IPv6 network together) or a name.

    `clock`: seconds since the epoch.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def check(self, source: str) -> None:
        """Raises ProblemError (`too_many_tries`) for a source that was wrong too often."""
        source = network(source)
        async with self._database.read() as connection:
            found = await store.find(connection, source, EVERYBODY)
        now = self._clock()
        until = rules.must_wait(found.get(source), found.get(EVERYBODY), now)
        if until is not None:
            extra = {"retry_at": moment(until), "retry_after": max(1, round(until - now))}
            raise ProblemError("too_many_tries", "Too many wrong codes came from this address.", extra=extra)

    @asynccontextmanager
    async def counted(self, source: str) -> AsyncIterator[None]:
        """What is done with a code that `source` sent: an unknown one is counted. Raises ProblemError."""
        await self.check(source)
        try:
            yield
        except ProblemError as error:
            if error.code == "link_unknown":
                await self.wrong(source)
            raise

    async def wrong(self, source: str) -> None:
        """One more wrong code."""
        for _ in range(ATTEMPTS):
            try:
                async with self._database.write() as connection:
                    # The common count first: two transactions never wait for each other crosswise.
                    await store.add(connection, EVERYBODY, self._clock())
                    await store.add(connection, network(source), self._clock())
                return
            except IntegrityError:
                continue
