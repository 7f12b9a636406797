"""Our own server with a journal's key and a database that outlives its restarts."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from benchmarks.peers.peer import PeerError, ServerProcess, free_port
from benchmarks.peers.zvonok import COMMAND, configuration

WORDS = COMMAND[:-2]  # up to the sub-command


class SchoolServer:
    """Made by `running`."""

    def __init__(self) -> None:
        self._process = ServerProcess()
        self.port = free_port()
        self._path = self._process.folder / "zvonok.toml"
        self._path.write_text(
            configuration(self._process.folder, port=self.port, secret=secrets.token_hex(32), settings={})
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    async def journal_key(self) -> str:
        """Make the key of a journal; before `start`, since both write to the database. Raises PeerError."""
        command = (*WORDS, "new-journal-key", "Замер", "--config", str(self._path))
        made = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        out, _ = await made.communicate()
        if made.returncode:
            raise PeerError("no journal's key was made")
        return out.decode().split()[-1]

    async def start(self) -> None:
        """Raises PeerError."""
        await self._process.start([*COMMAND, str(self._path)], f"{self.url}/readyz")

    async def end(self) -> None:
        """As an operator stops it; `start` may follow."""
        await self._process.end()

    async def close(self) -> None:
        await self._process.stop()


@asynccontextmanager
async def running() -> AsyncIterator[tuple[SchoolServer, aiohttp.ClientSession, str]]:
    """A server, an HTTP client for it that keeps no cookies, and a journal's key. Raises PeerError."""
    server = SchoolServer()
    try:
        key = await server.journal_key()
        await server.start()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(server.url, connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield server, http, key
    finally:
        await server.close()
