"""A server that runs elsewhere and speaks LiveKit signalling: ours or a compatible one. Nothing of it is accounted."""

import asyncio
import secrets
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from benchmarks.load.access import Access, token, validate
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.peers import tokens as token_file
from benchmarks.peers.livekit import LiveKitMember, enter, session
from benchmarks.peers.peer import PeerError
from benchmarks.rooms.plan import Plan, Seat

SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
PORTS = {"ws": 80, "wss": 443}


class RemotePeer:
    """A server by its address, with key and secret, or with a file of ready-made tokens.

    Rooms get names of their own, so that a test never meets a lesson, except with tokens, which name the room.
    Media goes over IPv4 where the server's name has an IPv4 address, else over IPv6.
    """

    def __init__(
        self,
        client: LoadClient,
        url: str,
        *,
        key: str = "",
        secret: str = "",
        tokens: Path | None = None,
        ca: Path | None = None,
    ) -> None:
        """`ca` is a PEM file of authorities to trust besides the system's. Raises PeerError for a wrong address."""
        self._client = client
        self._url = address(url)
        self.name = urlsplit(self._url).netloc
        self._access = None if tokens is not None else Access(self._url, key, secret)
        self._tokens, self._ca = tokens, ca
        self._tickets: tuple[token_file.Ticket, ...] = ()
        self._assigned: Mapping[str, tuple[token_file.Ticket, Seat]] = {}
        self._prefix = f"bench-{secrets.token_hex(3)}-"
        self._host = "0.0.0.0"
        self._http: aiohttp.ClientSession | None = None

    @property
    def access(self) -> Access | None:
        """For clients of another make; None with a file of tokens."""
        return self._access

    @property
    def pid(self) -> None:
        return None

    async def start(self) -> None:
        """See that the server answers and accepts the key, or the first token."""
        if self._tokens is not None:
            self._tickets = token_file.read(_text(self._tokens), time.time())
        self._http = session(_trust(self._ca))
        ticket = (
            self._tickets[0].token if self._access is None else token(self._access, f"{self._prefix}check", "check")
        )
        try:
            await validate(self._http, self._url, ticket)
        except ConnectError as error:
            raise PeerError(str(error)) from error
        self._host = await _any_address(self._url)

    async def prepare(self, plan: Plan) -> None:
        """Rooms appear when somebody joins. Raises PeerError when there are too few tokens."""
        if self._access is None:
            self._assigned = token_file.assign(plan, self._tickets)

    async def enter(self, seat: Seat, *, sample: int = 1) -> LiveKitMember:
        if self._http is None:
            raise PeerError(f"{self.name} was not asked yet")
        if self._access is not None:
            mapped = replace(seat, room=self._prefix + seat.room)
            ticket = token(self._access, mapped.room, mapped.identity)
        elif seat.identity in self._assigned:
            found, mapped = self._assigned[seat.identity]
            ticket = found.token
        else:
            raise PeerError(f"there is no token for {seat.identity}")
        return await enter(self._client, self._http, self._url, ticket, mapped, sample=sample, host=self._host)

    async def stop(self) -> None:
        if self._http is not None:
            await self._http.close()


def address(url: str) -> str:
    """The WebSocket address of a server, out of what people type. Raises PeerError."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError as error:
        raise PeerError(f"{url} is not an address: {error}") from error
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise PeerError(f"{url} is not the address of a server: it looks like wss://call.school.example")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise PeerError("an address has no key, secret or query in it")
    return f"{SCHEMES[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/rtc')}"


def _trust(ca: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except (OSError, ssl.SSLError) as error:
            raise PeerError(f"{ca} holds no certificates to trust: {error.strerror or error}") from error
    return context


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PeerError(f"{path} cannot be read: {error}") from error


async def _any_address(url: str) -> str:
    """What media sockets are bound to: all addresses of the family over which the server is reached."""
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise PeerError(f"there is no such host: {parts.hostname}") from error
    return "0.0.0.0" if any(family == socket.AF_INET for family, *_ in found) else "::"
