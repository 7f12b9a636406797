"""Servers under test for the tests of their drivers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.peer import Member, Peer
from benchmarks.rooms.plan import Plan, Seat

LOOK_INTERVAL = 0.02  # seconds
PATIENCE = 20.0  # seconds: the machine may be busy

AnyPeer = TypeVar("AnyPeer", bound=Peer)


@asynccontextmanager
async def running(peer: AnyPeer) -> AsyncIterator[AnyPeer]:
    """The server, started; stopped at the end."""
    try:
        await peer.start()
        yield peer
    finally:
        await peer.stop()


async def eventually(holds: Callable[[], bool]) -> None:
    """Look again and again until it holds. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - the native engine signals no events
            await asyncio.sleep(LOOK_INTERVAL)


def streams(member: Member) -> int:
    """How many streams of media have reached it, on all of its connections."""
    return sum(connection.stats().streams for connection in member.receiving)


async def check_members_get_what_their_seats_say(peer: Peer) -> None:
    """What every driver owes to a plan: members send what they should, take whom they name, and leave well."""
    camera, voice, nobody = Rhythm(Kind.VIDEO, 100, 1000), Rhythm(Kind.AUDIO, 50, 100), frozenset[str]()
    seats = (
        Seat("a", "both", (voice, camera)),
        Seat("a", "camera", (camera,)),
        Seat("a", "picky", (voice,), cameras=frozenset({"camera"})),
        Seat("a", "deaf", (voice,), voices=nobody),
        Seat("a", "silent", cameras=nobody, voices=nobody),
        Seat("b", "elsewhere", (voice,)),
        Seat("b", "listener"),
    )
    plan = Plan("test", "Test", seats)
    await peer.prepare(plan)
    members = await asyncio.gather(*(peer.enter(seat) for seat in seats))
    await asyncio.gather(*(member.wait_ready() for member in members))
    due = [plan.sources_of(seat) for seat in seats]
    await eventually(lambda: [streams(member) for member in members] == due)
    assert [len(member.sending.sources) if member.sending else 0 for member in members] == [
        len(seat.sends) for seat in seats
    ]
    await asyncio.gather(*(member.leave() for member in members))
    assert [member.problem for member in members] == [""] * len(seats)
