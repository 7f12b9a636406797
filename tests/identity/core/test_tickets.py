"""Tickets and sessions in virtual time."""

import pytest

from identity.core import sessions, tickets
from identity.core.claims import ROLES
from identity.core.tickets import TICKET_SECONDS, Ticket
from identity.core.tokens import TOKEN_BYTES, digest, token


def test_there_are_exactly_three_roles() -> None:
    assert ROLES == ("teacher", "student", "parent")


@pytest.mark.parametrize(
    ("ticket", "now", "problem"),
    [
        (tickets.issue("p", "c", 100.0), 100.0, None),
        (tickets.issue("p", "c", 100.0), 100.0 + TICKET_SECONDS - 0.001, None),
        (tickets.issue("p", "c", 100.0), 100.0 + TICKET_SECONDS, "ticket_expired"),
        (Ticket("p", "c", 200.0, used=True), 100.0, "ticket_used"),
        (Ticket("p", "c", 200.0, used=True), 300.0, "ticket_used"),
        (None, 0.0, "ticket_unknown"),
    ],
)
def test_a_ticket_works_once_and_for_five_minutes(ticket: Ticket | None, now: float, problem: str | None) -> None:
    assert tickets.problem(ticket, now) == problem


def test_a_session_ends_by_itself() -> None:
    session = sessions.start("p", 10.0)
    assert sessions.alive(session, session.expires_at - 0.001)
    assert not sessions.alive(session, session.expires_at)
    assert not sessions.alive(None, 0.0)


def test_a_token_is_url_safe_and_its_hash_takes_any_text() -> None:
    secret = token(bytes(range(256 - TOKEN_BYTES, 256)))
    assert len(secret) == 43 and secret.replace("-", "").replace("_", "").isalnum()
    assert digest(secret) != digest(secret + "=")
    assert len(digest("\udcff")) == 64
