"""The signal connection of a client: checked before the upgrade, then read until it ends.

`/rtc` upgrades; `/rtc/validate` gives the same checks as a status with a short text, since a browser hides the status
of a failed upgrade.
"""

import asyncio
import logging
from dataclasses import dataclass

from aiohttp import WSMsgType, hdrs, web
from livekit.protocol import models, rtc

from signalling.core import messages
from signalling.core.errors import ProtocolError, Refusal, UserError
from signalling.core.grants import Claims
from signalling.live_room import RoomFailedError
from signalling.livekit.connection import Connection
from signalling.livekit.frames import Frame, parse_binary, parse_text
from signalling.livekit.parameters import ParameterError, Parameters, parse
from signalling.livekit.session import Session
from signalling.livekit.tokens import TokenError
from signalling.rooms import Rooms
from signalling.seat import Seat
from signalling.surroundings import Spawn, Surroundings
from signalling.turns import Turns

logger = logging.getLogger("zvonok.signalling")

HEARTBEAT = 10.0
"""Seconds between pings at WebSocket level (as LiveKit); a client that does not answer has lost its connection."""

DESCRIPTIONS = frozenset({"offer", "answer"})
"""Requests that take milliseconds each when they have a hundred sections."""

STATUSES = {
    Refusal.NOT_FOUND: 404,
    Refusal.NOT_ALLOWED: 403,
    Refusal.LIMIT_EXCEEDED: 429,
    Refusal.FULL: 403,  # of it browsers' clients hand on status and text; of 429 they only know that there was an error
    Refusal.INVALID: 400,
    Refusal.UNSUPPORTED: 400,
    Refusal.PRECONDITION: 400,
}


class HttpRefusalError(Exception):
    """The client may not connect: status and text for people and logs."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True, slots=True)
class Entry:
    """A connection that may be made."""

    claims: Claims
    parameters: Parameters


class SignalEndpoint:
    """Serves `/rtc`."""

    def __init__(self, around: Surroundings, rooms: Rooms, spawn: Spawn) -> None:
        self._around = around
        self._rooms = rooms
        self._spawn = spawn
        self._is_draining = False
        self._turns = Turns(around.clock)
        self._open: dict[Connection, asyncio.Task[None]] = {}  # with the task that writes to it

    def __len__(self) -> int:
        return len(self._open)

    def check(self, request: web.Request) -> Entry:
        """Whether this request may connect. Raises HttpRefusalError. Nothing is changed."""
        if self._is_draining:
            raise HttpRefusalError(503, "the server is stopping")
        try:
            claims = self._around.tokens.verify(token_of(request))
            entry = Entry(claims, parse(request.query))
            if not claims.identity:
                raise HttpRefusalError(401, "the token has no identity")
            if not (claims.grants.join and claims.grants.room):
                raise HttpRefusalError(403, "the token does not permit to join a room")
            self._rooms.check_join(claims)
        except TokenError as error:
            raise HttpRefusalError(401, f"invalid token: {error}") from None
        except ParameterError as error:
            raise HttpRefusalError(400, str(error)) from None
        except UserError as error:
            raise HttpRefusalError(STATUSES[error.refusal], error.text) from None
        return entry

    async def validate(self, request: web.Request) -> web.Response:
        """Serve `/rtc/validate`."""
        try:
            self.check(request)
        except HttpRefusalError as refusal:
            return web.Response(status=refusal.status, text=refusal.text)
        return web.Response(text="success")

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve `/rtc`: from the upgrade until the connection ends."""
        if request.headers.get(hdrs.UPGRADE, "").lower() != "websocket":
            return web.Response(status=404, text="not found")
        try:
            entry = self.check(request)
        except HttpRefusalError as refusal:
            self._around.counters["connections_refused"] += 1
            logger.info("connection refused status=%d why=%r", refusal.status, refusal.text)
            return web.Response(status=refusal.status, text=refusal.text)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=self._around.config.limits.frame)
        await socket.prepare(request)
        await self._serve(request, socket, entry)
        return socket

    async def _serve(self, request: web.Request, socket: web.WebSocketResponse, entry: Entry) -> None:
        connection = Connection(socket, lambda: _cut(request), self._around.config.limits, self._around.counters)
        writer = self._spawn(connection.write())
        self._open[connection] = writer
        self._around.counters["connections"] += 1
        seat: Seat | None = None
        try:
            seat = await self._turns.take(lambda: self._seat(entry, connection) if self._may_enter(request) else None)
            if seat is not None:
                await self._read(socket, connection, Session(seat, connection))
        finally:
            if seat is not None:
                seat.connection_lost(connection)
            connection.end()
            try:
                await writer
            finally:
                del self._open[connection]

    def _may_enter(self, request: web.Request) -> bool:
        """Whether a place is still of use when it is its turn: who has given up would seem to be here for a while."""
        return not self._is_draining and request.transport is not None and not request.transport.is_closing()

    def _seat(self, entry: Entry, connection: Connection) -> Seat | None:
        """The participant's place, or None after saying what to do instead."""
        claims, parameters = entry.claims, entry.parameters
        reason, action = models.DisconnectReason.JOIN_FAILURE, messages.Action.DISCONNECT
        try:
            if not parameters.sid:
                live, claims = self._rooms.for_joining(claims)
                bounds = self._rooms.door.bounds(claims)
                return live.join(claims, parameters.client, parameters.attributes, connection, bounds)
            live = self._rooms.get(self._rooms.door.claims_now(claims).grants.room)
            seat = live.resume(claims.identity, parameters.sid, connection)
            if seat is not None:
                return seat
            reason, action = models.DisconnectReason.STATE_MISMATCH, messages.Action.RECONNECT
        except (UserError, RoomFailedError) as error:
            logger.info("not joined room=%r identity=%r why=%r", claims.grants.room, claims.identity, str(error))
            if parameters.sid or isinstance(error, RoomFailedError):
                reason, action = models.DisconnectReason.STATE_MISMATCH, messages.Action.RECONNECT
        connection.send(Frame(messages.leave_response(reason, action)))
        return None

    async def _read(self, socket: web.WebSocketResponse, connection: Connection, session: Session) -> None:
        async for message in socket:
            try:
                await self._handle(_request_of(message.type, message.data, connection), session)
            except ProtocolError as error:
                self._around.counters["bad_frames"] += 1
                logger.info("connection closed why=%r", str(error))
                connection.refuse(str(error))
                return

    async def _handle(self, request: rtc.SignalRequest, session: Session) -> None:
        """Raises ProtocolError."""
        if request.WhichOneof("message") in DESCRIPTIONS:
            await self._turns.take(lambda: session.handle(request))
        else:
            session.handle(request)

    async def drain(self, timeout: float) -> None:
        """End all connections after what waits for them; whoever has not taken it after `timeout` seconds is cut.

        Nobody connects any more.
        """
        self._is_draining = True
        for connection in self._open:
            connection.end()
        if not self._open:
            return
        _, late = await asyncio.wait(self._open.values(), timeout=timeout)
        for connection in [connection for connection, writer in self._open.items() if writer in late]:
            connection.cut()


def _request_of(kind: WSMsgType, data: bytes | str, connection: Connection) -> rtc.SignalRequest:
    if kind == WSMsgType.BINARY and isinstance(data, bytes):
        return parse_binary(data)
    if kind == WSMsgType.TEXT and isinstance(data, str):
        connection.speaks_json = True
        return parse_text(data)
    raise ProtocolError("unexpected kind of frame")


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def token_of(request: web.Request) -> str:
    """The token of a request: in the header (Rust family, server interface) or in the query (browsers)."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.query.get("access_token", "")
