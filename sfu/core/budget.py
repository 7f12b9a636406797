"""How many bit/s a receiver's link takes, from its REMB and its loss, until there is a send-side estimator.

In: what was sent, what the receiver asked for and lost, the time. Out: a limit in bit/s, infinity until the link has
shown that it has one.

A browser's REMB follows what it receives (at most half as much again), so a value below our rate right after a rise
is no congestion; one that falls is. The limit grows on without asking the REMB while nothing is lost: without probes
there is no other way to learn that the link takes more.
"""

import math
from dataclasses import dataclass
from typing import Final

MINIMUM: Final = 100_000.0
"""Bit/s that any link is trusted with, even one that loses."""

REMB_MINIMUM: Final = 300_000.0
"""Bit/s that a link without loss is trusted with, whatever its REMB says: two voices and a small picture. On a machine
that is short of processor time a browser takes its own delays for the link's and asks for next to nothing."""

HEAVY_LOSS: Final = 0.10
"""Fraction lost above which the link is overloaded (draft-ietf-rmcat-gcc-02 section 6)."""

LIGHT_LOSS: Final = 0.02
"""Fraction lost below which the limit may grow (the same section)."""

DECREASE: Final = 0.85
"""What is left of the sent rate after heavy loss: firmer than the draft, since layers are coarse steps."""

GROWTH: Final = 1.08
"""Factor per second of growth."""

INTERVAL: Final = 0.5
"""Seconds between two decisions: a round trip and a receiver report must fit in between."""

REMB_LIFETIME: Final = 5.0
"""Seconds for which a REMB says something; browsers repeat it every second."""

REMB_FALL: Final = 0.97
"""A REMB below this part of the one before has fallen."""

REMB_FIRST: Final = 0.7
"""The first REMB below this part of the sent rate means an overloaded link."""

HOLD: Final = 2.0
"""Seconds without growth after an overload; doubled when the last growth ended in it, up to `HOLD_LIMIT`."""

HOLD_LIMIT: Final = 32.0

RELAPSE: Final = 15.0
"""Seconds after growth began within which an overload is put down to the growth."""

FORGET: Final = 4.0
"""A limit this many times what is sent and wanted limits nothing: it is dropped."""


@dataclass(frozen=True, slots=True)
class LinkReport:
    """One look at a receiver's link. Rates in bit/s; `remb` 0 = never; `loss` 0..1 of the last reports."""

    sent: float
    wanted: float
    remb: int = 0
    remb_age: float = math.inf
    loss: float = 0.0


class Budget:
    """The limit of one receiver."""

    def __init__(self) -> None:
        self._limit = math.inf
        self._remb = 0
        self._decided = -math.inf
        self._hold = HOLD
        self._hold_until = -math.inf
        self._grew_at = -math.inf

    @property
    def limit(self) -> float:
        """Bit/s, infinity = unknown."""
        return self._limit

    def receive(self, report: LinkReport, now: float) -> float:
        """Returns the new limit. Reports closer together than `INTERVAL` change nothing."""
        elapsed = now - self._decided
        if elapsed < INTERVAL:
            return self._limit
        self._decided = now
        overload = self._overload(report)
        if overload is not None:
            self._decrease(overload, now)
        elif report.loss < LIGHT_LOSS:
            self._increase(report, min(elapsed, 1.0), now)
        return self._limit

    def _overload(self, report: LinkReport) -> float | None:
        """The rate that the link is left with when it is overloaded."""
        remb = report.remb if report.remb_age <= REMB_LIFETIME else 0
        previous, self._remb = self._remb, remb
        if report.loss > HEAVY_LOSS:
            return report.sent * DECREASE
        fallen = remb < previous * REMB_FALL if previous else remb < report.sent * REMB_FIRST
        if remb and fallen and remb < report.sent:
            return float(remb) if report.loss > LIGHT_LOSS else max(REMB_MINIMUM, float(remb))
        return None

    def _decrease(self, rate: float, now: float) -> None:
        if self._limit is not math.inf and now - self._grew_at < RELAPSE:
            self._hold = min(self._hold * 2, HOLD_LIMIT)
        elif now >= self._hold_until + RELAPSE:
            self._hold = HOLD
        self._hold_until = now + self._hold
        self._grew_at = -math.inf
        self._limit = max(MINIMUM, min(self._limit, rate))

    def _increase(self, report: LinkReport, seconds: float, now: float) -> None:
        if self._limit is math.inf or now < self._hold_until:
            return
        if self._grew_at == -math.inf:
            self._grew_at = now
        self._limit = max(self._limit * GROWTH**seconds, float(self._remb))
        if self._limit > FORGET * max(report.sent, report.wanted):
            self._limit = math.inf
