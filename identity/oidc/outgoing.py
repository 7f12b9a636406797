"""Our requests to providers and platforms: little time, small answers, no redirects, no way into our own network.

In: an address with what to send. Out: status, headers and body, or `OutgoingError`.
"""

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from identity.core.addresses import Network, within
from identity.core.oidc import usable_url
from identity.core.oidc_tokens import StatementError

TIMEOUT = 10.0  # seconds for a whole exchange: a person waits before a white page
MAX_ANSWER = 256 * 1024  # bytes; a discovery document has some 5 KB, a key set some 10 KB

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052 section 2.1: an IPv4 address in its last 32 bits


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
    """Sends requests to public addresses and those in `allow`; None: anywhere, for addresses the operator wrote."""

    def __init__(self, *, allow: Sequence[Network] | None = (), timeout: float = TIMEOUT) -> None:
        self._allow = allow
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
        if not self._may_reach(str(place[0])):
            raise _ForbiddenAddressError(f"{place[0]} is not a public address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    def _may_reach(self, address: str) -> bool:
        return self._allow is None or is_public(address) or within(address, self._allow)


def is_public(address: str) -> bool:
    """May an outsider make us connect to this IP address?"""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return found.is_global and not found.is_multicast


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
