"""Identity as one object, made by `server/app.py`. In: a database, a way to send messages. Out: what HTTP serves."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.exc import SQLAlchemyError

from identity.arriving import Arriving
from identity.attempts import Attempts
from identity.audit import Audit
from identity.codes import Codes
from identity.config import IdentityConfig
from identity.entry import Entry
from identity.finish import Finish
from identity.limits import Limits
from identity.messages import Messages
from identity.owner import Owner
from identity.passwords import Passwords
from identity.ports import Database, Sms
from identity.profiles import Profiles
from identity.sessions import ProfileSessions
from identity.sms.log import LogSms
from identity.store import IdentityStore, expiry

__all__ = ["Identity", "IdentityConfig"]

log = logging.getLogger("zvonok.identity")

TIDY_SECONDS = 3600.0

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Identity:
    """Who people are. Owns nothing that must be closed."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
        spawn: Spawn,
        config: IdentityConfig | None = None,
        sms: Sms | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes. `spawn` runs what goes on by
        itself until the server closes. `hasher`: other parameters than RFC 9106's, for tests."""
        self.config = config or IdentityConfig()
        self.random = random
        self.sms = sms or LogSms()
        self._database = database
        self._spawn = spawn
        self.tickets = IdentityStore(database, clock=clock, random=random)
        self.audit = Audit(database, clock)
        self.sessions = ProfileSessions(database, clock=clock, random=random)
        self.profiles = Profiles(
            database, self.sessions, self.audit, clock=clock, random=random, operator=self.config.operator
        )
        self.limits = Limits(clock)
        self.messages = Messages(database, self.sms, clock=clock, random=random)
        passwords = Passwords(hasher)
        self.owner = Owner(database, self.profiles, self.sessions, self.audit, passwords, self.limits, clock)
        attempts = Attempts(self.profiles, self.config, clock=clock, random=random)
        self.entry = Entry(
            database,
            self.config,
            attempts=attempts,
            profiles=self.profiles,
            sessions=self.sessions,
            finish=Finish(attempts, self.profiles, self.sessions, self.audit, clock=clock, random=random),
            codes=Codes(
                self.limits,
                self.messages,
                sends_per_address=self.config.codes_per_address,
                clock=clock,
                random=random,
            ),
            messages=self.messages,
            passwords=passwords,
            limits=self.limits,
            clock=clock,
        )
        self.arriving = Arriving(database, self.entry, attempts, self.profiles, self.limits)
        self._clock = clock

    def start(self) -> None:
        """Send what waits to be sent, forget what has had its time, until the server closes."""
        self._spawn(self.messages.run())
        self._spawn(self._tidy())

    async def tidy(self) -> None:
        """Forget what has had its time: attempts, sessions, known browsers, counters, old entries of the log."""
        async with self._database.write() as connection:
            await expiry.forget(connection, self._clock())
            await self.limits.tidy(connection)
            await self.audit.tidy(connection)

    async def _tidy(self) -> None:
        while True:
            try:
                await self.tidy()
            except (SQLAlchemyError, OSError) as error:
                log.warning("what has had its time stays: the database does not answer: %s", type(error).__name__)
            await asyncio.sleep(TIDY_SECONDS)
