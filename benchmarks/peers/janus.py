"""Janus VideoRoom, started from Debian's package with a configuration of its own, driven over its WebSocket API.

Debian builds Janus 1.1.2 on a libsrtp with the NSS backend, which is slower than OpenSSL's: a part of the cost that
is measured here belongs to that build. Every report that compares with it has to say so.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.load import sdp
from benchmarks.load.client import Connection, LoadClient
from benchmarks.load.model import Rhythm
from benchmarks.load.tracks import outgoing, source_format
from benchmarks.peers.peer import PeerError, ServerProcess, free_port, own_address

BINARY = "/usr/bin/janus"
LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus"
REPLY_TIMEOUT = 15.0  # seconds
ROOM = 1234
CAVEAT = "Debian's Janus 1.1.2 uses an NSS-backed libsrtp, which is a part of its cost"

MAIN = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{libraries}/plugins"
  transports_folder = "{libraries}/transports"
  events_folder = "{libraries}/events"
  loggers_folder = "{libraries}/loggers"
  debug_level = 2
  session_timeout = 0
  {event_loops}
}}
media: {{ rtp_port_range = "{first_port}-{last_port}" }}
nat: {{ ice_enforce_list = "{host}" }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
WEBSOCKETS = """
general: {{ ws = true, ws_port = {port}, ws_ip = "127.0.0.1" }}
admin: {{ admin_ws = false }}
"""
UNUSED_PLUGINS = (
    "audiobridge,duktape,echotest,lua,nosip,recordplay,sip,streaming,textroom,videocall,voicemail"  # all but videoroom
)
UNUSED_TRANSPORTS = "http,mqtt,nanomsg,pfunix"


def installed() -> bool:
    """Whether Debian's package is here."""
    return Path(BINARY).exists()


def configuration(folder: Path, *, host: str, port: int, event_loops: int) -> dict[str, str]:
    """The files of a Janus with media on one address. `event_loops` 0 = Janus's default, a thread per handle."""
    return {
        "janus.jcfg": MAIN.format(
            folder=folder,
            host=host,
            libraries=LIBRARIES,
            event_loops=f"event_loops = {event_loops}" if event_loops else "",
            first_port=20000,
            last_port=28000,
            plugins=_libraries(UNUSED_PLUGINS),
            transports=_libraries(UNUSED_TRANSPORTS),
        ),
        "janus.transport.websockets.jcfg": WEBSOCKETS.format(port=port),
        "janus.plugin.videoroom.jcfg": "general: { }\n",
    }


def _libraries(names: str) -> str:
    return ",".join(f"libjanus_{name}.so" for name in names.split(","))


class JanusPeer:
    """Debian's Janus. `event_loops` as in `configuration`."""

    def __init__(self, client: LoadClient, *, event_loops: int = 0) -> None:
        self.name = f"Janus, event_loops={event_loops}" if event_loops else "Janus, default"
        self._client = client
        self._event_loops = event_loops
        self._host = own_address()
        self._process = ServerProcess()
        self._folder = tempfile.TemporaryDirectory(prefix="janus-")
        self._api: JanusApi | None = None
        self._feeds: dict[str, list[int]] = {}

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        folder, port = Path(self._folder.name), free_port()
        for name, text in configuration(folder, host=self._host, port=port, event_loops=self._event_loops).items():
            (folder / name).write_text(text)
        await self._process.start(
            [BINARY, "--configs-folder", str(folder)], folder / "log", f"http://127.0.0.1:{port}/"
        )
        self._api = await JanusApi.open(f"http://127.0.0.1:{port}/")
        handle = await self._api.attach()
        await self._api.ask(handle, {"request": "create", "room": ROOM, "publishers": 100, "bitrate": 0})

    async def publish(self, room: str, rhythms: Sequence[Rhythm]) -> Connection:
        api = self._opened()
        connection = self._client.open(host=self._host)
        tracks = outgoing(rhythms, f"p{len(self._feeds)}")
        handle = await api.attach()
        joined = await api.ask(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
        offer = sdp.offer(connection.transport, [item.track for item in tracks])
        reply = await api.ask(handle, {"request": "configure"}, {"type": "offer", "sdp": offer})
        await connection.establish(sdp.parse(reply["jsep"]["sdp"]), offered=True)
        await api.up(handle)
        for item in tracks:
            connection.send(item.rhythm, source_format(item.track))
        self._feeds.setdefault(room, []).append(joined["plugindata"]["data"]["id"])
        return connection

    async def subscribe(self, room: str, *, sample: int = 1) -> Connection:
        api = self._opened()
        connection = self._client.open(host=self._host, sample=sample, remb=100_000_000)
        handle = await api.attach()
        streams = [{"feed": feed} for feed in self._feeds.get(room, [])]
        reply = await api.ask(handle, {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": streams})
        remote = sdp.parse(reply["jsep"]["sdp"])
        answer = sdp.answer(remote, connection.transport)
        await api.ask(handle, {"request": "start"}, {"type": "answer", "sdp": answer})
        await connection.establish(remote, offered=False)
        await api.up(handle)
        return connection

    async def stop(self) -> None:
        if self._api is not None:
            await self._api.close()
        await self._process.stop()
        self._folder.cleanup()

    def _opened(self) -> "JanusApi":
        if self._api is None:
            raise PeerError("Janus is not running")
        return self._api


class JanusApi:
    """One session of Janus's JSON protocol over a WebSocket, one request at a time; replies match by transaction."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._session, self._socket = session, socket
        self._numbers = itertools.count(1)
        self._up: set[int] = set()
        self._id = 0

    @classmethod
    async def open(cls, url: str) -> "JanusApi":
        """Raises PeerError when Janus does not make a session."""
        session = aiohttp.ClientSession()
        api = cls(session, await session.ws_connect(url, protocols=("janus-protocol",)))
        api._id = (await api._request({"janus": "create"}))["data"]["id"]
        return api

    async def attach(self) -> int:
        """A new handle on the VideoRoom plugin."""
        reply = await self._request({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        handle: int = reply["data"]["id"]
        return handle

    async def ask(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        """Send a plugin message and wait for its result. Raises PeerError when Janus refuses."""
        message: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        if jsep is not None:
            message["jsep"] = jsep
        reply = await self._request(message)
        data = reply.get("plugindata", {}).get("data", {})
        if "error" in data:
            raise PeerError(f"Janus: {data['error']}")
        return reply

    async def up(self, handle: int) -> None:
        """Wait until Janus says that the handle's media can flow. Raises PeerError when it does not."""
        async with asyncio.timeout(REPLY_TIMEOUT):
            while handle not in self._up:
                await self._next()

    async def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        number = str(next(self._numbers))
        await self._socket.send_json(
            {**message, "transaction": number, **({"session_id": self._id} if self._id else {})}
        )
        async with asyncio.timeout(REPLY_TIMEOUT):
            while True:
                reply = await self._next()
                if reply.get("transaction") != number or reply["janus"] == "ack":
                    continue
                if reply["janus"] == "error":
                    raise PeerError(f"Janus: {reply['error']['reason']}")
                return reply

    async def _next(self) -> dict[str, Any]:
        frame = await self._socket.receive()
        if frame.type is not aiohttp.WSMsgType.TEXT:
            raise PeerError("Janus closed its WebSocket")
        message: dict[str, Any] = frame.json()
        if message["janus"] == "webrtcup":
            self._up.add(message["sender"])
        return message

    async def close(self) -> None:
        await self._socket.close()
        await self._session.close()
