"""What issuers publish about themselves, kept for a while: discovery documents and keys."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from joserfc.jwk import KeySet

from identity.core import oidc, oidc_tokens
from identity.core.oidc import Endpoints
from identity.oidc.outgoing import Outgoing

KEEP_SECONDS = 3600.0  # how long a document counts as current: keys that were withdrawn are forgotten within it
REFETCH_SECONDS = 60.0  # an unknown kid makes us ask again, but nobody can make us ask all the time


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: KeySet
    at: float


class Documents:
    """`clock`: seconds, on which documents age. Failures raise StatementError.

    Holds a few documents for each provider and platform, all of which the operator has let in.
    """

    def __init__(self, outgoing: Outgoing, clock: Callable[[], float]) -> None:
        self._outgoing = outgoing
        self._clock = clock
        self._endpoints: dict[str, tuple[Endpoints, float]] = {}
        self._keys: dict[str, _Kept] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def endpoints(self, issuer: str) -> Endpoints:
        """What the issuer's discovery document says."""
        async with self._lock(issuer):
            kept = self._endpoints.get(issuer)
            if kept is not None and self._clock() < kept[1] + KEEP_SECONDS:
                return kept[0]
            reply = await self._outgoing.get(issuer.rstrip("/") + oidc.WELL_KNOWN)
            found = oidc.discovered(reply.body, issuer)
            self._endpoints[issuer] = found, self._clock()
            return found

    async def claims(self, token: str, keys_url: str) -> dict[str, object]:
        """The claims of a token signed by one of the keys at `keys_url`."""
        return oidc_tokens.verified(token, await self._key_set(keys_url, oidc_tokens.kid(token)))

    async def _key_set(self, url: str, kid: str | None) -> KeySet:
        async with self._lock(url):
            kept, now = self._keys.get(url), self._clock()
            if kept is not None:
                known = kid is None or any(key.kid == kid for key in kept.keys.keys)
                if now < kept.at + (KEEP_SECONDS if known else REFETCH_SECONDS):
                    return kept.keys
            reply = await self._outgoing.get(url, headers={"Accept": "application/json, application/jwk-set+json"})
            self._keys[url] = _Kept(oidc_tokens.key_set(reply.body), now)
            return self._keys[url].keys

    def _lock(self, name: str) -> asyncio.Lock:
        return self._asking.setdefault(name, asyncio.Lock())
