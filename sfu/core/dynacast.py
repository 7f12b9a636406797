"""Which qualities of a video anybody uses, so that its publisher can stop the rest.

In: the highest layer that each subscriber wants. Out: the map of "low", "medium", "high" when it changes.
"""

from collections.abc import Mapping
from typing import Final

from sfu.core.selection import NO_LAYER

DOWN_DELAY: Final = 5.0
"""Seconds for which a quality stays on unused: people scroll, resize and come back."""

QUALITIES: Final[tuple[str, ...]] = ("low", "medium", "high")


def enabled_qualities(top: int, layers: int) -> Mapping[str, bool]:
    """On is every quality up to layer `top` of `layers`: the lower ones are what congested receivers fall back to.

    The last layer is also every quality above it: of two, the second is "medium" and "high", a single one is all
    three (clients differ in the name that they give to the only encoding).
    """
    return {quality: min(rank, layers - 1) <= top for rank, quality in enumerate(QUALITIES)}


class Dynacast:
    """One publication. Everything is on at first; up at once, down after `DOWN_DELAY`."""

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self._top = layers - 1
        self._lower_since: float | None = None

    @property
    def top(self) -> int:
        """The highest layer that the publisher is asked for, -1 = none."""
        return self._top

    @property
    def leaves_out(self) -> bool:
        """Whether the publisher is asked to leave out any layer."""
        return self._top < self._layers - 1

    def want(self, top: int, now: float) -> Mapping[str, bool] | None:
        """`top` is the highest layer anybody wants, -1 = none. Returns the new map, None when nothing changed."""
        if top >= self._top:
            self._lower_since = None
            return self._change(top) if top > self._top else None
        if self._lower_since is None:
            self._lower_since = now
        return self._change(top) if now - self._lower_since >= DOWN_DELAY else None

    def _change(self, top: int) -> Mapping[str, bool]:
        self._top = max(NO_LAYER, min(top, self._layers - 1))
        self._lower_since = None
        return enabled_qualities(self._top, self._layers)
