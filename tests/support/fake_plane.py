"""A plane thread for tests of what stands on it: real UDP sockets on loopback, no thread, no media.

It keeps the contract of `sfu.plane.thread` for STUN and DTLS and notes what it is told.
"""

import select
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sfu.plane.model import DatagramReceived, Event, ExtensionIds, Removed, SrtpProfile


@dataclass
class FakeTransport:
    """What the plane knows of one transport."""

    remote: tuple[int, tuple[str, int]] | None = None
    srtp: tuple[SrtpProfile, bytes, bytes] | None = None
    extensions: ExtensionIds = field(default_factory=ExtensionIds)


class FakePlane:
    """`lose` says of a datagram about to be sent (True) or taken (False) whether the network eats it."""

    def __init__(self, hosts: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self.transports: dict[int, FakeTransport] = {}
        self.sent: list[tuple[tuple[str, int], bytes]] = []
        self.lose: Callable[[bytes, bool], bool] = lambda datagram, outgoing: False
        self._sockets = [_bound(host) for host in hosts]
        self.addresses = tuple(each.getsockname()[:2] for each in self._sockets)
        self._events: deque[Event] = deque()
        self._poller = select.epoll()
        self._bell, self._ringer = socket.socketpair()
        for each in (*self._sockets, self._bell):
            each.setblocking(False)
            self._poller.register(each, select.EPOLLIN)

    def close(self) -> None:
        for each in (*self._sockets, self._bell, self._ringer):
            each.close()
        self._poller.close()

    def fileno(self) -> int:
        return self._poller.fileno()

    def poll(self, limit: int = 256) -> list[Event]:
        for index in range(len(self._sockets)):
            self._receive(index)
        events = [self._events.popleft() for _ in range(min(limit, len(self._events)))]
        if not self._events:
            _drain(self._bell)
        return events

    def send(self, socket: int, address: tuple[str, int], datagram: bytes) -> None:
        self.sent.append((address, datagram))
        if not self.lose(datagram, True):
            self._sockets[socket].sendto(datagram, address)

    def add_transport(self, transport: int, extensions: ExtensionIds | None = None) -> None:
        assert transport not in self.transports
        self.transports[transport] = FakeTransport(extensions=extensions or ExtensionIds())

    def set_extensions(self, transport: int, extensions: ExtensionIds) -> None:
        self.transports[transport].extensions = extensions

    def set_remote(self, transport: int, socket: int, address: tuple[str, int]) -> None:
        self.transports[transport].remote = (socket, address)

    def set_srtp(self, transport: int, profile: SrtpProfile, local_key: bytes, remote_key: bytes) -> None:
        self.transports[transport].srtp = (profile, local_key, remote_key)

    def remove_transport(self, transport: int) -> None:
        del self.transports[transport]
        self.tell(Removed("transport", transport))

    def tell(self, event: Event) -> None:
        """Let an event out of the plane."""
        self._events.append(event)
        self._ringer.send(b"!")

    def _receive(self, index: int) -> None:
        while True:
            try:
                data, address = self._sockets[index].recvfrom(2048)
            except BlockingIOError:
                return
            if data and data[0] < 64 and not self.lose(data, False):
                self._events.append(DatagramReceived(index, address[:2], self._owner((index, address[:2])), data))

    def _owner(self, remote: tuple[int, tuple[str, int]]) -> int:
        return next((handle for handle, each in self.transports.items() if each.remote == remote), 0)


def _bound(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host, 0))
    return made


def _drain(bell: socket.socket) -> None:
    try:
        while bell.recv(4096):
            pass
    except BlockingIOError:
        return
