"""One webhook over the network. In: an address, headers, a body. Out: an `Outcome`, whatever happens.

Every connection's address is checked at the moment of connecting, so a name that changes its mind gains nothing.
"""

import asyncio
import socket
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from journal_bridge.core.targets import Scheme, TargetError, Targets
from journal_bridge.core.webhooks import KEPT_ANSWER, TIMEOUT_SECONDS, Outcome

MAX_ANSWER = 64 * 1024  # bytes that are read of an answer's body
MAX_ERROR = 200  # characters


class RefusedError(OSError):
    """A connection to a forbidden address."""


class Sender:
    """Owns its connections; close it. `resolver` is for tests."""

    def __init__(self, targets: Targets, *, resolver: AbstractResolver | None = None) -> None:
        self._targets = targets
        self._resolver = resolver
        self._sessions: dict[Scheme, aiohttp.ClientSession] = {}

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """One attempt to deliver a body."""
        return await self.request("POST", url, headers, body)

    async def request(
        self, method: Literal["GET", "POST"], url: str, headers: Mapping[str, str], body: bytes
    ) -> Outcome:
        """One attempt: redirects are not followed, the answer's body is read as far as it is kept and a little more."""
        started = asyncio.get_running_loop().time()
        status, text, error = None, b"", None
        try:
            self._targets.check_url(url)
            async with asyncio.timeout(TIMEOUT_SECONDS):
                session = self._session("http" if urlsplit(url).scheme == "http" else "https")
                async with session.request(
                    method, url, data=body or None, headers=headers, allow_redirects=False
                ) as response:
                    status = response.status
                    text = await _beginning(response)
        except TimeoutError:
            error = f"No answer within {TIMEOUT_SECONDS:.0f} seconds." if status is None else None
        except (aiohttp.ClientError, OSError, TargetError, ValueError) as failure:
            error = _described(failure) if status is None else None
        ms = round(1000 * (asyncio.get_running_loop().time() - started))
        return Outcome(ms, status, text[:KEPT_ANSWER].decode(errors="replace"), error)

    async def close(self) -> None:
        """What is under way fails."""
        for session in self._sessions.values():
            await session.close()

    def _session(self, scheme: Scheme) -> aiohttp.ClientSession:
        if scheme not in self._sessions:

            def connect(info: Any) -> socket.socket:
                return self._socket(info, scheme)

            # Each attempt connects anew, so that each is checked. Proxies of the environment would check nothing.
            connector = aiohttp.TCPConnector(
                limit=0, force_close=True, use_dns_cache=False, resolver=self._resolver, socket_factory=connect
            )
            self._sessions[scheme] = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
            )
        return self._sessions[scheme]

    def _socket(self, info: Any, scheme: Scheme) -> socket.socket:
        family, kind, protocol, _, address = info
        try:
            self._targets.check_address(address[0], scheme)
        except ValueError as error:
            raise RefusedError(str(error)) from error
        return socket.socket(family, kind, protocol)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The body up to `MAX_ANSWER`; of the rest we do not hear, since the connection is closed."""
    found = bytearray()
    async for piece in response.content.iter_any():
        found += piece
        if len(found) >= MAX_ANSWER:
            response.close()
            break
    return bytes(found)


def _described(error: Exception) -> str:
    inner = getattr(error, "os_error", None)
    return (str(inner or error) or type(error).__name__)[:MAX_ERROR]
