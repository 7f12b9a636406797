"""Repeated POSTs. In: a key and what it is used for. Out: the earlier answer, or leave to carry the request out."""

from collections.abc import Callable, Mapping

from sqlalchemy.exc import IntegrityError

from identity.ports import Database
from journal_bridge.core import idempotency as rules
from journal_bridge.core.idempotency import Stored
from journal_bridge.core.problems import ProblemError
from journal_bridge.store import answers


class Answers:
    """Keeps answers for a day."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def claim(self, journal: str, key: str, fingerprint: str) -> Stored | None:
        """The answer to repeat; None: carry it out, then `keep` or `release`. Raises ProblemError."""
        rules.check_key(key)
        now = self._clock()
        try:
            async with self._database.write() as connection:
                stored = await answers.find(connection, journal, key)
                if (earlier := rules.replay(stored, fingerprint, now)) is not None:
                    return earlier
                claimed = await answers.claim(connection, journal, key, Stored(fingerprint, now), instead=stored)
        except IntegrityError:
            claimed = False
        if not claimed:  # the same key at the same moment
            raise ProblemError("idempotency_in_progress", "Ask again when the first request has been answered.")
        return None

    async def keep(
        self, journal: str, key: str, fingerprint: str, *, status: int, headers: Mapping[str, str], body: str
    ) -> None:
        """The request that was claimed has this answer."""
        if not rules.worth_keeping(status):
            await self.release(journal, key)
            return
        stored = Stored(fingerprint, self._clock(), status, headers, body)
        async with self._database.write() as connection:
            await answers.keep(connection, journal, key, stored)

    async def release(self, journal: str, key: str) -> None:
        """The request that was claimed came to nothing."""
        async with self._database.write() as connection:
            await answers.forget(connection, journal, key)
