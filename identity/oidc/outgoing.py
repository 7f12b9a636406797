"""Our requests to providers and platforms: little time, small answers, no redirects, no way into our own network.

In: an address with what to send. Out: status, headers and body, or `OutgoingError`.
"""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError

TIMEOUT = 10.0  # seconds for a whole exchange: a person waits before a white page
MAX_ANSWER = 256 * 1024  # bytes; a discovery document has some 5 KB, a key set some 10 KB


class OutgoingError(StatementError):
    """The other side could not be asked, or answered what we do not read. The text is for our log."""


class _ForbiddenAddressError(OSError):
    """The name leads into a network that outsiders must not reach through us."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a success status."""

    body: bytes
    links: tuple[str, ...]
    """Its Link headers, RFC 8288."""


class Outgoing:
    """Sends requests. `check` is told each IP address before it is connected to, and raises ValueError for one that
    must not be reached; without it all may be, which is right for names that the operator wrote."""

    def __init__(self, *, check: Callable[[str], None] | None = None, timeout: float = TIMEOUT) -> None:
        self._check = check
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, limit: int = MAX_ANSWER) -> Reply:
        """The answer of a GET. Raises OutgoingError."""
        return await self._ask("GET", url, headers, limit)

    async def post(
        self,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_ANSWER,
    ) -> Reply:
        """The answer of a POST with a form or a JSON document. Raises OutgoingError."""
        return await self._ask("POST", url, headers, limit, data=form, json=json)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str] | None, limit: int, **body: Any) -> Reply:
        if not usable_url(url):
            raise OutgoingError("an address is not https")
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        connector = aiohttp.TCPConnector(socket_factory=self._socket, force_close=True)
        try:
            # No cookies, no proxies, no redirects: nothing but this one exchange.
            async with (
                aiohttp.ClientSession(
                    connector=connector,
                    timeout=self._timeout,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    auto_decompress=False,
                ) as session,
                session.request(method, url, headers=sent, allow_redirects=False, **body) as response,
            ):
                return Reply(await _read(response, limit), tuple(response.headers.getall("Link", ())))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise OutgoingError(f"{_host(url)}: {type(error).__name__}") from None

    def _socket(self, address: Any) -> socket.socket:
        """A socket for one resolved address: checked here, it cannot change between the check and the use."""
        family, kind, protocol, _, place = address
        if self._check is not None:
            try:
                self._check(str(place[0]))
            except ValueError as error:
                raise _ForbiddenAddressError(str(error)) from None
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if not 200 <= response.status < 300:
        raise OutgoingError(f"{response.url.host} answers {response.status}")
    if (response.content_length or 0) > limit:
        raise OutgoingError(f"{response.url.host} answers more than {limit} bytes")
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > limit:
            raise OutgoingError(f"{response.url.host} answers more than {limit} bytes")
    return bytes(body)


def _host(url: str) -> str:
    return url.split("/", 3)[2][:100]
