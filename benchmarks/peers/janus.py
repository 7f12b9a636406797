"""Janus VideoRoom, started from Debian's package with a configuration of its own, driven over its WebSocket API.

Debian builds Janus 1.1.2 on a libsrtp with the NSS backend, which is slower than OpenSSL's: a part of the cost that
is measured here belongs to that build. Every report that compares with it has to say so.
"""

import asyncio
import itertools
import re
import subprocess
from pathlib import Path

from benchmarks.load.client import LoadClient
from benchmarks.peers.janus_api import JanusApi
from benchmarks.peers.janus_member import JanusMember, JanusRoom
from benchmarks.peers.peer import PeerError, ServerProcess, free_port, own_address
from benchmarks.rooms.plan import Plan, Seat

BINARY = "/usr/bin/janus"
LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus"
FIRST_ROOM = 1235  # 1234 is the room of Debian's own configuration
CODECS = {"audiocodec": "opus", "videocodec": "vp8,h264"}
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


def version() -> str:
    """Of the installed binary; empty when it does not tell."""
    told = subprocess.run([BINARY, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    found = re.search(r"\((\d[\d.]*)\)", told)
    return found[1] if found else ""


class JanusPeer:
    """Debian's Janus. `event_loops` as in `configuration`. Rooms are made by `prepare`."""

    def __init__(self, client: LoadClient, *, event_loops: int = 0) -> None:
        self.name = f"Janus, event_loops={event_loops}" if event_loops else "Janus, default"
        self._client = client
        self._event_loops = event_loops
        self._process = ServerProcess()
        self._host = ""
        self._api: JanusApi | None = None
        self._rooms: dict[str, JanusRoom] = {}
        self._numbers = itertools.count(FIRST_ROOM)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        self._host = own_address()
        folder, port = self._process.folder, free_port()
        for name, text in configuration(folder, host=self._host, port=port, event_loops=self._event_loops).items():
            (folder / name).write_text(text)
        url = f"http://127.0.0.1:{port}/"
        await self._process.start([BINARY, "--configs-folder", str(folder)], url)
        self._api = await JanusApi.open(url, self._client.spawn)

    async def prepare(self, plan: Plan) -> None:
        """Rooms with a place for every publisher and a handle that listens. May come again with a larger plan."""
        await asyncio.gather(*(self._make_room(name, len(seats)) for name, seats in plan.rooms.items()))

    async def _make_room(self, name: str, publishers: int) -> None:
        api = self._opened()
        known = self._rooms.get(name)
        room = known or JanusRoom(next(self._numbers))
        handle = await api.attach(room.take)
        if known is not None:
            await handle.ask({"request": "edit", "room": room.number, "new_publishers": publishers})
            await handle.detach()
            return
        await handle.ask({"request": "create", "room": room.number, "publishers": publishers, "bitrate": 0, **CODECS})
        room.take(await handle.ask({"request": "join", "ptype": "publisher", "room": room.number}))
        self._rooms[name] = room

    async def enter(self, seat: Seat, *, sample: int = 1) -> JanusMember:
        """Returns when Janus let the publisher in, or for mere receivers when it gave them a handle."""
        api, room = self._opened(), self._rooms.get(seat.room)
        if room is None:
            raise PeerError(f"the room {seat.room} was not prepared")
        member = JanusMember(self._client, room, seat)
        try:
            await member.enter(api, self._host, sample)
        except BaseException:
            await member.leave()
            raise
        return member

    async def stop(self) -> None:
        if self._api is not None:
            await self._api.close()
        await self._process.stop()

    def _opened(self) -> JanusApi:
        if self._api is None:
            raise PeerError("Janus is not running")
        return self._api
