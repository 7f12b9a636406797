"""Hashes passwords away from the event loop, a few at a time. In: passwords. Out: argon2id hashes, verdicts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from identity.core.refusals import ProblemError

PARALLEL = 2  # hashes at once: each takes 64 MiB and all of a core for a fifth of a second
WAITING = 16  # requests that wait for one of them: about two seconds of work
BUSY_SECONDS = 3  # after which to come again

_NOBODYS = "nobody has this password"


class Passwords:
    """`hasher`: other parameters than RFC 9106's, for tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(PARALLEL)
        self._inside = 0
        self._dummy = ""

    async def hash(self, password: str) -> str:
        """What is stored. Raises ProblemError `busy`."""
        async with self._slot():
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Is it the password? Without a stored hash the same work is done for nothing. Raises ProblemError `busy`."""
        async with self._slot():
            if not self._dummy:  # at the first question, whichever it is
                self._dummy = await asyncio.to_thread(self._hasher.hash, _NOBODYS)
            right = await asyncio.to_thread(self._verify, hashed or self._dummy, password)
        return right and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Was it hashed with other parameters than today's?"""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        if self._inside >= PARALLEL + WAITING:
            raise ProblemError("busy", "Try again in a few seconds.", extra={"retry_after": BUSY_SECONDS})
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1
