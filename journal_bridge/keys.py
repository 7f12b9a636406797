"""API keys: who asks, for which journal, with which rights. In: a Bearer secret and an address. Out: what it opens."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from identity.core.addresses import Network, networks, within
from identity.core.tokens import digest
from identity.ports import Database
from journal_bridge.core import ids
from journal_bridge.core.buckets import Bucket, Verdict
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Access, Mode
from journal_bridge.store import keys as store
from journal_bridge.store.keys import Key

SCOPES = (
    "roster:write",
    "links:write",
    "calls:write",
    "calls:read",
    "attendance:read",
    "webhooks:write",
)
PREFIXES: dict[str, Mode] = {"sk_live_": "live", "sk_test_": "test"}
MIN_KEY_LENGTH = 20  # characters, prefix included: refuses keys that somebody typed without thinking
NOTE_SECONDS = 60.0  # how exact "last used" is; a write for every request would cost more than it tells
CACHE_SECONDS = 5.0  # a key that was revoked by another process opens nothing after this time
RATE = 300  # requests per second of one key: a region's journal needs fewer, a loop gone wild leaves room for others


@dataclass(slots=True)
class _Known:
    """A key as the database had it a moment ago."""

    key: Key
    networks: tuple[Network, ...]
    read_at: float


class Keys:
    """Checks keys, and creates, rotates and revokes those the operator asks for."""

    def __init__(self, database: Database, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._database = database
        self._clock = clock
        self._random = random
        self._known: dict[str, _Known] = {}  # no more than there are keys: unknown ones are not kept
        self._buckets: dict[str, Bucket] = {}

    async def access(self, key: str, address: str = "") -> tuple[Access, Verdict]:
        """What a key opens for who asks from `address`, and how many more requests may come. Raises ProblemError."""
        now = self._clock()
        known = await self._find(digest(key), now)
        if known.key.expires_at is not None and now >= known.key.expires_at:
            raise ProblemError("key_expired", "Ask the operator for a new key.")
        if known.networks and not within(address, known.networks):
            raise ProblemError("address_refused", f"The key is bound to other networks than {address}'s.")
        return known.key.access, self._take(known.key, now)

    def _take(self, key: Key, now: float) -> Verdict:
        bucket = self._buckets.get(key.hash)
        if bucket is None:
            bucket = self._buckets[key.hash] = Bucket(key.rate or RATE, now)
        verdict = bucket.take(now)
        if verdict.wait:
            raise ProblemError(
                "rate_limited",
                f"The key may send {verdict.limit} requests in a burst; wait.",
                extra={"retry_after": math.ceil(verdict.wait)},
            )
        return verdict

    async def _find(self, hashed: str, now: float) -> _Known:
        known = self._known.get(hashed)
        if known is None or not 0 <= now - known.read_at < CACHE_SECONDS:
            known = await self._read(hashed, now)
        return known

    async def _read(self, hashed: str, now: float) -> _Known:
        async with self._database.read() as connection:
            key = await store.find(connection, hashed)
        if key is None:
            self._forget(hashed)
            raise ProblemError("key_unknown", "Check the key; keys look like sk_live_… or sk_test_….")
        if now - (key.last_used_at or 0.0) >= NOTE_SECONDS:
            async with self._database.write() as connection:
                await store.note_use(connection, hashed, now)
        if hashed in self._known and self._known[hashed].key.rate != key.rate:
            del self._buckets[hashed]
        known = self._known[hashed] = _Known(key, networks(key.networks), now)
        return known

    async def ensure_key(
        self,
        name: str,
        key: str,
        scopes: Collection[str],
        *,
        label: str = "",
        allowed: Sequence[str] = (),
        rate: int | None = None,
        expires_at: float | None = None,
    ) -> None:
        """The journal `name` has this key with exactly these scopes. Raises ValueError for an unusable key.

        `label` tells a journal's keys apart (as the journal, when it is empty); `allowed` are networks it may be used
        from (none: any); `rate` in requests per second (None: as usual); `expires_at` in seconds since the epoch.
        """
        mode = next((mode for prefix, mode in PREFIXES.items() if key.startswith(prefix)), None)
        if mode is None or len(key) < MIN_KEY_LENGTH:
            raise ValueError(f"a key starts with sk_live_ or sk_test_ and has {MIN_KEY_LENGTH} characters or more")
        if unknown := sorted(set(scopes).difference(SCOPES)):
            raise ValueError(f"unknown scopes: {', '.join(unknown)}; known are {', '.join(SCOPES)}")
        if rate is not None and rate < 1:
            raise ValueError("a key's rate is one request per second or more")
        values = {
            "networks": " ".join(str(network) for network in networks(allowed)),
            "rate": rate,
            "created_at": self._clock(),
            "expires_at": expires_at,
        }
        async with self._database.write() as connection:
            new_id = ids.make("jrn", self._random(ids.ID_BYTES))
            journal = await store.ensure_journal(connection, name, mode, new_id)
            await store.ensure_key(connection, digest(key), journal, label or name, scopes, **values)
        self._forget(digest(key))

    async def listed(self) -> list[Key]:
        """Every key, without its secret."""
        async with self._database.read() as connection:
            return await store.listed(connection)

    async def rotate(self, name: str, mode: Mode, key: str, *, label: str = "", overlap: float) -> int:
        """`key` takes over from the journal's keys of this label, which expire in `overlap` seconds; how many they are.

        It has their scopes, networks and rate. Raises ValueError when there is none.
        """
        now = self._clock()
        async with self._database.write() as connection:
            named = [
                one for one in await store.listed(connection, name, mode) if one.access.key_name == (label or name)
            ]
            old = [one for one in named if one.expires_at is None or one.expires_at > now]
            if not old:
                raise ValueError(f"{name} has no {mode} key {label or name}")
            newest = old[-1]
            await store.ensure_key(
                connection,
                digest(key),
                newest.access.journal,
                newest.access.key_name,
                newest.access.scopes,
                networks=" ".join(newest.networks),
                rate=newest.rate,
                created_at=now,
            )
            for one in old:
                ends = now + overlap
                await store.expire(connection, one.hash, ends if one.expires_at is None else min(ends, one.expires_at))
        self._known.clear()
        return len(old)

    async def revoke(self, name: str, mode: Mode, *, label: str = "") -> int:
        """The journal's keys of this label open nothing any more (other servers notice within seconds); how many."""
        async with self._database.write() as connection:
            named = [
                one for one in await store.listed(connection, name, mode) if one.access.key_name == (label or name)
            ]
            for one in named:
                await store.remove(connection, one.hash)
        self._known.clear()
        return len(named)

    def _forget(self, hashed: str) -> None:
        self._known.pop(hashed, None)
        self._buckets.pop(hashed, None)
