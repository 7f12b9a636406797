"""Hands messages to a gateway over HTTP. What the gateway answers is only looked at for its success."""

import aiohttp

from identity.core import gateways
from identity.core.gateways import Template
from identity.ports import SendError

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)  # seconds; the queue tries again
MAX_ANSWER = 65_536  # bytes in which the marker is looked for


class GatewaySms:
    """Owns an HTTP client, made at the first message."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._client: aiohttp.ClientSession | None = None

    async def send(self, phone: str, text: str, ttl: float) -> None:
        """Hand over one message. Raises SendError: nothing of the request is in it, there may be a key in there."""
        asked = gateways.request(self._template, phone, text)
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._client.request(
                asked.method, asked.url, headers=asked.headers, data=asked.body or None, allow_redirects=False
            ) as answer:
                body = await _read(answer)
                status = answer.status
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise SendError(f"the gateway does not answer ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise SendError(f"the gateway answers {status}")
        if self._template.marker.encode() not in body:
            raise SendError(f"the gateway answers {status} without the marker of success")

    async def close(self) -> None:
        """Close the HTTP client."""
        if self._client is not None:
            await self._client.close()
            self._client = None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) >= MAX_ANSWER:
            break
    return bytes(body[:MAX_ANSWER])
