"""Sessions of profiles in SQL. In: an open transaction, hashes. Out: values."""

from collections.abc import Sequence

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.profile_sessions import ProfileSession
from identity.store.tables import PROFILE_SESSIONS

_IT = PROFILE_SESSIONS.c


async def by_hash(connection: AsyncConnection, hashed: str) -> ProfileSession | None:
    """The session of a secret's hash, expired or not."""
    row = (await connection.execute(select(PROFILE_SESSIONS).where(_IT.hash == hashed))).one_or_none()
    return _session(row) if row else None


async def of_profile(connection: AsyncConnection, profile: str, now: float) -> Sequence[ProfileSession]:
    """The living sessions of a profile, the last used first."""
    query = select(PROFILE_SESSIONS).where(_IT.profile == profile, _IT.expires_at > now)
    return [_session(row) for row in await connection.execute(query.order_by(_IT.seen_at.desc(), _IT.id))]


async def add(connection: AsyncConnection, hashed: str, session: ProfileSession) -> None:
    """Keep a new session."""
    await connection.execute(
        insert(PROFILE_SESSIONS).values(
            id=session.id,
            hash=hashed,
            profile=session.profile,
            title=session.title,
            created_at=session.created_at,
            seen_at=session.seen_at,
            expires_at=session.expires_at,
        )
    )


async def touch(connection: AsyncConnection, session: str, seen_at: float, expires_at: float) -> None:
    """Write down that it is used."""
    await connection.execute(
        update(PROFILE_SESSIONS).where(_IT.id == session).values(seen_at=seen_at, expires_at=expires_at)
    )


async def end(connection: AsyncConnection, profile: str, session: str | None = None) -> int:
    """End one session of a profile, or all of them; how many there were."""
    query = delete(PROFILE_SESSIONS).where(_IT.profile == profile)
    if session is not None:
        query = query.where(_IT.id == session)
    return (await connection.execute(query)).rowcount


async def end_others(connection: AsyncConnection, profile: str, session: str) -> None:
    """End all sessions of a profile but one."""
    await connection.execute(delete(PROFILE_SESSIONS).where(_IT.profile == profile, _IT.id != session))


def _session(row: Row[tuple[object, ...]]) -> ProfileSession:
    return ProfileSession(row.id, row.profile, row.title, row.created_at, row.seen_at, row.expires_at)
