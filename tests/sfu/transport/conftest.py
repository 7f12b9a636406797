import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from sfu.plane.model import Event
from sfu.transport import stun
from sfu.transport.dtls import Certificate
from sfu.transport.mux import Mux
from sfu.transport.ports import Plane
from tests.support.fake_plane import FakePlane


@dataclass
class Ear:
    """A listener that notes what it hears and can be waited for."""

    heard: list[str] = field(default_factory=list)
    messages: list[tuple[str, bytes]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def connected(self) -> None:
        self._note("connected")

    def failed(self) -> None:
        self._note("failed")

    def closed(self) -> None:
        self._note("closed")

    def message(self, label: str, payload: bytes) -> None:
        self.messages.append((label, payload))
        self.changed.set()

    async def until(self, word: str) -> None:
        while word not in self.heard:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)

    async def until_messages(self, count: int) -> None:
        while len(self.messages) < count:
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 10)

    def _note(self, word: str) -> None:
        self.heard.append(word)
        self.changed.set()


class Peer:
    """A socket that asks and waits."""

    def __init__(self, plane: Plane, index: int = 0) -> None:
        address = plane.addresses[index]
        self.socket = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(address)
        self.socket.setblocking(False)

    def check(self, ufrag: str, password: str, *, nominate: bool = True) -> None:
        more = ((stun.USE_CANDIDATE, b""),) if nominate else ()
        self.socket.send(stun.request(bytes(12), f"{ufrag}:x".encode(), password.encode(), more))

    def answers(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.socket.recv(2000))
            except BlockingIOError:
                return found

    def address(self) -> tuple[str, int]:
        return self.socket.getsockname()[:2]

    def close(self) -> None:
        self.socket.close()


async def counted(mux: Mux, name: str, least: int = 1) -> None:
    """Let the loop turn until a counter is there."""
    for _ in range(100_000):
        if mux.counters()[name] >= least:
            return
        await asyncio.sleep(0)
    raise AssertionError(f"{name} stayed below {least}")


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture
def plane() -> Iterator[FakePlane]:
    plane = FakePlane()
    yield plane
    plane.close()


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
async def mux(plane: FakePlane, certificate: Certificate, events: list[Event]) -> AsyncIterator[Mux]:
    mux = Mux(plane, certificate, events.append, time.monotonic)
    yield mux
    await mux.close()
