"""The right to join a server that speaks LiveKit signalling, and why one was turned away, in words for a person."""

import asyncio
import time
import warnings
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OctKey

from benchmarks.load.client import ConnectError

TOKEN_LIFE = 6 * 3600  # seconds: longer than any run, for participants that come back
ASK_TIMEOUT = 10.0  # seconds
MAX_REASON = 200  # characters of a server's own words
SCHEMES = {"ws": "http", "wss": "https"}


@dataclass(frozen=True, slots=True)
class Access:
    """Where to join and with what right."""

    url: str
    """ws:// or wss:// of the server, without a path."""
    key: str
    secret: str


def token(access: Access, room: str, identity: str) -> str:
    """An access token to join the room, publish, subscribe and send data."""
    now = int(time.time())
    video = {"room": room, "roomJoin": True, "canPublish": True, "canSubscribe": True, "canPublishData": True}
    claims = {"iss": access.key, "sub": identity, "name": identity, "nbf": now, "exp": now + TOKEN_LIFE, "video": video}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # a short secret is the server's choice, not this client's
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(access.secret))


async def validate(http: aiohttp.ClientSession, url: str, ticket: str) -> None:
    """Ask whether the server would let this token in. Raises ConnectError with the reason.

    A server that does not know the question (404) passes: joining will tell.
    """
    scheme, _, rest = url.partition("://")
    try:
        async with asyncio.timeout(ASK_TIMEOUT):
            address = f"{SCHEMES[scheme]}://{rest}/rtc/validate"
            async with http.get(address, params={"access_token": ticket}) as response:
                if response.status not in (200, 404):
                    words = (await response.content.read(MAX_REASON)).decode(errors="replace").strip()
                    raise ConnectError(refusal(url, response.status, words))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConnectError(explain(url, error)) from error


def refusal(url: str, status: int, words: str = "") -> str:
    """What a status other than success means for the person who gave the address and the key."""
    meaning = {
        401: "does not accept the token: check key and secret, and the clocks of both machines",
        403: "does not allow this token to join",
        404: "has no LiveKit signalling under /rtc: check the address",
        429: "says that there are too many requests",
    }
    said = f" ({words})" if words else ""
    return f"{url} {meaning.get(status, f'refused with status {status}')}{said}"


def explain(url: str, error: Exception) -> str:
    """An error of the connection itself, in words."""
    host = urlsplit(url).hostname or url
    match error:
        case aiohttp.WSServerHandshakeError():
            return refusal(url, error.status)
        case aiohttp.ClientConnectorCertificateError():
            reason = getattr(error.certificate_error, "verify_message", "") or str(error.certificate_error)
            return (
                f"{host} shows a certificate that is not trusted: {reason} (a private authority is given by --ca FILE)"
            )
        case aiohttp.ClientConnectorDNSError():
            return f"there is no such host: {host}"
        case aiohttp.ClientConnectorSSLError():
            return f"TLS with {host} failed: {error}"
        case aiohttp.ClientConnectorError():
            return f"{host} port {error.port} cannot be reached: {error.os_error.strerror or error.os_error}"
        case TimeoutError():
            return f"{host} did not answer in time"
        case aiohttp.InvalidURL():
            return f"{url} is not an address"
        case _:
            return f"the connection to {host} failed: {str(error) or type(error).__name__}"
