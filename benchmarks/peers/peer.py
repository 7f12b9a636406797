"""What a driver of a server offers to the scenarios."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import struct
import tempfile
import time
from asyncio.subprocess import DEVNULL, STDOUT
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import aiohttp

from benchmarks.load.client import Connection, LoadClient
from benchmarks.rooms.plan import Plan, Seat
from sfu.plane.model import SrtpProfile

START_TIMEOUT = 60.0  # seconds until a started server must answer: on a busy machine it is slow to come
STOP_TIMEOUT = 5.0  # seconds between asking a server to end and killing it
FOLDERS = f"zvonok-bench-{os.getpid()}-"  # how the names of this process's temporary folders begin
STAMP = struct.Struct("!Qd")
STAMP_MAGIC = 0x5A764274_4D657373


class PeerError(Exception):
    """The server did not start, or refused a request."""


class Inbox:
    """Counts data messages and their delays: every payload begins with the sender's `stamp`."""

    def __init__(self) -> None:
        self.received = 0
        self.delays: list[float] = []

    def take(self, payload: bytes) -> None:
        """Count a message; one without a stamp counts with no delay."""
        self.received += 1
        if len(payload) >= STAMP.size:
            magic, sent = STAMP.unpack_from(payload)
            if magic == STAMP_MAGIC:
                self.delays.append(time.monotonic() - sent)


def message(size: int) -> bytes:
    """A payload of `size` bytes that begins with the time."""
    return STAMP.pack(STAMP_MAGIC, time.monotonic()).ljust(size, b"\0")


class Member(Protocol):
    """A participant that a driver has seated. It may leave once; the harness never uses it after that."""

    @property
    def sending(self) -> Connection | None:
        """On which its tracks go out; None when it sends nothing."""

    @property
    def receiving(self) -> Sequence[Connection]:
        """On which media of others come, all that are up by now."""

    @property
    def inbox(self) -> Inbox:
        """Data messages it received."""

    @property
    def problem(self) -> str:
        """Why the server put it out or a connection failed; empty while all is well."""

    async def wait_ready(self) -> None:
        """Until its own tracks are announced and its transports are up. Raises ConnectError or PeerError."""

    async def send_message(self, payload: bytes, *, reliable: bool) -> None:
        """To everybody else in its room. Raises PeerError when this server cannot."""

    async def leave(self) -> None:
        """Say goodbye and close everything. Safe after a failure."""


class Peer(Protocol):
    """A server under test: started, used and stopped by the harness; or one that runs elsewhere."""

    @property
    def name(self) -> str:
        """As reports print it, with its setting."""

    @property
    def pid(self) -> int | None:
        """Process whose CPU and memory are measured, valid between `start` and `stop`; None: it runs elsewhere."""

    async def start(self) -> None:
        """Start the server (or see that it answers) and make nobody join yet. Raises PeerError."""

    async def prepare(self, plan: Plan) -> None:
        """Make the plan's rooms, on servers that do not make them by themselves."""

    async def enter(self, seat: Seat, *, sample: int = 1) -> Member:
        """Begin to join: returns once the server said yes; connections go on by themselves (`Member.wait_ready`).

        From then on the member sends what its seat says and takes tracks as they appear, now or later, when
        its seat names them. One packet in `sample` is decrypted. Calls for different seats may run at once.
        Raises ConnectError or PeerError.
        """

    async def stop(self) -> None:
        """End a server that `start` started. Members must have left. Safe after a failed start."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """A server in one setting, as side-by-side runs list it. A driver file gives them from `entrants()`."""

    name: str
    """As reports print it: "Janus, event_loops=1"."""
    profile: SrtpProfile
    make: Callable[[LoadClient], Peer]
    version: str = ""
    """Of the server, as reports print it; empty: unknown."""
    caveat: str = ""
    """What a fair report has to say of it, a sentence; empty: nothing."""
    reference: bool = False
    """Ratios are told against this one."""


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
    """A child process with a temporary folder, in which its log is too; ended politely, then killed.

    It has a session of its own, so that a terminal's Ctrl-C does not hit it before the harness has said goodbye, and
    dies with the harness where util-linux's setpriv is there to say so.
    """

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise PeerError("the server is not running")
        return self._process.pid

    @property
    def folder(self) -> Path:
        """For configuration and data; `stop` removes it."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix=FOLDERS)
        return Path(self._folder.name)

    async def start(self, command: Sequence[str], ready_url: str) -> None:
        """Run the command and wait until the URL answers anything below 500. Raises PeerError with the log's end."""
        log = self.folder / "log"
        with log.open("wb") as out:
            self._process = await asyncio.create_subprocess_exec(
                *_mortal(command), stdin=DEVNULL, stdout=out, stderr=STDOUT, start_new_session=True
            )
        try:
            async with asyncio.timeout(START_TIMEOUT), aiohttp.ClientSession() as session:
                while not await _answers(session, ready_url):
                    if self._process.returncode is not None:
                        raise PeerError(f"{command[0]} ended at once: {_tail(log)}")
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise PeerError(f"{command[0]} did not answer: {_tail(log)}") from error

    async def end(self) -> None:
        """End the process and keep its folder, for the next `start`. Safe when nothing runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_TIMEOUT):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def stop(self) -> None:
        """Safe when nothing runs."""
        await self.end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _mortal(command: Sequence[str]) -> list[str]:
    """The command, to be killed when its parent ends; setpriv replaces itself by it, so the process id is its own."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", *command] if setpriv else list(command)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    with contextlib.suppress(aiohttp.ClientError, OSError):
        async with session.get(url) as response:
            return response.status < 500
    return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-600:]
