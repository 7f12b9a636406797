"""A load client: the engine, its connections, and what they share.

The engine reads every socket from the start and hands STUN and DTLS datagrams over through a socket pair, so a
connection has one reader in each phase of its life.
"""

import asyncio
import resource
import socket
import sys
from collections.abc import Iterator

from benchmarks.load.connection import ConnectError, Connection
from benchmarks.load.dtls import new_identity
from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import ClientCost
from server.lifecycle import Spawner
from sfu.plane.model import SrtpProfile

__all__ = ["ConnectError", "Connection", "LoadClient"]

CONTROL_BUFFER = 4 << 20  # bytes: handshakes of many connections at once
READ_AT_ONCE = 256  # datagrams of one kind in one turn of the event loop
CONSENT_INTERVAL = 5.0  # seconds between checks of a connection, RFC 7675 section 5.1
CONSENT_TURNS = 20  # parts of the interval: each connection has its turn in one, so that they do not all check at once


class _Channel:
    """Datagrams out of the engine, each behind the number of its endpoint."""

    def __init__(self) -> None:
        self.own_end, self.engine_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end in (self.own_end, self.engine_end):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CONTROL_BUFFER)

    def waiting(self) -> Iterator[tuple[int, bytes]]:
        """At most READ_AT_ONCE of those that wait, so that other readers get their turn."""
        for _ in range(READ_AT_ONCE):
            try:
                message = self.own_end.recv(4096)
            except BlockingIOError:
                return
            yield int.from_bytes(message[:4], sys.byteorder), message[4:]

    def close(self) -> None:
        self.own_end.close()
        self.engine_end.close()


def _raise_file_limit() -> None:
    """Each connection is a socket, each participant one more: take what the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class LoadClient:
    """Owns the engine, all connections and the tasks of participants. Use as an async context manager."""

    def __init__(self, profile: SrtpProfile, *, gro: bool = False, drain_ms: int = 32) -> None:
        _raise_file_limit()
        self.profile, self.gro = profile, gro
        self._identity = new_identity(profile)
        self._control, self._captured = _Channel(), _Channel()
        self.engine = LoadEngine(
            control_fd=self._control.engine_end.fileno(),
            capture_fd=self._captured.engine_end.fileno(),
            drain_ms=drain_ms,
            gro=gro,
        )
        self._connections: dict[int, Connection] = {}
        self._consent: asyncio.TimerHandle | None = None
        self._turn = 0
        self._tasks = Spawner()
        self.spawn = self._tasks.spawn

    async def __aenter__(self) -> "LoadClient":
        loop = asyncio.get_running_loop()
        loop.add_reader(self._control.own_end, self._read_control)
        loop.add_reader(self._captured.own_end, self._read_captured)
        self._consent = loop.call_later(CONSENT_INTERVAL / CONSENT_TURNS, self._keep_consent)
        self.engine.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tasks.close()
        for connection in list(self._connections.values()):
            await self.release(connection)
        if self._consent is not None:
            self._consent.cancel()
        self.engine.stop()
        for channel in (self._control, self._captured):
            asyncio.get_running_loop().remove_reader(channel.own_end)
            channel.close()

    def open(self, *, host: str = "127.0.0.1", sample: int = 1, remb: int = 0) -> Connection:
        """A connection with its socket bound to an address, or to all of them: "0.0.0.0" or "::".

        One packet in `sample` is decrypted; `remb` in bit/s, 0 = none. Raises ConnectError.
        """
        try:
            connection = Connection(self.engine, self._identity, host=host, gro=self.gro, sample=sample, remb=remb)
        except OSError as error:
            raise ConnectError(f"cannot open a UDP socket on {host}: {error.strerror}") from error
        self._connections[connection.endpoint] = connection
        return connection

    def cost(self) -> ClientCost:
        """What this process and the engine's thread have spent since they began."""
        return self.engine.cost()

    async def release(self, connection: Connection) -> None:
        """Close a connection that `open` made."""
        if self._connections.pop(connection.endpoint, None) is not None:
            await connection.close()

    def _read_control(self) -> None:
        for endpoint, datagram in self._control.waiting():
            if (connection := self._connections.get(endpoint)) is not None:
                connection.take_datagram(datagram)

    def _read_captured(self) -> None:
        for endpoint, packet in self._captured.waiting():
            if (connection := self._connections.get(endpoint)) is not None:
                connection.take_packet(packet)

    def _keep_consent(self) -> None:
        self._turn = (self._turn + 1) % CONSENT_TURNS
        for number, connection in self._connections.items():
            if number % CONSENT_TURNS == self._turn:
                connection.check_consent()
        self._consent = asyncio.get_running_loop().call_later(CONSENT_INTERVAL / CONSENT_TURNS, self._keep_consent)
