"""Servers under test for the tests of their drivers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from benchmarks.peers.peer import Member, Peer

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
