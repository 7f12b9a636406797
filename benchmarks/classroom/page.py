"""A page's end of a call's own socket: asks, and keeps what it was told last."""

import asyncio
import itertools
from collections.abc import Callable

import aiohttp
import msgspec

from benchmarks.load.client import LoadClient
from benchmarks.load.tasks import end
from benchmarks.peers.peer import PeerError
from signalling.core.call.messages import AnyMessage, CallPart, Person, Reply, Request, RoomsPart, State, YouPart

TIMEOUT = 60.0  # seconds for a reply, which comes when what changed is kept: on a busy machine that is late
PARTS = ("call", "you", "people", "rooms")


class Page:
    """Made by `open_page`; `close` ends it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, client: LoadClient) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._asked: dict[int, asyncio.Future[Reply]] = {}
        self._changed = asyncio.Event()
        self._decoder = msgspec.msgpack.Decoder(AnyMessage)
        self.call: CallPart | None = None
        self.you: YouPart | None = None
        self.people: tuple[Person, ...] = ()
        self.rooms: RoomsPart | None = None
        self._task = client.spawn(self._read())

    async def ask(self, make: Callable[[int], Request]) -> Reply:
        """The reply to the request that `make` gives for a number. Raises PeerError when it was refused."""
        number = next(self._ids)
        waiting: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asked[number] = waiting
        await self._socket.send_bytes(msgspec.msgpack.encode(make(number)))
        try:
            async with asyncio.timeout(TIMEOUT):
                reply = await waiting
        except TimeoutError as error:
            raise PeerError(f"no reply on the call's socket within {TIMEOUT:g} s") from error
        if reply.error is not None:
            raise PeerError(f"the call refused a request: {reply.error} {reply.text}")
        return reply

    async def until(self, such: Callable[["Page"], bool]) -> None:
        """Until it was told what makes `such` true. Raises PeerError."""
        try:
            async with asyncio.timeout(TIMEOUT):
                while not such(self):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise PeerError(f"the call's socket did not tell what was waited for within {TIMEOUT:g} s") from error

    async def close(self) -> None:
        await self._socket.close()
        await end([self._task])

    async def _read(self) -> None:
        async for frame in self._socket:
            if frame.type is aiohttp.WSMsgType.BINARY:
                self._take(self._decoder.decode(frame.data))

    def _take(self, message: AnyMessage) -> None:
        match message:
            case Reply() if (waiting := self._asked.pop(message.id, None)) is not None and not waiting.done():
                waiting.set_result(message)
            case State():
                for part in PARTS:
                    if (told := getattr(message, part)) is not None:
                        setattr(self, part, told)
                self._changed.set()


async def open_page(http: aiohttp.ClientSession, token: str, client: LoadClient) -> Page:
    """Open the socket; everything that the person may see has arrived. Raises PeerError."""
    try:
        socket = await http.ws_connect("/rtc/call", params={"access_token": token}, max_msg_size=0)
    except aiohttp.ClientError as error:
        raise PeerError(f"the call's socket was refused: {error}") from error
    page = Page(socket, client)
    await page.until(lambda page: page.you is not None)
    return page
