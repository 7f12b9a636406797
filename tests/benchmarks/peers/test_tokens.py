"""Ready-made tokens for the seats of a plan."""

import base64
import json
from typing import Any

import pytest

from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.peer import PeerError
from benchmarks.peers.tokens import Ticket, assign, read
from benchmarks.rooms.plan import Plan, Seat

NOW = 1_000_000.0
VOICE = Rhythm(Kind.AUDIO, 50, 100)


def made(room: str, identity: str, **more: Any) -> str:
    claims = {
        "sub": identity,
        "exp": NOW + 60,
        "video": {"room": room, "roomJoin": True, **more.pop("video", {})},
        **more,
    }
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.c2ln"


def test_room_identity_and_right_are_read() -> None:
    text = f"# class\n\n{made('7a', 'Anna')}\n  {made('7a', 'Boris', video={'canPublish': False})}\n"
    anna, boris = read(text, NOW)
    assert (anna.room, anna.identity, anna.may_publish) == ("7a", "Anna", True)
    assert not boris.may_publish


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hello", "not an access token"),
        ("a.b.c", "not an access token"),
        ("e30.W10.c2ln", "not an access token"),
        (made("7a", ""), "who may join"),
        (made("", "Anna"), "who may join"),
        (made("7a", "Anna", video={"roomJoin": False}), "who may join"),
        (made("7a", "Anna", exp=NOW), "expired"),
        (f"{made('7a', 'Anna')}\n{made('7a', 'Anna')}", "line 2 .* second one for Anna"),
        ("# nothing", "no tokens"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(line: str, words: str) -> None:
    with pytest.raises(PeerError, match=words):
        read(line, NOW)


def test_rooms_of_a_plan_become_rooms_that_are_large_enough() -> None:
    plan = Plan(
        "p", "P", (Seat("small", "s"), Seat("large", "a", (VOICE,)), Seat("large", "b", voices=frozenset({"a"})))
    )
    tickets = (Ticket("t0", "x", "X"), *(Ticket(f"t{n}", "y", f"Y{n}", may_publish=n == 2) for n in (1, 2, 3)))
    found = assign(plan, tickets)
    assert found["s"][1] == Seat("x", "X")
    ticket, speaker = found["a"]
    assert (ticket.token, speaker) == ("t2", Seat("y", "Y2", (VOICE,)))
    assert found["b"][1].voices == frozenset({"Y2"})


@pytest.mark.parametrize(
    "tickets",
    [
        (),
        (Ticket("t", "x", "X"),),
        (Ticket("t", "x", "X"), Ticket("u", "y", "Y")),
        (Ticket("t", "x", "X", may_publish=False), Ticket("u", "x", "Y", may_publish=False)),
    ],
)
def test_too_few_tokens_are_told(tickets: tuple[Ticket, ...]) -> None:
    with pytest.raises(PeerError, match=r"needs tokens for|fewer tokens"):
        assign(Plan("p", "P", (Seat("a", "p0", (VOICE,)), Seat("a", "p1"))), tickets)
