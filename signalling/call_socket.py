"""The socket of a call's page, `/rtc/call`. MessagePack frames.

Bad input: a frame that is no request of ours closes the socket with a reason; the call goes on.
"""

from dataclasses import dataclass

import msgpack
import msgspec
from aiohttp import WSMessage, WSMsgType, web

from signalling.calls import CallService
from signalling.core.call.messages import MAX_ROOMS, MAX_TEXT, AnyRequest, Goodbye, Message
from signalling.core.errors import ProtocolError
from signalling.core.grants import Claims
from signalling.core.limits import RateLimit
from signalling.live_call import LiveCall
from signalling.livekit.connection import Connection
from signalling.livekit.tokens import TokenError
from signalling.sockets import Endpoint, HttpRefusalError, token_of
from signalling.surroundings import Surroundings

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


class CallEndpoint(Endpoint[Entry]):
    """Serves `/rtc/call`."""

    def __init__(self, around: Surroundings, calls: CallService) -> None:
        super().__init__(around, MAX_FRAME)
        self._calls = calls

    def admit(self, request: web.Request) -> Entry:
        try:
            claims = self._around.tokens.verify(token_of(request))
        except TokenError as error:
            raise HttpRefusalError(401, str(error)) from None
        live = self._calls.live(claims.grants.room) if claims.call else None
        if live is None:
            raise HttpRefusalError(404, "no open call")
        return Entry(claims, live)

    async def attend(self, request: web.Request, socket: web.WebSocketResponse, to: Connection, entry: Entry) -> None:
        page, identity, live = CallPage(to), entry.claims.identity, entry.live
        rate = RateLimit(REQUESTS_PER_SECOND, REQUEST_BURST, self._around.clock())

        async def handle(message: WSMessage) -> None:
            if not rate.take(self._around.clock()):
                raise ProtocolError("too many requests")
            live.handle(identity, page, parse(_bytes_of(message)))

        try:
            live.connect(entry.claims, page)
            await self.read(socket, to, handle)
        finally:
            live.disconnect(identity, page)

    def farewell(self, to: Connection) -> None:
        to.put(msgspec.msgpack.encode(Goodbye("restart")))


def _bytes_of(message: WSMessage) -> bytes:
    if message.type == WSMsgType.BINARY and isinstance(message.data, bytes):
        return message.data
    raise ProtocolError("unexpected kind of frame")
