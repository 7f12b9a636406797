"""Who speaks, from the levels that come with the packets (RFC 6464); nothing is decoded.

In: per track the loudest level and the loud milliseconds of a window. Out: changed levels only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 0.4
"""Seconds of one observation: long enough for a syllable, short enough for the ring around a tile."""

ACTIVE_PART: Final = 0.4
"""Part of the window that must be loud: a cough or a key stroke is shorter."""

THRESHOLD: Final = 10 ** (-35 / 20)
"""Linear level of -35 dBov, the border of loud; the forwarding thread counts loud milliseconds with the same one."""

SMOOTHING: Final = 2 / 3
"""Weight of the newest window: exponential smoothing over two windows, 2 / (2 + 1)."""

REPORTED_CHANGE: Final = 0.1
"""Relative change of a level that is worth a message."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """A track's window: -dBov of the loudest packet (127 = silence) and the milliseconds that were loud."""

    level: int
    active_ms: int


class Speakers:
    """One room. Feed every live and unmuted audio track of the room once per `WINDOW`."""

    def __init__(self) -> None:
        self._smoothed: dict[str, float] = {}
        self._reported: dict[str, float] = {}

    def observe(self, tracks: Mapping[str, Loudness]) -> Mapping[str, float]:
        """Changed levels 0..1, loudest first; 0.0 = stopped, also for tracks that are not fed any more."""
        self._smoothed = {track: self._smooth(track, loudness) for track, loudness in tracks.items()}
        levels = {track: level for track, level in self._smoothed.items() if level >= THRESHOLD}
        changed = {track: 0.0 for track in self._reported if track not in levels}
        changed |= {track: level for track, level in levels.items() if self._is_news(track, level)}
        for track, level in changed.items():
            if level:
                self._reported[track] = level
            else:
                del self._reported[track]
        return dict(sorted(changed.items(), key=lambda item: -item[1]))

    def _smooth(self, track: str, loudness: Loudness) -> float:
        before = self._smoothed.get(track, 0.0)
        active = loudness.active_ms >= ACTIVE_PART * WINDOW * 1000
        level = 10 ** (-loudness.level / 20) if active else 0.0
        return before + (level - before) * SMOOTHING

    def _is_news(self, track: str, level: float) -> bool:
        before = self._reported.get(track)
        return before is None or abs(level - before) > REPORTED_CHANGE * before
