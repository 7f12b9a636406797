"""The Python side of one plane thread's sockets: STUN and DTLS datagrams to their transports, other events onwards.

One for each plane thread. It reads the thread's event descriptor on the event loop and has no task of its own.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

from sfu.negotiation.parameters import Candidate
from sfu.plane.model import DatagramReceived, Event, FirstPacket, LayerChanged, Removed
from sfu.transport import stun
from sfu.transport.dtls import Certificate
from sfu.transport.ice import Path
from sfu.transport.ports import Plane, TransportListener
from sfu.transport.registry import Registry
from sfu.transport.sctp import Channel
from sfu.transport.transport import Host, Transport

EVENTS_AT_ONCE = 16
SLICE = 0.008  # seconds of handling events; then the event loop gets its turn
REMOVAL_TIMEOUT = 2.0  # seconds; the plane thread needs milliseconds, unless it has ended

PlaneEvent = FirstPacket | LayerChanged | Removed

COUNTERS = (
    "stun_answered",
    "stun_malformed",
    "stun_unknown_ufrag",
    "stun_not_authentic",
    "dtls_received",
    "dtls_unknown_peer",
    "handler_errors",
)

_log = logging.getLogger(__name__)


class Mux:
    """Transports of one plane thread."""

    def __init__(
        self,
        plane: Plane,
        certificate: Certificate,
        handler: Callable[[PlaneEvent], None],
        clock: Callable[[], float],
        candidates: Sequence[Candidate] | None = None,
    ) -> None:
        """`handler` gets the plane's events but datagrams. `clock` gives seconds, monotonic.

        `candidates` are the addresses that clients are told, by default those that the thread is bound to.
        """
        self._plane = plane
        self._handler = handler
        self._registry: Registry[Transport] = Registry()
        self._handles = count(1)
        self._removals: dict[int, asyncio.Future[None]] = {}
        self._counters = Counter(dict.fromkeys(COUNTERS, 0))
        told = tuple(candidates) if candidates is not None else tuple(Candidate(*each) for each in plane.addresses)
        self._host = Host(plane, certificate, told, self._registry, clock, self._removed)
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._loop.add_reader(plane.fileno(), self._read)

    def open(self, listener: TransportListener, channels: tuple[Channel, ...] = ()) -> Transport:
        """A new transport, ready to negotiate. `channels`: `SERVER_CHANNELS` where the client receives."""
        handle = next(self._handles)
        self._removals[handle] = self._loop.create_future()
        return Transport(handle, self._host, listener, channels)

    def counters(self) -> dict[str, int]:
        """What came and why it was dropped; names are Prometheus-safe."""
        return dict(self._counters)

    def __len__(self) -> int:
        """How many transports there are."""
        return len(list(self._registry))

    async def close(self) -> None:
        """To be called when all transports are closed, before the plane thread is stopped: nothing is read after it."""
        if not self._closed:
            self._closed = True
            going = [future for handle, future in self._removals.items() if not self._registry.of_handle(handle)]
            if going:
                await asyncio.wait(going, timeout=REMOVAL_TIMEOUT)
            self._loop.remove_reader(self._plane.fileno())
            for handle in list(self._removals):
                self._acknowledge(handle)

    def _removed(self, handle: int) -> Awaitable[None]:
        future = self._removals.get(handle)
        if future is None:
            future = self._loop.create_future()
            future.set_result(None)
        return asyncio.shield(future)

    def _acknowledge(self, handle: int) -> None:
        future = self._removals.pop(handle, None)
        if future and not future.done():
            future.set_result(None)

    def _read(self) -> None:
        ends = self._host.clock() + SLICE
        while True:
            events = self._plane.poll(EVENTS_AT_ONCE)
            for event in events:
                try:
                    self._take(event)
                except Exception:  # one participant's trouble must not become that of all others
                    self._counters["handler_errors"] += 1
                    _log.exception("an event of the plane could not be handled")
            if len(events) < EVENTS_AT_ONCE or self._host.clock() >= ends:
                return  # if there are more, the descriptor says so again

    def _take(self, event: Event) -> None:
        if isinstance(event, DatagramReceived):
            self._receive(event)
            return
        if isinstance(event, Removed) and event.kind == "transport":
            self._acknowledge(event.handle)
        self._handler(event)

    def _receive(self, event: DatagramReceived) -> None:
        # RFC 7983: 0..3 is STUN, 20..63 DTLS; the plane passes nothing else.
        if event.data[0] < 4:
            self._receive_stun(event)
        else:
            self._receive_dtls(event)

    def _receive_stun(self, event: DatagramReceived) -> None:
        ufrag = stun.local_ufrag(event.data)
        if ufrag is None:
            self._counters["stun_malformed"] += 1
            return
        transport = self._registry.of_ufrag(ufrag)
        if transport is None:
            self._counters["stun_unknown_ufrag"] += 1
            return
        answered = transport.receive_stun(event.data, Path(event.socket, event.address))
        self._counters["stun_answered" if answered else "stun_not_authentic"] += 1

    def _receive_dtls(self, event: DatagramReceived) -> None:
        transport = self._registry.of_handle(event.transport) or self._registry.of_path(
            Path(event.socket, event.address)
        )
        if transport is None:
            self._counters["dtls_unknown_peer"] += 1
            return
        self._counters["dtls_received"] += 1
        transport.receive_dtls(event.data)
