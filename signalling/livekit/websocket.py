"""The signal connection of a client.

`/rtc` upgrades; `/rtc/validate` gives the same checks as a status with a short text, since a browser hides the status
of a failed upgrade.
"""

import logging
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web
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
from signalling.sockets import Endpoint, HttpRefusalError, is_there, token_of
from signalling.surroundings import Surroundings
from signalling.turns import Turns

logger = logging.getLogger("zvonok.signalling")

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


@dataclass(frozen=True, slots=True)
class Entry:
    """A connection that may be made."""

    claims: Claims
    parameters: Parameters


class SignalEndpoint(Endpoint[Entry]):
    """Serves `/rtc`."""

    def __init__(self, around: Surroundings, rooms: Rooms) -> None:
        super().__init__(around, around.config.limits.frame)
        self._rooms = rooms
        self._turns = Turns(around.clock)

    def admit(self, request: web.Request) -> Entry:
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

    async def attend(self, request: web.Request, socket: web.WebSocketResponse, to: Connection, entry: Entry) -> None:
        def enter() -> Seat | None:  # who has given up meanwhile would seem to be here for a while
            return self._seat(entry, to) if is_there(request) and not self._is_draining else None

        seat = await self._turns.take(enter)
        if seat is None:
            return
        session = Session(seat, to)

        async def handle(message: WSMessage) -> None:
            await self._handle(_request_of(message, to), session)

        try:
            await self.read(socket, to, handle)
        finally:
            seat.connection_lost(to)

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

    async def _handle(self, request: rtc.SignalRequest, session: Session) -> None:
        """Raises ProtocolError."""
        if request.WhichOneof("message") in DESCRIPTIONS:
            await self._turns.take(lambda: session.handle(request))
        else:
            session.handle(request)


def _request_of(message: WSMessage, to: Connection) -> rtc.SignalRequest:
    if message.type == WSMsgType.BINARY and isinstance(message.data, bytes):
        return parse_binary(message.data)
    if message.type == WSMsgType.TEXT and isinstance(message.data, str):
        to.speaks_json = True
        return parse_text(message.data)
    raise ProtocolError("unexpected kind of frame")
