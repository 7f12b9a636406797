"""Codes for attempts: sends them and looks at guesses. In: an open transaction, an attempt. Out: the attempt after it.

How often is limited for the attempt, the phone and the address alike, whether the phone has a profile or not.
"""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import codes as rules
from identity.core import limits
from identity.core.attempts import Attempt
from identity.core.codes import CODE_BYTES, CODE_SECONDS, MAX_SENDS, TRIES
from identity.core.refusals import ProblemError
from identity.limits import Limits, too_many
from identity.messages import Messages


class Codes:
    """`sends_per_address`: in an hour. `clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self,
        limits: Limits,
        messages: Messages,
        *,
        sends_per_address: int,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._limits = limits
        self._messages = messages
        self._sends_per_address = sends_per_address
        self._clock = clock
        self._random = random

    def usable(self, attempt: Attempt) -> bool:
        """May its code still be entered?"""
        return self._alive(attempt) and attempt.code_tries < TRIES

    async def send(self, connection: AsyncConnection, secret: str, attempt: Attempt, address: str) -> Attempt:
        """Send another code to the attempt's phone. Raises ProblemError `too_many_tries`."""
        now = self._clock()
        if attempt.phone is None or attempt.sends >= MAX_SENDS:
            raise too_many(attempt.expires_at, now)
        await self._take(
            connection, attempt, (limits.SENDS_PHONE, limits.sends_address(self._sends_per_address)), address
        )
        code = rules.make(attempt.world, self._random(CODE_BYTES))
        if attempt.world == "live":
            await self._messages.queue(connection, attempt.id, attempt.phone, rules.message(code), CODE_SECONDS)
        return replace(
            attempt,
            code_hash=rules.seal(secret, code),
            code_expires_at=now + CODE_SECONDS,
            code_tries=0,
            sends=attempt.sends + 1,
            resend_at=now + rules.resend_delay(attempt.sends + 1),
        )

    async def resend(self, connection: AsyncConnection, secret: str, attempt: Attempt, address: str) -> Attempt:
        """The same, but not too soon after the last one."""
        if self._clock() < attempt.resend_at:
            raise too_many(attempt.resend_at, self._clock())
        return await self.send(connection, secret, attempt, address)

    async def guess(
        self, connection: AsyncConnection, secret: str, attempt: Attempt, code: str, address: str
    ) -> tuple[Attempt, ProblemError | None]:
        """The attempt after one more try, and what was wrong: the count must be kept even then. Raises ProblemError
        `code_expired` and `too_many_tries`, when there is nothing to keep."""
        if not self._alive(attempt):
            raise ProblemError("code_expired", "Ask for another code.")
        if attempt.code_tries >= TRIES:
            raise too_many(max(attempt.resend_at, self._clock()), self._clock())
        await self._take(connection, attempt, (limits.GUESSES_PHONE, limits.GUESSES_ADDRESS), address)
        if rules.fits(attempt.code_hash or "", secret, "".join(code.split()).replace("-", "")):
            return replace(attempt, proved=True, code_hash=None), None
        tried = replace(attempt, code_tries=attempt.code_tries + 1)
        left = {"tries_left": TRIES - tried.code_tries}
        return tried, ProblemError("code_wrong", "It is another code.", extra=left)

    async def _take(
        self,
        connection: AsyncConnection,
        attempt: Attempt,
        counted: tuple[tuple[limits.Limit, ...], tuple[limits.Limit, ...]],
        address: str,
    ) -> None:
        """Count for the phone and for the address; in the test world nothing is sent and nothing secret."""
        if attempt.world == "live":
            await self._limits.take(connection, counted[0], attempt.phone or "")
            await self._limits.take(connection, counted[1], limits.network(address))

    def _alive(self, attempt: Attempt) -> bool:
        return attempt.code_hash is not None and self._clock() < attempt.code_expires_at
