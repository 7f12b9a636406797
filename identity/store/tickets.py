"""Tickets and sessions in SQL. In: secrets, as text. Out: who they stand for. Only hashes are stored."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Column, Float, String, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import sessions, tickets
from identity.core.sessions import Session
from identity.core.tickets import Ticket
from identity.core.tokens import TOKEN_BYTES, digest, token
from identity.ports import Database
from identity.store.tables import METADATA

TICKETS = Table(
    "tickets",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("place", String(64), nullable=False),
    Column("expires_at", Float(53), nullable=False, index=True),
    Column("used_at", Float(53)),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("person", String(64), nullable=False, index=True),
    Column("expires_at", Float(53), nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A redeemed ticket: the new session's secret and the place it leads to."""

    session: str
    person: str
    place: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A ticket that was not redeemed. `ticket` is what it stood for, when it was ever known."""

    problem: tickets.Problem
    ticket: Ticket | None


class IdentityStore:
    """Issues and redeems. `clock` gives seconds since the epoch, `random` that many unguessable bytes."""

    def __init__(self, database: Database, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    async def issue_ticket(self, person: str, place: str) -> tuple[str, Ticket]:
        """A secret that redeems once, and what it stands for."""
        now = self._clock()
        secret, ticket = token(self._random(TOKEN_BYTES)), tickets.issue(person, place, now)
        async with self._database.write() as connection:
            await connection.execute(delete(TICKETS).where(TICKETS.c.expires_at < now - tickets.KEEP_SECONDS))
            await connection.execute(
                insert(TICKETS).values(
                    hash=digest(secret), person=person, place=place, expires_at=ticket.expires_at, used_at=None
                )
            )
        return secret, ticket

    async def redeem(self, secret: str) -> Entry | Refusal:
        """Turn a ticket into a session; of any number of concurrent calls one succeeds."""
        now = self._clock()
        async with self._database.write() as connection:
            ticket = await _ticket(connection, digest(secret))
            problem = tickets.problem(ticket, now)
            if problem is not None or ticket is None:
                return Refusal(problem or "ticket_unknown", ticket)
            used = await connection.execute(
                update(TICKETS).where(TICKETS.c.hash == digest(secret), TICKETS.c.used_at.is_(None)).values(used_at=now)
            )
            if used.rowcount != 1:  # PostgreSQL lets two transactions read the unused ticket; one update wins
                return Refusal("ticket_used", ticket)
            session = await self._start(connection, ticket.person, now)
        return Entry(session, ticket.person, ticket.place)

    async def session(self, secret: str) -> Session | None:
        """The living session of a secret, or None."""
        query = select(SESSIONS.c.person, SESSIONS.c.expires_at).where(SESSIONS.c.hash == digest(secret))
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        found = Session(row.person, row.expires_at) if row else None
        return found if sessions.alive(found, self._clock()) else None

    async def end_in(self, connection: AsyncConnection, people: Collection[str]) -> None:
        """These people's tickets and sessions end with the caller's transaction."""
        await connection.execute(delete(TICKETS).where(TICKETS.c.person.in_(people)))
        await connection.execute(delete(SESSIONS).where(SESSIONS.c.person.in_(people)))

    async def _start(self, connection: AsyncConnection, person: str, now: float) -> str:
        secret, session = token(self._random(TOKEN_BYTES)), sessions.start(person, now)
        await connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < now))
        await connection.execute(
            insert(SESSIONS).values(hash=digest(secret), person=person, expires_at=session.expires_at)
        )
        return secret


async def _ticket(connection: AsyncConnection, hashed: str) -> Ticket | None:
    row = (await connection.execute(select(TICKETS).where(TICKETS.c.hash == hashed))).one_or_none()
    return Ticket(row.person, row.place, row.expires_at, row.used_at is not None) if row else None
