"""Outside sign-ins in SQL. In: an open transaction and values. Out: values. No rule is decided here."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, String, Table, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.outside import OutsideIdentity
from identity.store.tables import HASH, ID, METADATA, MOMENT

DEPARTURES = Table(
    "outside_departures",
    METADATA,
    Column("state_hash", HASH, primary_key=True),
    Column("browser_hash", HASH, nullable=False),
    Column("provider", String(40), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(64), nullable=False),  # in plain: it must be shown to the provider
    Column("next", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),  # seconds since the epoch
)
"""Browsers that are on their way to a provider."""

OUTSIDE = Table(
    "outside_identities",
    METADATA,
    Column("provider", String(40), primary_key=True),
    Column("subject_hash", HASH, primary_key=True),
    Column("profile", ID, ForeignKey("profiles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", MOMENT, nullable=False),
)
"""Which profile signs in by which outside identity."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What must fit together when a browser comes back from a provider."""

    provider: str
    nonce: str
    verifier: str
    next: str
    expires_at: float


async def depart(connection: AsyncConnection, departure: Departure, *, state: str, browser: str, now: float) -> None:
    """Remember a browser (by the hashes of its secrets), forget those that never came back."""
    await connection.execute(delete(DEPARTURES).where(DEPARTURES.c.expires_at < now))
    await connection.execute(
        insert(DEPARTURES).values(
            state_hash=state,
            browser_hash=browser,
            provider=departure.provider,
            nonce=departure.nonce,
            verifier=departure.verifier,
            next=departure.next,
            expires_at=departure.expires_at,
        )
    )


async def come_back(connection: AsyncConnection, *, state: str, browser: str, provider: str) -> Departure | None:
    """The departure of this very browser to this provider, which is used up by this; of two at once one gets it."""
    mine = (
        (DEPARTURES.c.state_hash == state)
        & (DEPARTURES.c.browser_hash == browser)
        & (DEPARTURES.c.provider == provider)
    )
    row = (await connection.execute(select(DEPARTURES).where(mine))).one_or_none()
    if row is None or (await connection.execute(delete(DEPARTURES).where(mine))).rowcount != 1:
        return None
    return Departure(row.provider, row.nonce, row.verifier, row.next, row.expires_at)


async def profile_of(connection: AsyncConnection, outside: OutsideIdentity) -> str | None:
    """The profile that this identity signs in to, if it has done so before."""
    return await profile_of_hash(connection, outside.provider, outside.subject_hash)


async def profile_of_hash(connection: AsyncConnection, provider: str, subject_hash: str) -> str | None:
    """The same, for a sign-in that kept only the hash."""
    query = select(OUTSIDE.c.profile).where(OUTSIDE.c.provider == provider, OUTSIDE.c.subject_hash == subject_hash)
    return (await connection.execute(query)).scalar_one_or_none()


async def remember(connection: AsyncConnection, provider: str, subject_hash: str, profile: str, now: float) -> None:
    """From now on this identity signs in to this profile (of two profiles at once the later wins)."""
    known = (OUTSIDE.c.provider == provider) & (OUTSIDE.c.subject_hash == subject_hash)
    await connection.execute(delete(OUTSIDE).where(known))
    await connection.execute(
        insert(OUTSIDE).values(provider=provider, subject_hash=subject_hash, profile=profile, created_at=now)
    )


async def providers_of(connection: AsyncConnection, profile: str) -> list[str]:
    """By which providers the profile signs in, for its export."""
    query = select(OUTSIDE.c.provider).where(OUTSIDE.c.profile == profile).order_by(OUTSIDE.c.provider)
    return list((await connection.execute(query)).scalars())
