"""API keys: who asks, for which journal, with which rights. In: a Bearer secret. Out: what it opens."""

from collections.abc import Callable, Collection

from identity.core.tokens import digest
from identity.ports import Database
from journal_bridge.core import ids
from journal_bridge.core.problems import ProblemError
from journal_bridge.core.records import Access, Mode
from journal_bridge.store import keys as store

SCOPES = ("roster:write", "links:write", "calls:write", "calls:read")
PREFIXES: dict[str, Mode] = {"sk_live_": "live", "sk_test_": "test"}
MIN_KEY_LENGTH = 20  # characters, prefix included: refuses keys that somebody typed without thinking
NOTE_SECONDS = 60.0  # how exact "last used" is; a write for every request would cost more than it tells


class Keys:
    """Checks keys, and creates those the operator asks for."""

    def __init__(self, database: Database, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._database = database
        self._clock = clock
        self._random = random

    async def access(self, key: str) -> Access:
        """What a key opens. Raises ProblemError."""
        hashed, now = digest(key), self._clock()
        async with self._database.read() as connection:
            found = await store.access(connection, hashed)
        if found is None:
            raise ProblemError("key_unknown", "Check the key; keys look like sk_live_… or sk_test_….")
        access, last_used_at = found
        if now - last_used_at >= NOTE_SECONDS:
            async with self._database.write() as connection:
                await store.note_use(connection, hashed, now)
        return access

    async def ensure_key(self, name: str, key: str, scopes: Collection[str]) -> None:
        """The journal `name` has this key with exactly these scopes. Raises ValueError for an unusable key."""
        mode = next((mode for prefix, mode in PREFIXES.items() if key.startswith(prefix)), None)
        if mode is None or len(key) < MIN_KEY_LENGTH:
            raise ValueError(f"a key starts with sk_live_ or sk_test_ and has {MIN_KEY_LENGTH} characters or more")
        if unknown := sorted(set(scopes).difference(SCOPES)):
            raise ValueError(f"unknown scopes: {', '.join(unknown)}; known are {', '.join(SCOPES)}")
        async with self._database.write() as connection:
            new_id = ids.make("jrn", self._random(ids.ID_BYTES))
            journal = await store.ensure_journal(connection, name, mode, new_id)
            await store.ensure_key(connection, digest(key), journal, name, scopes)
