"""WebSockets of clients: checked before the upgrade, read until they end, told and closed when the server stops.

Bad input: a frame that cannot be understood closes its socket with a reason.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from aiohttp import WSMessage, hdrs, web

from signalling.core.errors import ProtocolError
from signalling.livekit.connection import Connection
from signalling.surroundings import Surroundings

logger = logging.getLogger("zvonok.signalling")

HEARTBEAT = 10.0
"""Seconds between pings at WebSocket level (as LiveKit); a client that does not answer has lost its connection."""

Entry = TypeVar("Entry")
"""What the check of a request found: all that serving its socket takes."""


class HttpRefusalError(Exception):
    """The client may not connect: status and text for people and logs."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Endpoint(ABC, Generic[Entry]):
    """Serves the sockets of one path; owns their connections."""

    def __init__(self, around: Surroundings, max_frame: int) -> None:
        """Frames above `max_frame` bytes close their socket."""
        self._around = around
        self._max_frame = max_frame
        self._is_draining = False
        self._open: dict[Connection, asyncio.Task[None]] = {}  # with the task that writes to it

    def __len__(self) -> int:
        return len(self._open)

    @abstractmethod
    def admit(self, request: web.Request) -> Entry:
        """Whether this request may open a socket. Raises HttpRefusalError. Nothing is changed."""

    @abstractmethod
    async def attend(self, request: web.Request, socket: web.WebSocketResponse, to: Connection, entry: Entry) -> None:
        """From the upgrade until the client has gone."""

    def farewell(self, to: Connection) -> None:
        """Tell a client that the server stops."""

    def check(self, request: web.Request) -> Entry:
        """As `admit`, on a server that is not stopping."""
        if self._is_draining:
            raise HttpRefusalError(503, "the server is stopping")
        return self.admit(request)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve a request from the upgrade until its socket ends."""
        if request.headers.get(hdrs.UPGRADE, "").lower() != "websocket":
            return web.Response(status=404, text="not found")
        try:
            entry = self.check(request)
        except HttpRefusalError as refusal:
            self._around.counters["connections_refused"] += 1
            logger.info("connection refused path=%s status=%d why=%r", request.path, refusal.status, refusal.text)
            return web.Response(status=refusal.status, text=refusal.text)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=self._max_frame)
        await socket.prepare(request)
        await self._serve(request, socket, entry)
        return socket

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, entry: Entry) -> None:
        connection = Connection(socket, lambda: _cut(request), self._around.config.limits, self._around.counters)
        writer = self._open[connection] = self._around.spawn(connection.write())
        self._around.counters["connections"] += 1
        try:
            await self.attend(request, socket, connection, entry)
        finally:
            connection.end()
            try:
                await writer
            finally:
                del self._open[connection]

    async def read(
        self, socket: web.WebSocketResponse, to: Connection, handle: Callable[[WSMessage], Awaitable[None]]
    ) -> None:
        """Give all frames to `handle` until the socket ends, or one raises ProtocolError."""
        async for message in socket:
            try:
                await handle(message)
            except ProtocolError as error:
                self._around.counters["bad_frames"] += 1
                logger.info("connection closed why=%r", str(error))
                to.refuse(str(error))
                return

    async def drain(self, timeout: float) -> None:
        """Close all after what waits for them and the farewell; who has not taken it after `timeout` seconds is cut.

        Nobody connects any more.
        """
        self._is_draining = True
        for connection in self._open:
            self.farewell(connection)
            connection.end()
        if not self._open:
            return
        _, late = await asyncio.wait(self._open.values(), timeout=timeout)
        for connection in [connection for connection, writer in self._open.items() if writer in late]:
            connection.cut()


def is_there(request: web.Request) -> bool:
    """Whether the client of a request still waits for what it asked."""
    return request.transport is not None and not request.transport.is_closing()


def token_of(request: web.Request) -> str:
    """The token of a request: in the header (Rust family, server interface) or in the query (browsers)."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.query.get("access_token", "")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
