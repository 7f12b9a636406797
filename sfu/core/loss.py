"""Loss of the latest interval, out of totals that only grow."""

from dataclasses import dataclass
from typing import Final

MINIMUM_PACKETS: Final = 20
"""Packets of an interval below which its loss says too little."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Running totals of one direction: packets that arrived, packets that did not."""

    packets: int = 0
    lost: int = 0


class LossMeter:
    """Turns totals into the loss since the last look."""

    def __init__(self) -> None:
        self._before = Direction()

    def observe(self, totals: Direction) -> float | None:
        """Fraction lost 0..1; None when too little was sent. Totals that shrank (a track ended) start anew."""
        packets = totals.packets - self._before.packets
        lost = max(0, totals.lost - self._before.lost)
        self._before = totals
        if packets < 0 or packets + lost < MINIMUM_PACKETS:
            return None
        return lost / (packets + lost)
