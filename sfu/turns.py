"""Deferred calls in order, a little at a time: a hundred at once must not keep the event loop from packets and timers.

In: functions to call soon. Out: their calls, in slices between which the loop does everything else.
"""

import logging
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from sfu.ports import Clock

log = logging.getLogger(__name__)

SLICE: Final = 0.005
"""Seconds of work between two looks at everything else: with several such slices in one round of the loop, a
handshake or a voice of a running call waits less than what anybody notices."""

Schedule = Callable[[Callable[[], None]], object]
"""Calls a function in the next round of the event loop: `loop.call_soon`."""


class Turns:
    """Runs what is deferred. A slice ends with the call that uses it up, so each of them does at least one."""

    def __init__(self, schedule: Schedule, clock: Clock) -> None:
        self._schedule = schedule
        self._clock = clock
        self._waiting: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()

    def defer(self, call: Callable[..., None], *args: Any) -> None:
        """Call it soon, after everything that was deferred before."""
        self._waiting.append((call, args))
        if len(self._waiting) == 1:
            self._schedule(self._run)

    def _run(self) -> None:
        ends = self._clock() + SLICE
        while self._waiting:
            call, args = self._waiting[0]
            try:
                call(*args)
            except (Exception, CancelledError):  # one participant's trouble must not become that of all others
                log.exception("a deferred call failed")
            self._waiting.popleft()  # only now: what it defers must not schedule a second run
            if self._clock() >= ends:
                break
        if self._waiting:
            self._schedule(self._run)
