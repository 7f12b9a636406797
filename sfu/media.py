"""The forwarding unit: rooms on forwarding threads. Fits the `Media` port of signalling.

In: rooms, participants, SDP texts, subscriptions and wishes. Out: the calls of `sfu.ports.PeerListener` and
`RoomListener`. Every packet is handled in the compiled threads; here are decisions, a few per second and room.

Closing order: service, rooms, peers, their subscriptions and publications, their transports, threads. Each is closed
by its owner; a thread ends only after it has acknowledged every removal.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from random import Random, SystemRandom
from typing import Any, Final

from sfu.core.router import Track
from sfu.core.speakers import WINDOW, Loudness, Speakers
from sfu.incoming import IncomingTrack
from sfu.lane import Connect, Lane
from sfu.negotiation.parameters import Candidate
from sfu.peer import Peer, Surroundings
from sfu.plane.model import Event, PublicationStats
from sfu.plane.thread import PlaneThread
from sfu.ports import Clock, PeerListener, RoomListener, Spawn
from sfu.transport.dtls import Certificate
from sfu.transport.mux import Mux
from sfu.turns import SLICE, Turns

log = logging.getLogger(__name__)

TICK: Final = 0.1
"""Seconds between two rounds of decisions: below what people notice of a layer or a speaker."""

SETTLE_TIMEOUT: Final = 5.0
"""Seconds that closing waits for the threads to acknowledge; they need microseconds."""


class Room:
    """A router's worth of peers. Fits `MediaRoom` of signalling; closed by its owner, or by the service."""

    def __init__(self, lane: Lane, listener: RoomListener, surroundings: Surroundings) -> None:
        self.number = lane.new_handle()
        self.closed = False
        self._lane = lane
        self._listener = listener
        self._surroundings = surroundings
        self._speakers = Speakers()
        self._next_window = 0.0
        self._data_held = False
        lane.router.open(self.number)

    @property
    def lane(self) -> int:
        return self._lane.number

    def join(self, participant: str, listener: PeerListener) -> Peer:
        """A new participant. Its two transports are ready to negotiate."""
        assert not self.closed
        peer = Peer(participant, self._lane, listener, self._surroundings)
        self._lane.router.join(peer.number, self.number)
        return peer

    def adopt(self, participant: str, peer: object) -> None:
        """Move a peer with its live tracks here. Its subscriptions end, and those to its tracks.

        Raises ValueError for a peer of another lane, and for one that is closed.
        """
        moved = self._neighbour(peer)
        moved.participant = participant
        self._lane.end(self._lane.router.move(moved.number, self.number))

    def show(self, peer: object) -> None:
        """Let a peer of another room be received here as well, until `hide`; its own room does not change.

        Raises ValueError for a peer of another lane, and for one that is closed.
        """
        self._lane.router.show(self._neighbour(peer).number, self.number)

    def hide(self, peer: object) -> None:
        """The opposite of `show`. A peer that is not shown, or that is closed, changes nothing."""
        if isinstance(peer, Peer) and not (peer.closed or self.closed):
            self._lane.end(self._lane.router.hide(peer.number, self.number))

    def _neighbour(self, peer: object) -> Peer:
        if not isinstance(peer, Peer) or peer.lane is not self._lane:
            raise ValueError("the peer is on another lane")
        if peer.closed or self.closed:
            raise ValueError("the peer or the room is closed")
        return peer

    def close(self) -> None:
        """Closes the peers that are left; a second call changes nothing."""
        if self.closed:
            return
        self.closed = True
        for number in tuple(self._lane.router.peers_in(self.number)):
            self._lane.members[number].close()
        self._lane.router.close(self.number)

    def tick(self, now: float) -> Iterator[None]:
        """One round of decisions, a step for each peer; anything may happen between two steps."""
        if now >= self._next_window:
            self._next_window = now + WINDOW
            self._listen()
        self._regulate_data(now)
        for number in tuple(self._lane.router.peers_in(self.number)):
            yield
            if not self.closed and (member := self._lane.members.get(number)):
                member.tick(now)

    def _regulate_data(self, now: float) -> None:
        """Nobody sends more data while somebody is far behind with it: a large file must not outrun its receivers."""
        members = [self._lane.members[number] for number in self._lane.router.peers_in(self.number)]
        behind = [member.is_behind(now) for member in members]
        if any(behind) or self._data_held:
            self._data_held = any(behind)
            for member in members:  # at every look: some are new, or have opened their channels since
                member.hold_data(self._data_held)

    def _listen(self) -> None:
        """Every live voice is read, so that its next window starts now; a muted one does not count.

        A voice from another room is read there: its last window is taken.
        """
        router = self._lane.router
        own = {track.track: _loudness(track, track.read()) for track in self._voices(router.tracks_in(self.number))}
        shown = self._voices(router.tracks_shown_in(self.number))
        heard = own | {track.track: _loudness(track, track.stats) for track in shown}
        changed = self._speakers.observe({track: loudness for track, loudness in heard.items() if loudness})
        if changed:
            self._listener.speakers_changed(changed)

    def _voices(self, tracks: Iterable[Track]) -> Iterator[IncomingTrack]:
        return (self._lane.incoming[track.track] for track in tracks if track.audio and track.live)


