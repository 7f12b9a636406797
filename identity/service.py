"""Identity as one object, made by `server/app.py`. In: a database, a way to send messages. Out: what HTTP serves."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from identity.audit import Audit
from identity.entry import Entry
from identity.ports import Database
from identity.profiles import Profiles
from identity.sessions import ProfileSessions
from identity.store import IdentityStore

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """What an operator may choose."""

    public_url: str = ""
    """Where browsers reach us, like "https://call.school.ru"; empty: as each request came."""
    operator: str = ""
    """Who answers for the personal data, in the dative case, as the consent's text names them."""
    support: str = ""
    """Where to ask for help: a phone, an address, a room of the school."""
    region: str = "RU"
    """The country of phone numbers that are written without one."""


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
    ) -> None:
        """`clock`: seconds since the epoch. `random`: that many unguessable bytes. `spawn` runs what goes on by
        itself until the server closes."""
        self.config = config or IdentityConfig()
        self.random = random
        self._spawn = spawn
        self.tickets = IdentityStore(database, clock=clock, random=random)
        self.audit = Audit(database, clock)
        self.sessions = ProfileSessions(database, clock=clock, random=random)
        self.profiles = Profiles(
            database, self.sessions, self.audit, clock=clock, random=random, operator=self.config.operator
        )
        self.entry = Entry()
