"""Our own server, started with a configuration of its own and driven over LiveKit signalling."""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from benchmarks.load.client import Connection, LoadClient
from benchmarks.load.livekit import Access, Participant, join
from benchmarks.load.model import Rhythm
from benchmarks.load.tracks import outgoing
from benchmarks.peers.peer import PeerError, ServerProcess, free_port

KEY = "bench"

CONFIGURATION = """
mode = "production"
log_level = "warning"
[http]
host = "127.0.0.1"
port = {port}
[media]
addresses = ["127.0.0.1"]
port = 0
[database]
url = "sqlite+aiosqlite:///{folder}/zvonok.db"
[keys]
{key} = "{secret}"
"""
COMMAND = (sys.executable, "-m", "server", "serve", "--config")


class ZvonokPeer:
    """Zvonok as installed here. `command` is run with the path of the configuration as its last argument."""

    def __init__(self, client: LoadClient, *, label: str = "Zvonok", command: Sequence[str] = COMMAND) -> None:
        self.name = label
        self._client, self._command = client, command
        self._process = ServerProcess()
        self._folder = tempfile.TemporaryDirectory(prefix="zvonok-")
        self._http: aiohttp.ClientSession | None = None
        self._access = Access("", "", "")
        self._participants: list[Participant] = []

    @property
    def access(self) -> Access:
        """For clients of another make."""
        return self._access

    @property
    def pid(self) -> int:
        return self._process.pid

    async def start(self) -> None:
        folder, port, secret = Path(self._folder.name), free_port(), secrets.token_hex(32)
        path = folder / "zvonok.toml"
        path.write_text(CONFIGURATION.format(port=port, folder=folder, key=KEY, secret=secret))
        self._access = Access(f"ws://127.0.0.1:{port}", KEY, secret)
        await self._process.start([*self._command, str(path)], folder / "log", f"http://127.0.0.1:{port}/healthz")
        self._http = aiohttp.ClientSession()

    async def enter(
        self, room: str, rhythms: Sequence[Rhythm] = (), *, subscribe: bool = True, sample: int = 1, phase: float = 0.0
    ) -> Participant:
        """Join, publish a track for each rhythm after `phase` seconds, receive the rest. Raises ConnectError."""
        if self._http is None:
            raise PeerError("Zvonok is not running")
        identity = f"p{len(self._participants)}"
        participant = await join(
            self._client, self._http, self._access, room, identity, subscribe=subscribe, sample=sample
        )
        self._participants.append(participant)
        if rhythms:
            await participant.publish(outgoing(rhythms, identity), phase)
        return participant

    async def publish(self, room: str, rhythms: Sequence[Rhythm]) -> Connection:
        participant = await self.enter(room, rhythms, subscribe=False)
        if participant.publisher is None:
            raise PeerError(participant.problem)
        return participant.publisher

    async def subscribe(self, room: str, *, sample: int = 1) -> Connection:
        return await (await self.enter(room, sample=sample)).wait_subscriber()

    async def stop(self) -> None:
        await asyncio.gather(*(participant.leave() for participant in self._participants))
        if self._http is not None:
            await self._http.close()
        await self._process.stop()
        self._folder.cleanup()
