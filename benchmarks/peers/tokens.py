"""Ready-made access tokens, one participant each: read from a file, given to a plan's seats. Pure."""

import base64
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.peers.peer import PeerError
from benchmarks.rooms.plan import EVERYBODY, Plan, Seat

MAX_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """A token with what it says. Whether its signature is right, only the server knows."""

    token: str
    room: str
    identity: str
    may_publish: bool = True


def read(text: str, now: float) -> tuple[Ticket, ...]:
    """Tokens, one a line; empty lines and those that begin with # are passed over. `now` is the time in Unix seconds.

    Raises PeerError with the number of the line that is wrong.
    """
    tickets: dict[tuple[str, str], Ticket] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (token := line.strip()) or token.startswith("#"):
            continue
        try:
            ticket = _ticket(token, now)
        except ValueError as error:
            raise PeerError(f"line {number} of the tokens: {error}") from None
        if (ticket.room, ticket.identity) in tickets:
            raise PeerError(f"line {number} of the tokens: a second one for {ticket.identity} in {ticket.room}")
        tickets[ticket.room, ticket.identity] = ticket
        if len(tickets) > MAX_TOKENS:
            raise PeerError(f"there are more than {MAX_TOKENS} tokens")
    if not tickets:
        raise PeerError("there are no tokens in the file")
    return tuple(tickets.values())


def _ticket(token: str, now: float) -> Ticket:
    claims = _claims(token)
    grants = claims.get("video")
    if not isinstance(grants, dict):
        grants = {}
    room = grants.get("room") if grants.get("roomJoin") is True else None
    identity = claims.get("sub")
    if not (isinstance(room, str) and room and isinstance(identity, str) and identity):
        raise ValueError("it does not say who may join which room")
    expiry = claims.get("exp")
    if isinstance(expiry, int | float) and expiry <= now:
        raise ValueError("it has expired")
    return Ticket(token, room, identity, may_publish=grants.get("canPublish") is not False)


def _claims(token: str) -> Mapping[str, object]:
    parts = token.split(".")
    try:
        middle = parts[1] if len(parts) == 3 else ""
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise ValueError("it is not an access token (JWT)")
    return claims


def assign(plan: Plan, tickets: Sequence[Ticket]) -> Mapping[str, tuple[Ticket, Seat]]:
    """A ticket for each seat, by the seat's identity, and the seat with room and names as the tickets have them.

    A room of the plan becomes a room of the tickets that has enough of them. Raises PeerError when that cannot be.
    """
    by_room: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        by_room[ticket.room].append(ticket)
    largest = sorted(by_room.values(), key=len, reverse=True)
    wanted = sorted(plan.rooms.values(), key=len, reverse=True)
    if len(largest) < len(wanted) or any(len(have) < len(need) for have, need in zip(largest, wanted, strict=False)):
        raise PeerError(
            f"{plan.title} needs tokens for {_sizes([len(seats) for seats in wanted])}; "
            f"the file has them for {_sizes([len(found) for found in largest])}"
        )
    assigned: dict[str, tuple[Ticket, Seat]] = {}
    for seats, found in zip(wanted, largest, strict=False):
        assigned |= _assign_room(seats, found)
    return assigned


def _assign_room(seats: Sequence[Seat], tickets: Sequence[Ticket]) -> Mapping[str, tuple[Ticket, Seat]]:
    """Those who send first, to tickets that let them."""
    senders_first = sorted(seats, key=_sends, reverse=True)
    publishers_first = sorted(tickets, key=lambda ticket: ticket.may_publish, reverse=True)
    pairs = list(zip(senders_first, publishers_first, strict=False))
    if any(_sends(seat) and not ticket.may_publish for seat, ticket in pairs):
        count = sum(_sends(seat) for seat in seats)
        raise PeerError(f"{count} participants must send, but fewer tokens of {tickets[0].room} permit to publish")
    names = {seat.identity: ticket.identity for seat, ticket in pairs}
    return {seat.identity: (ticket, _renamed(seat, ticket, names)) for seat, ticket in pairs}


def _sends(seat: Seat) -> bool:
    return bool(seat.sends) or seat.messages is not None


def _renamed(seat: Seat, ticket: Ticket, names: Mapping[str, str]) -> Seat:
    cameras, voices = (_names(chosen, names) for chosen in (seat.cameras, seat.voices))
    return replace(seat, room=ticket.room, identity=ticket.identity, cameras=cameras, voices=voices)


def _names(chosen: frozenset[str] | None, names: Mapping[str, str]) -> frozenset[str] | None:
    return EVERYBODY if chosen is EVERYBODY else frozenset(names[name] for name in chosen if name in names)


def _sizes(sizes: Sequence[int]) -> str:
    shown = ", ".join(str(size) for size in sizes[:5]) + (", ..." if len(sizes) > 5 else "")
    return f"{len(sizes)} room(s) with {shown} participants"
