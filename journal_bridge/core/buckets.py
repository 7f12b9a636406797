"""How many requests one key may send: a bucket of tokens that fills at a steady rate. In: the time. Out: a verdict."""

import math
from dataclasses import dataclass

BURST_SECONDS = 10.0  # a bucket holds what comes in this time: a journal that syncs at night may hurry for a moment


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait`: seconds until the next request may come, 0.0 when this one may. `remaining` may come at once."""

    wait: float
    remaining: int
    limit: int
    reset: int
    """Seconds until the bucket is full."""


class Bucket:
    """`rate` in requests per second. `now` is monotonic enough: time that goes back adds nothing."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._limit = max(1.0, rate * BURST_SECONDS)
        self._tokens = self._limit
        self._at = now

    def take(self, now: float) -> Verdict:
        """Ask for one request; a refused one costs nothing."""
        self._tokens = min(self._limit, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
        wait = 0.0 if self._tokens >= 1 else (1 - self._tokens) / self._rate
        if wait == 0.0:
            self._tokens -= 1
        reset = math.ceil((self._limit - self._tokens) / self._rate)
        return Verdict(wait, int(self._tokens), int(self._limit), reset)
