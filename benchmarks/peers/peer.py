"""What a driver of a server offers to the scenarios."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import aiohttp

from benchmarks.load.client import Connection
from benchmarks.load.model import Rhythm

START_TIMEOUT = 20.0  # seconds until a started server must answer
STOP_TIMEOUT = 5.0  # seconds between asking a server to end and killing it


class PeerError(Exception):
    """The server did not start, or refused a request."""


class Peer(Protocol):
    """A server under test: started, used and stopped by the harness."""

    @property
    def name(self) -> str:
        """As reports print it."""

    @property
    def pid(self) -> int:
        """Process whose CPU and memory are measured; valid between `start` and `stop`."""

    async def start(self) -> None:
        """Start the server and return once it answers. Raises PeerError."""

    async def publish(self, room: str, rhythms: Sequence[Rhythm]) -> Connection:
        """Join as one participant that sends a track for each rhythm, and start sending."""

    async def subscribe(self, room: str, *, sample: int = 1) -> Connection:
        """Join as one that receives everything in the room; returns when its connection is up."""

    async def stop(self) -> None:
        """Leave and end the server. Safe after a failed start."""


def free_port() -> int:
    """A TCP port of the loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def own_address() -> str:
    """This machine's own IPv4 address, for servers that refuse loopback ones: such traffic stays inside the kernel.

    Raises PeerError when there is none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))  # TEST-NET-2: connecting a UDP socket sends nothing
        except OSError as error:
            raise PeerError("this machine has no address but loopback") from error
        host: str = probe.getsockname()[0]
        return host


class ServerProcess:
    """A child process with its log in a file; ended politely, then killed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise PeerError("the server is not running")
        return self._process.pid

    async def start(self, command: Sequence[str], log: Path, ready_url: str) -> None:
        """Run the command and wait until the URL answers anything below 500. Raises PeerError with the log's end."""
        with log.open("wb") as out:
            self._process = await asyncio.create_subprocess_exec(*command, stdout=out, stderr=asyncio.subprocess.STDOUT)
        try:
            async with asyncio.timeout(START_TIMEOUT), aiohttp.ClientSession() as session:
                while not await _answers(session, ready_url):
                    if self._process.returncode is not None:
                        raise PeerError(f"{command[0]} ended at once: {_tail(log)}")
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise PeerError(f"{command[0]} did not answer: {_tail(log)}") from error

    async def stop(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError, OSError):
        async with session.get(url) as response:
            return response.status < 500
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-600:]
