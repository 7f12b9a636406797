"""Waking those who wait for new events. In: a journal's id. Out: the end of a wait."""

import asyncio
import contextlib
from collections import defaultdict

AFTER_COMMIT = (0.02, 0.2)  # seconds after an event is written: its transaction is committed by then, or nearly always


class Bell:
    """Rings for a journal. Whoever waits looks into the database: what a ring misses, the next look finds."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str | None, set[asyncio.Future[None]]] = defaultdict(set)
        self._planned: dict[tuple[str, float], asyncio.TimerHandle] = {}

    def ring_soon(self, journal: str) -> None:
        """Something is being written; ring when the transaction can be expected to be over."""
        loop = asyncio.get_running_loop()
        for delay in AFTER_COMMIT:
            if (journal, delay) not in self._planned:
                self._planned[journal, delay] = loop.call_later(delay, self._rung, journal, delay)

    def ring(self, journal: str | None = None) -> None:
        """Wake those who wait for this journal, and those who wait for any."""
        for key in {journal, None}:
            for one in self._waiting.pop(key, ()):
                if not one.done():
                    one.set_result(None)

    async def wait(self, seconds: float, journal: str | None = None) -> None:
        """Until it rings for the journal (None: for any), at most so long."""
        ringing = asyncio.get_running_loop().create_future()
        self._waiting[journal].add(ringing)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await ringing
        finally:
            self._waiting[journal].discard(ringing)
            if not self._waiting[journal]:
                del self._waiting[journal]

    def close(self) -> None:
        """Ring no more, and let nobody wait."""
        for timer in self._planned.values():
            timer.cancel()
        self._planned.clear()
        for key in list(self._waiting):
            self.ring(key)

    def _rung(self, journal: str, delay: float) -> None:
        del self._planned[journal, delay]
        self.ring(journal)
