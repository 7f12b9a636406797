"""A real Zvonok server, and a reference journal beside it, as child processes on loopback."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.support.browser_peer import interface_address
from tests.support.databases import migrated

ROOT = Path(__file__).parents[2]
START_TIMEOUT = 30.0  # seconds; a cold start imports aiortc on a busy machine
DEMO = 'mode = "demo"\nsms.adapter = "outbox"\n'
KEY, SECRET = "testkey", "a-secret-of-the-tests-" + "x" * 20


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def media_addresses() -> list[str]:
    """Loopback, and the machine's own address: Firefox keeps away from 127.0.0.1 (both stay on this machine)."""
    return sorted({"127.0.0.1", interface_address()})


class ServerProcess:
    """`zvonok serve` with its own folder, database and ports; may be killed and started again on the same ports."""

    def __init__(self, folder: Path, *, public_url: str = "", calls: str = "", demo: bool = False) -> None:
        """`demo`: messages go to the outbox page."""
        self.folder = folder
        self.port = free_port()
        self.media_port = free_port(socket.SOCK_DGRAM)
        self.journal_key = ""
        self._process: asyncio.subprocess.Process | None = None
        self._config = folder / "zvonok.toml"
        self._config.write_text(
            f'{DEMO if demo else ""}log_level = "debug"\n'
            f'[http]\nhost = "127.0.0.1"\nport = {self.port}\npublic_url = "{public_url}"\n'
            f"[media]\naddresses = {media_addresses()}\nport = {self.media_port}\nthreads = 1\n"
            f'[database]\nurl = "sqlite+aiosqlite:///{folder}/zvonok.db"\n'
            f'[calls]\nsimulate = true\n{calls}\n[keys]\n{KEY} = "{SECRET}"\n',
            encoding="utf-8",
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        self._process = await self._run("serve", "--config", str(self._config))
        await wait_until_ready(f"{self.url}/readyz", self._process, self.folder / "serve.log")

    async def new_journal_key(self) -> str:
        """A key for a journal, made with the command an operator would use."""
        command = [sys.executable, "-m", "server", "new-journal-key", "Журнал", "--config", str(self._config)]
        made = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        out, _ = await made.communicate()
        assert made.returncode == 0, out
        return out.decode().split()[-1]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()
        self._process = None

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def log(self) -> str:
        return _text(self.folder / "serve.log")

    async def _run(self, *words: str) -> asyncio.subprocess.Process:
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server", *words, cwd=ROOT, stdout=log, stderr=log, env=_environment()
            )


@asynccontextmanager
async def running_server(folder: Path, *, public_url: str = "", calls: str = "") -> AsyncIterator[ServerProcess]:
    """A server over a database that has its tables."""
    server = ServerProcess(folder, public_url=public_url, calls=calls)
    shutil.copy(migrated(), folder / "zvonok.db")
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def running_journal(server: ServerProcess, zvonok_url: str) -> AsyncIterator[str]:
    """The reference journal as its own process; yields its address."""
    port, key = free_port(), await server.new_journal_key()
    command = ["journal_bridge.reference_journal", "--port", str(port), "--zvonok", zvonok_url, "--key", key]
    with (server.folder / "journal.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, cwd=ROOT, stdout=log, stderr=log, env=_environment()
        )
    try:
        await wait_until_ready(f"http://127.0.0.1:{port}/", process, server.folder / "journal.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def wait_until_ready(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    """Ask until the answer is 200; a process that ended, or stays silent, fails with its log."""
    async with asyncio.timeout(START_TIMEOUT), aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"the process ended with {process.returncode}:\n{_text(log)}")


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ZVONOK_")}
