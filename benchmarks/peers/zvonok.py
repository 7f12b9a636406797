"""Our own server, started with a configuration of its own and driven over LiveKit signalling."""

import secrets
import sys
from collections.abc import Sequence

import aiohttp

from benchmarks.load.access import Access, token
from benchmarks.load.client import LoadClient
from benchmarks.peers.livekit import LiveKitMember, enter, session
from benchmarks.peers.peer import PeerError, ServerProcess, free_port
from benchmarks.rooms.plan import Plan, Seat

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
    """Zvonok as installed here. `command` is run with the path of the configuration as its last argument.

    `settings` is TOML of further sections of the configuration, like "[calls]\\nmax_participants = 500".
    """

    def __init__(
        self, client: LoadClient, *, label: str = "Zvonok", command: Sequence[str] = COMMAND, settings: str = ""
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
        path.write_text(CONFIGURATION.format(port=port, folder=folder, key=KEY, secret=secret) + self._settings)
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
