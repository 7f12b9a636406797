"""Our own key pair, by which platforms know our word: made once, kept in SQL, the newest signs."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from identity.ports import Database
from journal_bridge.store import lti as store

KEY_BITS = 2048  # what every platform accepts
ALGORITHM = "RS256"  # LTI Security Framework section 5.1.1: the one that all must know


class ToolKeys:
    """`clock`: seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._making = asyncio.Lock()

    async def public(self) -> dict[str, Any]:
        """Our JWKS: older keys stay in it, for what they have signed."""
        return dict(KeySet(list(await self._keys())).as_dict(private=False))

    async def sign(self, claims: Mapping[str, Any]) -> str:
        """Our word on these claims."""
        key = (await self._keys())[0]
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, dict(claims), key)

    async def rotate(self) -> None:
        """From now on a new key signs. Two servers that do so at once make two keys, which harms nobody."""
        # Finding primes takes a tenth of a second or more: not on the event loop, and in no transaction.
        key = await asyncio.to_thread(RSAKey.generate_key, KEY_BITS)
        async with self._database.write() as connection:
            await store.add_key(connection, key.thumbprint(), key.as_pem(private=True).decode(), self._clock())

    async def _keys(self) -> list[RSAKey]:
        async with self._making:
            if not (found := await self._stored()):
                await self.rotate()
                found = await self._stored()
        return found

    async def _stored(self) -> list[RSAKey]:
        async with self._database.read() as connection:
            pems = await store.keys(connection)
        keys = [RSAKey.import_key(pem) for pem in pems]
        return [RSAKey.import_key(key.as_dict(private=True), {"kid": key.thumbprint(), "use": "sig"}) for key in keys]
