"""A forwarding thread as the rest of the unit sees it: its mux, its router, its tracks by handle.

In: events of the thread, handed over by the mux. Out: calls to the tracks and peers that they concern.
"""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, Protocol

from sfu.core.router import Edge, Router
from sfu.incoming import IncomingTrack
from sfu.negotiation.parameters import LocalParameters, RemoteParameters
from sfu.outgoing import OutgoingTrack
from sfu.plane.model import DatagramReceived, Event, FirstPacket, LayerChanged, Removed, Subscription
from sfu.plane.thread import PlaneThread
from sfu.transport.sctp import Channel

SESSION_ID_BITS: Final = 62
"""RFC 8829 section 5.2.1: the session id of a description is positive in 64 bits; one bit less is always safe."""


class Connection(Protocol):
    """A transport as the unit uses it."""

    @property
    def handle(self) -> int: ...
    @property
    def local(self) -> LocalParameters: ...
    @property
    def checked_at(self) -> float:
        """When the peer last proved to be there by a check, in monotonic seconds; 0.0 = never."""

    def connect(self, remote: RemoteParameters) -> None:
        """The peer's parameters: the first call starts, a later one with new credentials restarts ICE."""

    def restart_ice(self) -> None:
        """New local credentials."""

    def send(self, label: str, payload: bytes) -> bool: ...
    @property
    def backlog(self) -> int:
        """Bytes of reliable messages that wait for the client."""

    def hold(self, held: bool) -> None:
        """Ask the client to send no messages for now, or to go on."""

    async def close(self) -> None: ...


class ConnectionListener(Protocol):
    """What a transport tells."""

    def connected(self) -> None: ...
    def failed(self) -> None: ...
    def closed(self) -> None: ...
    def message(self, label: str, payload: bytes) -> None: ...


class Connections(Protocol):
    """Where a lane's transports come from: the mux of its thread."""

    def open(self, listener: ConnectionListener, channels: tuple[Channel, ...] = ()) -> Connection:
        """`channels` are the data channels that the server opens."""

    def counters(self) -> Mapping[str, int]: ...
    async def close(self) -> None:
        """All its transports are closed by their owners before."""


OpenTransport = Callable[[], Connection]

Connect = Callable[[PlaneThread, Callable[[Event], None]], Connections]
"""Makes what opens the transports of a thread, and hands the thread's other events to the given function."""


class Member(Protocol):
    """A peer as its lane knows it."""

    def tick(self, now: float) -> None: ...
    def is_behind(self, now: float) -> bool:
        """Whether it has yet to take so much data that others should send no more for now."""

    def hold_data(self, held: bool) -> None:
        """Let the participant send no data for now, or go on."""

    def close(self) -> None: ...
    def drop(self, track: str) -> None:
        """The subscription to this track ended: its section, its subscription."""

    def came_alive(self, track: IncomingTrack) -> None:
        """A track of the peer got its first packet."""

    def reconsider(self, track: str) -> None:
        """A track that the peer receives has changed its rates or layers, or was muted or unmuted."""


class Lane:
    """One thread. Handles are unique among its publications and subscriptions and never used twice."""

    def __init__(self, number: int, plane: PlaneThread, connect: Connect) -> None:
        self.number = number
        self.plane = plane
        self.connections = connect(plane, self.receive)
        plane.start()
        self.router = Router()
        self.members: dict[int, Member] = {}
        self.incoming: dict[str, IncomingTrack] = {}
        self._outgoing: dict[tuple[int, str], OutgoingTrack] = {}
        self._publications: dict[int, IncomingTrack] = {}
        self._subscriptions: dict[int, OutgoingTrack] = {}
        self._handles = itertools.count(1)
        self._leaving: set[tuple[str, int]] = set()
        self._settled = asyncio.Event()
        self._settled.set()

    def new_handle(self) -> int:
        return next(self._handles)

    # -- tracks that peers send --------------------------------------------------------------------------------

    def add_incoming(self, track: IncomingTrack) -> None:
        self.incoming[track.track] = track
        self._publications[track.handle] = track

    def remove_incoming(self, track: str) -> None:
        """Ends its subscriptions, then the publication; its owner calls this."""
        self.end(self.router.unpublish(track))
        incoming = self.incoming.pop(track)
        incoming.close()
        self._leave("publication", incoming.handle)

    # -- tracks that peers receive -----------------------------------------------------------------------------

    def add_outgoing(self, receiver: int, track: OutgoingTrack) -> None:
        self._outgoing[receiver, track.source.track] = track

    def open_outgoing(self, track: OutgoingTrack, subscription: Subscription) -> None:
        """Start the subscription in the thread under a new handle."""
        track.open(replace(subscription, subscription=self.new_handle()))
        self._subscriptions[track.handle] = track

    def close_outgoing(self, track: OutgoingTrack) -> None:
        """End the subscription in the thread, if there is one."""
        handle = track.handle
        if handle:
            track.close()
            self._leave("subscription", handle)

    def remove_outgoing(self, receiver: int, track: str) -> None:
        """The receiver that owns the subscription calls this, after the router has forgotten it."""
        outgoing = self._outgoing.pop((receiver, track))
        self.close_outgoing(outgoing)

    def receivers(self, track: str) -> Iterator[OutgoingTrack]:
        """Everybody's subscription to a track."""
        return (self._outgoing[receiver, track] for receiver in self.router.receivers_of(track))

    def end(self, edges: Iterable[Edge]) -> None:
        """Tell the receivers that these subscriptions are over."""
        for edge in edges:
            self.members[edge.receiver].drop(edge.track)

    def reconsider_receivers(self, track: str) -> None:
        for receiver in self.router.receivers_of(track):
            self.members[receiver].reconsider(track)

    # -- events ------------------------------------------------------------------------------------------------

    def receive(self, event: Event) -> None:
        """An event of the thread that the mux does not use itself. News of what is leaving are of no interest."""
        match event:
            case FirstPacket():
                self._first_packet(event)
            case LayerChanged(subscription, layer):
                if outgoing := self._subscriptions.get(subscription):
                    outgoing.layer = layer
            case Removed(kind, handle):
                self._removed(kind, handle)
            case DatagramReceived():
                raise AssertionError("datagrams belong to the mux")

    def _first_packet(self, event: FirstPacket) -> None:
        track = self._publications.get(event.publication)
        if track is None or ("publication", event.publication) in self._leaving:
            return
        if track.first_packet(event):
            self.router.set_live(track.track)
            self.members[track.owner].came_alive(track)
        self.reconsider_receivers(track.track)

    def counters(self) -> Iterator[tuple[str, int]]:
        """What the thread and the mux count, by name."""
        yield from self.plane.counters().items()
        yield from self.connections.counters().items()

    # -- removals ----------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Returns when the thread has acknowledged every removal."""
        await self._settled.wait()

    async def close(self) -> None:
        """Everything on the lane is closed and settled: end the mux, then the thread."""
        await self.connections.close()
        self.plane.stop()

    @property
    def leaving(self) -> int:
        """Removals that the thread has not acknowledged yet."""
        return len(self._leaving)

    def _leave(self, kind: str, handle: int) -> None:
        self._leaving.add((kind, handle))
        self._settled.clear()

    def _removed(self, kind: str, handle: int) -> None:
        if (kind, handle) not in self._leaving:
            return  # a transport: the mux waits for those
        self._leaving.remove((kind, handle))
        if kind == "publication":
            del self._publications[handle]
        else:
            del self._subscriptions[handle]
        if not self._leaving:
            self._settled.set()
