"""A page's end of a call's socket: asks, and puts together what it is told."""

import itertools
from typing import Any

import aiohttp
import msgpack

from tests.support.signalling_server import Server


class PageClient:
    """`state` holds the newest parts, `told` all other messages that nobody waited for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}
        self.told: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    async def receive(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=10)
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise ConnectionError(f"{message.type} {message.data} {message.extra}")
        values: dict[str, Any] = msgpack.unpackb(message.data)
        if values["is"] == "state":
            self.state.update(values)
        else:
            self.told.append(values)
        return values

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """The reply to a request."""
        number = next(self._ids)
        await self.socket.send_bytes(msgpack.packb({"do": do, "id": number, **fields}))
        while True:
            message = await self.receive()
            if message["is"] == "reply" and message["id"] == number:
                return message

    async def done(self, do: str, **fields: Any) -> dict[str, Any]:
        """As `ask`, for requests that have to succeed."""
        reply = await self.ask(do, **fields)
        assert "error" not in reply, reply
        return reply

    async def until(self, such: Any) -> dict[str, Any]:
        """The state, as soon as `such` is true of it."""
        while not such(self.state):
            await self.receive()
        return self.state

    async def hears(self, kind: str) -> dict[str, Any]:
        """The first message of a kind, which is taken."""
        while True:
            for place, message in enumerate(self.told):
                if message["is"] == kind:
                    return self.told.pop(place)
            await self.receive()

    async def is_closed(self) -> tuple[int | None, str]:
        """Wait until the server has closed it; the code and the reason."""
        while True:
            message = await self.socket.receive(timeout=10)
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return self.socket.close_code, str(message.extra or "")


async def open_page(server: Server, token: str) -> PageClient:
    """Open the socket; the complete state has arrived."""
    client = PageClient(await server.open("/rtc/call", access_token=token))
    await client.until(lambda state: "you" in state)
    return client
