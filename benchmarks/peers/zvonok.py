"""Our own server, started with a configuration of its own and driven over LiveKit signalling."""

import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import aiohttp

from benchmarks.load.access import Access, token
from benchmarks.load.client import LoadClient
from benchmarks.peers.livekit import LiveKitMember, enter, session
from benchmarks.peers.peer import PeerError, ServerProcess, free_port
from benchmarks.rooms.plan import Plan, Seat

KEY = "bench"
MAX_PARTICIPANTS = 10_000  # of a room: the machine is to be the limit, not the setting

Value = str | int | float | bool | list[str]
Settings = Mapping[str, Mapping[str, Value]]
"""Sections of the configuration file with their settings."""

COMMAND = (sys.executable, "-m", "server", "serve", "--config")


def configuration(folder: Path, *, port: int, secret: str, settings: Settings) -> str:
    """The file of a server on loopback that lets in whoever fits; `settings` come on top, and over ours."""
    ours: Settings = {
        "http": {"host": "127.0.0.1", "port": port},
        "media": {"addresses": ["127.0.0.1"], "port": 0},
        "database": {"url": f"sqlite+aiosqlite:///{folder}/zvonok.db"},
        "calls": {"max_participants": MAX_PARTICIPANTS},
        "keys": {KEY: secret},
    }
    lines = ['mode = "production"', 'log_level = "warning"']
    for section in dict.fromkeys((*ours, *settings)):
        lines.append(f"[{section}]")
        values = {**ours.get(section, {}), **settings.get(section, {})}
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]  # such JSON is TOML too
    return "\n".join(lines) + "\n"


class ZvonokPeer:
    """Zvonok as installed here. `command` is run with the path of the configuration as its last argument."""

    def __init__(
        self,
        client: LoadClient,
        *,
        label: str = "Zvonok",
        command: Sequence[str] = COMMAND,
        settings: Settings = MappingProxyType({}),
    ) -> None:
        self.name = label
        self._client, self._command, self._settings = client, command, settings
        self._process = ServerProcess()
        self._http: aiohttp.ClientSession | None = None
        self._access = Access("", "", "")

    @property
    def access(self) -> Access:
        """For clients of another make."""
        return self._access

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        folder, port, secret = self._process.folder, free_port(), secrets.token_hex(32)
        path = folder / "zvonok.toml"
        path.write_text(configuration(folder, port=port, secret=secret, settings=self._settings))
        self._access = Access(f"ws://127.0.0.1:{port}", KEY, secret)
        await self._process.start([*self._command, str(path)], f"http://127.0.0.1:{port}/healthz")
        self._http = session()

    async def prepare(self, plan: Plan) -> None:
        """Rooms appear when somebody joins."""

    async def enter(self, seat: Seat, *, sample: int = 1) -> LiveKitMember:
        if self._http is None:
            raise PeerError("Zvonok is not running")
        ticket = token(self._access, seat.room, seat.identity)
        return await enter(self._client, self._http, self._access.url, ticket, seat, sample=sample)

    async def stop(self) -> None:
        if self._http is not None:
            await self._http.close()
        await self._process.stop()
