"""A forwarding unit on threads and transports that only remember."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any, cast

from sfu.lane import Connections
from sfu.media import MediaService, Room
from sfu.peer import Peer
from sfu.plane.model import Event
from sfu.plane.thread import PlaneThread
from sfu.ports import Description
from tests.sfu.fakes import (
    THREE_LAYERS,
    Ear,
    FakeConnections,
    FakePlane,
    Request,
    Sent,
    answer,
    first_packet,
    offer,
    voice_figures,
)


class Unit:
    """A service in virtual time: `now` moves only when a test moves it."""

    def __init__(self, lanes: int) -> None:
        self.now = 1000.0
        self.planes = [FakePlane() for _ in range(lanes)]
        self.connections: list[FakeConnections] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.service = MediaService(
            cast(list[PlaneThread], self.planes),
            spawn=self._spawn,
            clock=self._clock,
            random=Random(1),
            connect=self._connect,
        )

    @property
    def plane(self) -> FakePlane:
        return self.planes[0]

    def _clock(self) -> float:
        return self.now

    def _connect(self, plane: PlaneThread, handler: Callable[[Event], None]) -> Connections:
        self.connections.append(FakeConnections(cast(FakePlane, plane), handler))
        return self.connections[-1]

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def run(self, seconds: float) -> None:
        """Ticks, a tenth of a second each."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            for _ in self.service.steps(self.now):
                pass

    def deliver(self, event: Event) -> None:
        self.connections[0].deliver(event)

    async def heard(self) -> None:
        """Everything that was deferred has been delivered."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def close(self) -> None:
        closing = asyncio.get_running_loop().create_task(self.service.close())
        while not closing.done():
            for connections in self.connections:
                connections.acknowledge()
            await asyncio.sleep(0)
        await closing


class Client:
    """A participant of the fake unit."""

    def __init__(self, unit: Unit, room: Room, name: str) -> None:
        self.unit = unit
        self.name = name
        self.ear = Ear()
        self.peer: Peer = room.join(f"PA_{name}", self.ear)

    def publish(self, *, simulcast: bool = True, transport_cc: bool = True) -> None:
        """A microphone and a camera, both live."""
        self.peer.announce(Request(f"TR_{self.name}_mic", ("mic",), "audio"))
        self.peer.announce(Request(f"TR_{self.name}_cam", ("cam",), "video"))
        sections = (Sent("audio", "mic"), Sent("video", "cam", simulcast=simulcast))
        self.peer.answer(offer(*sections, transport_cc=transport_cc))
        for handle in [each[0] for each in self.unit.plane.named("add_publication")[-2:]]:
            publication = self.unit.plane.publications[handle]
            self.unit.plane.publication_figures[handle] = voice_figures(127, 0) if publication.audio else THREE_LAYERS
            for layer in range(len(publication.layers)):
                self.unit.deliver(first_packet(publication, layer))

    def negotiate(self, *, refuse: tuple[str, ...] = ()) -> Description:
        """One round of offer and answer on the subscriber connection."""
        offered = self.peer.offer()
        self.peer.accept_answer(answer(offered.sdp, refuse=refuse))
        self.connect()
        return offered

    def connect(self) -> None:
        """Every subscriber connection stands: they are those on which the server opens channels."""
        for connections in self.unit.connections:
            for transport in connections.opened:
                if transport.channels and not transport.connected:
                    transport.connected = True
                    transport.listener.connected()

    def receive(self, *tracks: str) -> None:
        for track in tracks:
            assert self.peer.subscribe(track, f"PA_{self.name}|camera")
        self.negotiate()
