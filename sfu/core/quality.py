"""How good a participant's connection is, as a score 0..5.

In: packet counts and round-trip times of both directions. Out: the worse direction's smoothed score. The model is the
E-model of ITU-T G.107 cut down to delay and loss; 0 ("lost") is only said when the connection has surely failed:
clients take it as a reason to start anew.
"""

from dataclasses import dataclass
from typing import Final

from sfu.core.loss import Direction, LossMeter

BEST: Final = 5.0

WORST: Final = 0.5
"""The score of a connection that is not surely lost."""

SMOOTHING: Final = 0.4
"""Weight of the newest interval."""

BASE_RATING: Final = 93.2
"""R of G.107 with all defaults."""

LOSS_ROBUSTNESS: Final = 0.10
"""Loss fraction that halves what is left: concealment, FEC and retransmission take care of less."""

LOSS_IMPAIRMENT: Final = 95.0
"""R lost when everything is lost (Ie,eff of G.113 with this robustness)."""

KNEE_DELAY: Final = 0.1773
"""One-way seconds above which people talk over each other (G.107 annex, simplified Id)."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One look at a participant. `round_trip` in seconds, 0 = unknown; `failed`: consent to send has expired."""

    up: Direction
    down: Direction
    round_trip: float = 0.0
    failed: bool = False


def score(loss: float, round_trip: float) -> float:
    """0..5 from a loss fraction and a round-trip time in seconds."""
    delay = round_trip / 2
    delay_impairment = 24 * delay + (110 * (delay - KNEE_DELAY) if delay > KNEE_DELAY else 0.0)
    loss_impairment = LOSS_IMPAIRMENT * loss / (loss + LOSS_ROBUSTNESS)
    rating = max(0.0, min(100.0, BASE_RATING - delay_impairment - loss_impairment))
    opinion = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    return max(WORST, min(BEST, (opinion - 1) / (_BEST_OPINION - 1) * BEST))


_BEST_OPINION: Final = 1 + 0.035 * BASE_RATING + BASE_RATING * (BASE_RATING - 60) * (100 - BASE_RATING) * 7e-6


class QualityMeter:
    """One participant."""

    def __init__(self) -> None:
        self._up = LossMeter()
        self._down = LossMeter()
        self._score = BEST
        self._lost = False

    @property
    def score(self) -> float:
        return 0.0 if self._lost else self._score

    def observe(self, seen: Observation) -> float:
        """Feed it about once per two seconds; returns the score."""
        self._lost = seen.failed
        losses = (self._up.observe(seen.up), self._down.observe(seen.down))
        known = [loss for loss in losses if loss is not None]
        if known:
            newest = score(max(known), seen.round_trip)
            self._score += (newest - self._score) * SMOOTHING
        return self.score
