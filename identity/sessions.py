"""Who is signed in where. In: secrets of browsers. Out: sessions. Only hashes of the secrets are stored."""

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import agents, ids
from identity.core import profile_sessions as rules
from identity.core.ids import ID_BYTES
from identity.core.profile_sessions import ProfileSession
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.ports import Database
from identity.store import profile_sessions as store


class ProfileSessions:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(self, database: Database, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    async def start(self, profile: str, *, device: str = "") -> str:
        """The secret of a new session; `device` is the browser's User-Agent header."""
        async with self._database.write() as connection:
            return await self.start_in(connection, profile, device=device)

    async def start_in(self, connection: AsyncConnection, profile: str, *, device: str = "") -> str:
        """The same in the caller's transaction."""
        now, secret = self._clock(), token(self._random(TOKEN_BYTES))
        made = ProfileSession(
            ids.make("ses", self._random(ID_BYTES)), profile, agents.title(device), now, now, rules.expiry(now, now)
        )
        await store.add(connection, digest(secret), made)
        return secret

    async def of(self, secret: str) -> ProfileSession | None:
        """The living session of a secret; using it makes it live longer."""
        if not secret:
            return None
        now, hashed = self._clock(), digest(secret)
        async with self._database.read() as connection:
            session = await store.by_hash(connection, hashed)
        if session is None or not rules.alive(session, now):
            return None
        if rules.to_touch(session, now):
            async with self._database.write() as connection:
                await store.touch(connection, session.id, now, rules.expiry(session.created_at, now))
        return session

    async def devices(self, profile: str) -> Sequence[ProfileSession]:
        """Where a profile is signed in, the last used first."""
        async with self._database.read() as connection:
            return await store.of_profile(connection, profile, self._clock())

    async def end_in(self, connection: AsyncConnection, profile: str, session: str | None = None) -> int:
        """End one session of a profile, or all; how many there were."""
        return await store.end(connection, profile, session)

    async def end_others_in(self, connection: AsyncConnection, profile: str, session: str) -> None:
        """End all sessions of a profile but one."""
        await store.end_others(connection, profile, session)
