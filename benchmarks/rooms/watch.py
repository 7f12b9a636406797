"""The guard's eyes: look at a run once a second, and end it when the guard says so."""

import asyncio
from types import TracebackType

from benchmarks.figures import percentile
from benchmarks.load.engine import LoadEngine
from benchmarks.load.model import Kind
from benchmarks.rooms.clock import now
from benchmarks.rooms.guard import Guard, Limits, Sight
from benchmarks.rooms.stage import Stage

INTERVAL = 1.0  # seconds between two looks


class Watch:
    """An asynchronous context: its body is cancelled, and TimeoutError raised, when `reason` becomes known."""

    def __init__(self, limits: Limits, stage: Stage, engine: LoadEngine) -> None:
        self.reason = ""
        self._guard, self._stage, self._engine = Guard(limits), stage, engine
        self._counts: list[int] = []
        self._tried, self._failed = stage.tried, len(stage.failures)  # before it: no business of this guard
        self._limit = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> "Watch":
        await self._limit.__aenter__()
        self._look_later()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._limit.__aexit__(kind, error, trace)

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(INTERVAL, self._look)

    def _look(self) -> None:
        self.reason = self._guard.check(self._sight())
        if self.reason:
            self._limit.reschedule(asyncio.get_running_loop().time())
        else:
            self._look_later()

    def _sight(self) -> Sight:
        totals, failures = self._stage.meter.read(), self._stage.failures[self._failed :]
        return Sight(
            now=now(),
            tried=self._stage.tried - self._tried,
            failed=len({failure.identity for failure in failures}),
            problem=failures[-1].problem if failures else "",
            received=totals.packets_received,
            lost=totals.lost,
            p99=self._p99(),
        )

    def _p99(self) -> float | None:
        """Of the packets since the last look."""
        kinds = (self._engine.latencies(kind) for kind in (Kind.VIDEO, Kind.AUDIO))
        counts = [sum(pair) for pair in zip(*kinds, strict=True)]
        passed = since(self._counts, counts)
        self._counts = counts
        return percentile(passed, 0.99) if any(passed) else None


def since(before: list[int], now: list[int]) -> list[int]:
    """What came into a histogram since an earlier reading of it; a window's begin may have emptied it meanwhile."""
    if sum(now) < sum(before) or len(before) != len(now):
        return now
    return [max(0, later - earlier) for later, earlier in zip(now, before, strict=True)]
