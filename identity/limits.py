"""Counts who does what how often. In: limits, subjects. Out: nothing, or a refusal that says until when."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import limits as rules
from identity.core.limits import Limit
from identity.core.moments import moment
from identity.core.refusals import ProblemError
from identity.store import limits as store


class Limits:
    """`clock`: seconds since the epoch."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    async def take(self, connection: AsyncConnection, limits: Sequence[Limit], subject: str) -> None:
        """Count one more of each. Raises ProblemError `too_many_tries`: the transaction must then roll back."""
        now = self._clock()
        for limit in limits:
            counter = rules.counter(limit, subject, now)
            before, count = await store.counts(connection, counter)
            room = counter.room(before)
            if not await store.take(connection, counter, room):
                raise too_many(now + counter.wait(before, max(count, room)), now)

    async def tidy(self, connection: AsyncConnection) -> None:
        """Forget past windows."""
        await store.forget_expired(connection, self._clock())


def too_many(until: float, now: float) -> ProblemError:
    """The refusal that says when to come again."""
    extra = {"retry_at": moment(until), "retry_after": max(1, round(until - now))}
    return ProblemError("too_many_tries", "Wait, then try again.", extra=extra)
