"""Janus's JSON protocol over a WebSocket: one session, many handles, any number of requests under way at once.

Requests match their replies by transaction; one task reads, and gives events of a handle to who made it.
"""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.peers.peer import PeerError

REPLY_TIMEOUT = 15.0  # seconds
PLUGIN = "janus.plugin.videoroom"

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
Json = dict[str, Any]


class RefusedError(PeerError):
    """Janus understood the request and does not do it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the plugin said: an answer to a request, or an event of its own."""

    data: Json
    sdp: str = ""
    """An offer or an answer that came along."""


class Handle:
    """A participant's attachment to the VideoRoom plugin. Made by `JanusApi.attach`."""

    def __init__(self, api: "JanusApi", number: int, take: Callable[[Reply], None]) -> None:
        self._api, self._number, self._take = api, number, take
        self.up = asyncio.Event()
        """Janus says that the media of this handle can flow, or that it never will: see `problem`."""
        self.problem = ""
        """Why Janus hung up; empty while all is well."""

    async def ask(self, body: Json, *, offer: str = "", answer: str = "") -> Reply:
        """Send a message to the plugin and wait for its result. Raises RefusedError, or PeerError without an answer."""
        message: Json = {"janus": "message", "handle_id": self._number, "body": body}
        if offer or answer:
            message["jsep"] = {"type": "offer" if offer else "answer", "sdp": offer or answer}
        reply = _reply(await self._api.request(message))
        if "error" in reply.data:
            raise RefusedError(f"Janus: {reply.data['error']}")
        return reply

    async def wait_up(self) -> None:
        """Until media can flow. Raises PeerError when Janus hung up, or says nothing."""
        try:
            async with asyncio.timeout(REPLY_TIMEOUT):
                await self.up.wait()
        except TimeoutError as error:
            raise PeerError(f"Janus did not say within {REPLY_TIMEOUT:g} s that the connection is up") from error
        if self.problem:
            raise PeerError(self.problem)

    async def detach(self) -> None:
        """Leave. Safe when Janus is gone."""
        with contextlib.suppress(PeerError):
            await self._api.detach(self._number)

    def take(self, message: Json) -> None:
        """An event of this handle."""
        match message.get("janus"):
            case "webrtcup":
                self.up.set()
            case "hangup":
                self.fail(f"Janus hung up: {message.get('reason', '')}")
            case "event":
                self._take(_reply(message))

    def fail(self, problem: str) -> None:
        self.problem = self.problem or problem
        self.up.set()


def _reply(message: Json) -> Reply:
    """Raises PeerError for a message without the parts that it must have."""
    plugin, jsep = message.get("plugindata", {}), message.get("jsep", {})
    data = plugin.get("data", {}) if isinstance(plugin, dict) else None
    text = jsep.get("sdp", "") if isinstance(jsep, dict) else None
    if not isinstance(data, dict) or not isinstance(text, str):
        raise PeerError("Janus sent a message that makes no sense")
    return Reply(data, text)


class JanusApi:
    """One session. Made by `open`; `close` ends it and all its handles."""

    def __init__(self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._http, self._socket = http, socket
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._handles: dict[int, Handle] = {}
        self._session = 0

    @classmethod
    async def open(cls, url: str, spawn: Spawn) -> "JanusApi":
        """Raises PeerError when Janus does not make a session."""
        http = aiohttp.ClientSession()
        try:
            api = cls(http, await http.ws_connect(url, protocols=("janus-protocol",), max_msg_size=0))
            spawn(api._read())
            api._session = _number(await api.request({"janus": "create"}))
        except (aiohttp.ClientError, OSError, PeerError) as error:
            await http.close()
            raise PeerError(f"Janus makes no session: {error}") from error
        return api

    async def attach(self, take: Callable[[Reply], None]) -> Handle:
        """A new handle on the VideoRoom plugin; its events go to `take`."""
        number = _number(await self.request({"janus": "attach", "plugin": PLUGIN}))
        handle = self._handles[number] = Handle(self, number, take)
        return handle

    async def detach(self, handle: int) -> None:
        """Ends a handle, and its connection. Raises PeerError."""
        if self._handles.pop(handle, None) is not None:
            await self.request({"janus": "detach", "handle_id": handle})

    async def request(self, message: Json) -> Json:
        """Send a message of the session and wait for the reply with its transaction. Raises PeerError."""
        number = str(next(self._numbers))
        whole = {**message, "transaction": number} | ({"session_id": self._session} if self._session else {})
        self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(REPLY_TIMEOUT):
                await self._socket.send_json(whole)
                reply = await self._waiting[number]
        except TimeoutError as error:
            raise PeerError(f"Janus did not answer to {message['janus']} within {REPLY_TIMEOUT:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise PeerError(f"the connection to Janus is gone: {error}") from error
        finally:
            del self._waiting[number]
        if reply["janus"] == "error":
            refusal = reply.get("error")
            raise PeerError(f"Janus: {refusal.get('reason') if isinstance(refusal, dict) else refusal}")
        return reply

    async def _read(self) -> None:
        problem = "Janus closed its WebSocket"
        try:
            async for frame in self._socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self.take(frame.data)
        except (PeerError, aiohttp.ClientError, OSError) as error:
            problem = str(error)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(PeerError(problem))
        for handle in self._handles.values():
            handle.fail(problem)

    def take(self, text: str) -> None:
        """One message of Janus. Raises PeerError when it makes no sense."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise PeerError("Janus sent something that is not JSON") from error
        if not isinstance(message, dict) or not isinstance(message.get("janus"), str):
            raise PeerError("Janus sent a message that makes no sense")
        waiting = self._waiting.get(str(message.get("transaction", "")))
        if waiting is None:
            sender = message.get("sender")
            if isinstance(sender, int) and (handle := self._handles.get(sender)) is not None:
                handle.take(message)
        elif message["janus"] != "ack" and not waiting.done():
            waiting.set_result(message)

    async def close(self) -> None:
        await self._socket.close()
        await self._http.close()


def _number(message: Json) -> int:
    data = message.get("data")
    number = data.get("id") if isinstance(data, dict) else None
    if not isinstance(number, int):
        raise PeerError("Janus sent a reply without a number")
    return number
