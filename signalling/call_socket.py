"""The socket of a call's page, `/rtc/call`: checked before the upgrade, then read until it ends. MessagePack frames.

Bad input: a frame that is no request of ours closes the socket with a reason; the call goes on.
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import msgpack
import msgspec
from aiohttp import WSMsgType, hdrs, web

from signalling.calls import CallService
from signalling.core.call.messages import MAX_ROOMS, MAX_TEXT, AnyRequest, Goodbye, Message
from signalling.core.errors import ProtocolError
from signalling.core.grants import Claims
from signalling.core.limits import RateLimit
from signalling.live_call import LiveCall
from signalling.livekit.connection import Connection
from signalling.livekit.tokens import TokenError
from signalling.livekit.websocket import HEARTBEAT, HttpRefusalError, token_of
from signalling.surroundings import Surroundings

logger = logging.getLogger("zvonok.signalling")

MAX_FRAME = 16_384
"""Bytes: a chat message of 2,000 characters takes 8,000, fifty names of rooms 12,000."""

MAX_ITEMS = 64
"""Entries of one map or list in a request."""

REQUESTS_PER_SECOND = 20.0
REQUEST_BURST = 200
"""Of one page: a teacher who drags a class into rooms makes some per second, keyboards repeat 30 times."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A socket that may be opened."""

    claims: Claims
    live: LiveCall


def parse(data: bytes) -> AnyRequest:
    """A request from a frame. Raises ProtocolError."""
    try:
        values = msgpack.unpackb(
            data,
            max_str_len=4 * MAX_TEXT,
            max_bin_len=0,
            max_ext_len=0,
            max_array_len=max(MAX_ROOMS, MAX_ITEMS),
            max_map_len=MAX_ITEMS,
        )
        return msgspec.convert(values, AnyRequest)  # type: ignore[no-any-return]  # a union is no class
    except (ValueError, RecursionError, msgpack.UnpackException, msgspec.ValidationError) as error:
        raise ProtocolError("not a request of a call") from error


class CallPage:
    """Implements `live_call.Page` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, message: Message) -> None:
        self._connection.put(msgspec.msgpack.encode(message))

    def end(self) -> None:
        self._connection.end()


class CallEndpoint:
    """Serves `/rtc/call`."""

    def __init__(self, around: Surroundings, calls: CallService) -> None:
        self._around = around
        self._calls = calls
        self._is_draining = False
        self._open: dict[Connection, asyncio.Task[None]] = {}  # with the task that writes to it

    def __len__(self) -> int:
        return len(self._open)

    def check(self, request: web.Request) -> Entry:
        """Whether this request may open a socket. Raises HttpRefusalError. Nothing is changed."""
        if self._is_draining:
            raise HttpRefusalError(503, "the server is stopping")
        try:
            claims = self._around.tokens.verify(token_of(request))
        except TokenError as error:
            raise HttpRefusalError(401, str(error)) from None
        live = self._calls.live(claims.grants.room) if claims.call else None
        if live is None:
            raise HttpRefusalError(404, "no open call")
        return Entry(claims, live)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """From the upgrade until the socket ends."""
        if request.headers.get(hdrs.UPGRADE, "").lower() != "websocket":
            return web.Response(status=404, text="not found")
        try:
            entry = self.check(request)
        except HttpRefusalError as refusal:
            return web.Response(status=refusal.status, text=refusal.text)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MAX_FRAME)
        await socket.prepare(request)
        await self._serve(request, socket, entry)
        return socket

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, entry: Entry) -> None:
        def cut() -> None:
            if request.transport is not None:
                request.transport.abort()

        connection = Connection(socket, cut, self._around.config.limits, self._around.counters)
        page, identity = CallPage(connection), entry.claims.identity
        writer = self._open[connection] = self._around.spawn(connection.write())
        try:
            entry.live.connect(entry.claims, page)
            await self._read(socket, connection, entry, page)
        finally:
            entry.live.disconnect(identity, page)
            connection.end()
            try:
                await writer
            finally:
                del self._open[connection]

    async def _read(self, socket: web.WebSocketResponse, connection: Connection, entry: Entry, page: CallPage) -> None:
        rate = RateLimit(REQUESTS_PER_SECOND, REQUEST_BURST, self._around.clock())
        async for message in socket:
            try:
                if not rate.take(self._around.clock()):
                    raise ProtocolError("too many requests")
                entry.live.handle(entry.claims.identity, page, parse(_bytes_of(message.type, message.data)))
            except ProtocolError as error:
                self._around.counters["bad_frames"] += 1
                logger.info("page's socket closed call=%r why=%r", entry.live.call.id, str(error))
                connection.refuse(str(error))
                return

    async def drain(self, timeout: float) -> None:
        """Say goodbye to all pages; who has not taken it after `timeout` seconds is cut. Nobody connects any more."""
        self._is_draining = True
        for connection in self._open:
            connection.put(msgspec.msgpack.encode(Goodbye("restart")))
            connection.end()
        if not self._open:
            return
        _, late = await asyncio.wait(self._open.values(), timeout=timeout)
        for connection in [connection for connection, writer in self._open.items() if writer in late]:
            connection.cut()


def _bytes_of(kind: WSMsgType, data: Any) -> bytes:
    if kind == WSMsgType.BINARY and isinstance(data, bytes):
        return data
    raise ProtocolError("unexpected kind of frame")
