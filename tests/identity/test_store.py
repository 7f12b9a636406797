"""Tickets and sessions in a database."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from identity.core.sessions import SESSION_SECONDS
from identity.core.tickets import KEEP_SECONDS, TICKET_SECONDS
from identity.store import Entry, IdentityStore, Refusal
from server.storage import Database, upgrade


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[IdentityStore]:
    url = f"sqlite:///{tmp_path}/db"
    await upgrade(url)
    database = Database(url)
    yield IdentityStore(database, clock=clock, random=random.Random(1).randbytes)
    await database.close()


async def test_a_ticket_becomes_a_session_of_its_person(store: IdentityStore) -> None:
    secret, ticket = await store.issue_ticket("per_1", "call_1")
    entry = await store.redeem(secret)
    assert isinstance(entry, Entry)
    assert (entry.person, entry.place) == ("per_1", "call_1") == (ticket.person, ticket.place)
    session = await store.session(entry.session)
    assert session is not None and session.person == "per_1"
    assert entry.session != secret


async def test_of_concurrent_uses_one_gets_in(store: IdentityStore) -> None:
    secret, _ = await store.issue_ticket("per_1", "call_1")
    answers = await asyncio.gather(*(store.redeem(secret) for _ in range(5)))
    assert sum(isinstance(answer, Entry) for answer in answers) == 1
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert {refusal.problem for refusal in refusals} == {"ticket_used"}


async def test_time_ends_tickets_and_sessions(store: IdentityStore, clock: Clock) -> None:
    late, _ = await store.issue_ticket("per_1", "call_1")
    secret, _ = await store.issue_ticket("per_1", "call_1")
    entry = await store.redeem(secret)
    assert isinstance(entry, Entry)
    clock.now += TICKET_SECONDS
    refusal = await store.redeem(late)
    assert isinstance(refusal, Refusal) and refusal.problem == "ticket_expired"
    clock.now += SESSION_SECONDS
    assert await store.session(entry.session) is None


async def test_old_tickets_are_forgotten(store: IdentityStore, clock: Clock) -> None:
    secret, _ = await store.issue_ticket("per_1", "call_1")
    clock.now += TICKET_SECONDS + KEEP_SECONDS + 1
    await store.issue_ticket("per_2", "call_2")
    refusal = await store.redeem(secret)
    assert isinstance(refusal, Refusal) and refusal.problem == "ticket_unknown" and refusal.ticket is None


@pytest.mark.parametrize("secret", ["", "x", "\udcff", "a" * 10_000])
async def test_an_invented_secret_opens_nothing(store: IdentityStore, secret: str) -> None:
    refusal = await store.redeem(secret)
    assert isinstance(refusal, Refusal) and refusal.problem == "ticket_unknown"
    assert await store.session(secret) is None