class MediaService:
    """The unit. Made inside the running event loop; it does its work until `close`.

    It owns the threads from then on: it starts and stops them.
    """

    def __init__(
        self,
        planes: Sequence[PlaneThread],
        *,
        spawn: Spawn,
        advertised: Sequence[str] = (),
        clock: Clock = time.monotonic,
        random: Random | None = None,
        connect: Connect | None = None,
    ) -> None:
        """`advertised` are the hosts that clients are told instead of the bound ones, one for each of a thread's
        addresses. `clock` must be CLOCK_MONOTONIC, which the threads use; `random` a SystemRandom, which is the
        default. `connect` opens transports in another way than over a `Mux`.
        """
        assert planes
        self._spawn = spawn
        call_soon = asyncio.get_running_loop().call_soon
        news, data = Turns(call_soon, clock), Turns(call_soon, clock)  # who comes in does not wait for a heap of data
        self._surroundings = Surroundings(clock, random or SystemRandom(), news.defer, data.defer, self._finish)
        connect = connect or over_mux(Certificate(), clock, advertised)
        self._lanes = tuple(Lane(number, plane, connect) for number, plane in enumerate(planes))
        self._rooms: list[Room] = []
        self._finishing: set[asyncio.Task[None]] = set()
        self._timer = spawn(self._run())

    def open_room(self, listener: RoomListener, *, lane: int | None = None) -> Room:
        """A new room on the given lane, or on the one with the fewest subscriptions (then rooms)."""
        chosen = self._least_loaded() if lane is None else self._lanes[lane]
        room = Room(chosen, listener, self._surroundings)
        self._rooms.append(room)
        return room

    async def close(self) -> None:
        """Everything ends, from the top down. Safe to call twice."""
        self._timer.cancel()
        for room in self._rooms:
            room.close()
        while self._finishing:
            await asyncio.wait(self._finishing)
        try:
            async with asyncio.timeout(SETTLE_TIMEOUT):
                for lane in self._lanes:
                    await lane.settle()
        except TimeoutError:
            log.error("%d removals were not acknowledged", sum(lane.leaving for lane in self._lanes))
        for lane in self._lanes:
            await lane.close()

    def counters(self) -> Mapping[str, int]:
        """Sums over the lanes of what the threads and the muxes count; names are Prometheus-safe."""
        totals: dict[str, int] = {}
        for lane in self._lanes:
            for name, value in lane.counters():
                totals[name] = totals.get(name, 0) + value
        return totals

    def gauges(self) -> Mapping[str, int]:
        """How many rooms, peers, tracks and subscriptions there are now."""
        return {
            "rooms": sum(not room.closed for room in self._rooms),
            "peers": sum(len(lane.members) for lane in self._lanes),
            "tracks": sum(len(lane.incoming) for lane in self._lanes),
            "subscriptions": sum(lane.router.subscriptions for lane in self._lanes),
        }

    async def _run(self) -> None:
        """The one timer of the unit."""
        while True:
            await asyncio.sleep(TICK)
            began = self._surroundings.clock()
            for _ in self.steps(began):
                if self._surroundings.clock() - began >= SLICE:
                    await asyncio.sleep(0)
                    began = self._surroundings.clock()

    def steps(self, now: float) -> Iterator[None]:
        """One round of decisions, to be gone through at once or with pauses."""
        self._rooms = [room for room in self._rooms if not room.closed]
        for room in tuple(self._rooms):
            try:
                if not room.closed:  # by what happened since the round began
                    yield from room.tick(now)
            except Exception:  # our own mistake in one room must not stop the others; its media goes on
                log.exception("the decisions of room %d failed", room.number)

    def _finish(self, closing: Coroutine[Any, Any, None]) -> None:
        task = self._spawn(closing)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    def _least_loaded(self) -> Lane:
        return min(self._lanes, key=lambda lane: (lane.router.subscriptions, lane.router.rooms))


def over_mux(certificate: Certificate, clock: Clock, advertised: Sequence[str] = ()) -> Connect:
    """Transports on the thread's own sockets. Raises ValueError when there are not as many hosts as addresses."""

    def connect(plane: PlaneThread, handler: Callable[[Event], None]) -> Mux:
        if not advertised:
            return Mux(plane, certificate, handler, clock)
        ports = [port for _, port in plane.addresses]
        candidates = [Candidate(host, port) for host, port in zip(advertised, ports, strict=True)]
        return Mux(plane, certificate, handler, clock, candidates)

    return connect


def _loudness(track: IncomingTrack, stats: PublicationStats | None) -> Loudness | None:
    if stats is None or track.muted:
        return None
    return Loudness(stats.audio_level, stats.audio_active_ms)
