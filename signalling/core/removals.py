"""Who was removed from a room: tokens that were issued before do not let them in again. Kept while the room lives."""

from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims

MAX_REMOVED = 1_000
"""Identities that one room remembers; the one removed longest ago is forgotten first."""


class Removals:
    """Removed identities with the time from which on tokens are good again, in seconds since the epoch."""

    def __init__(self) -> None:
        self._good_from: dict[str, int] = {}  # the latest last

    def note(self, identity: str, good_from: int) -> None:
        """Somebody is removed now."""
        self._good_from.pop(identity, None)
        self._good_from[identity] = good_from
        if len(self._good_from) > MAX_REMOVED:
            del self._good_from[next(iter(self._good_from))]

    def check(self, claims: Claims) -> None:
        """Refuse a removed person with an older token. One that does not say when it was issued counts as older."""
        if claims.issued < self._good_from.get(claims.identity, 0):
            raise UserError(Refusal.NOT_ALLOWED, "removed from the room: a newer token is needed")
