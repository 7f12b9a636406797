"""Which layer of a video a receiver wants, and which one it can have now.

In: a wish and the publication's layers, smallest first. Out: an index into the layers, -1 = nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sfu.ports import Quality, Wish

ALL_TEMPORAL: Final = 7
"""Highest temporal layer number that a descriptor can carry: no layer is dropped."""

SIZE_TOLERANCE: Final = 0.9
"""A layer at least this much of the asked size is good enough: scaling up by a tenth cannot be seen."""

NOMINAL_SHORT_SIDES: Final = (180, 360, 720)
"""Pixels of the short side of the usual three encodings, for layers whose size is not known yet."""

NOMINAL_FRAME_RATE: Final = 30.0
"""Frames per second that cameras send, to turn a wished rate into a temporal layer."""

FRAME_RATE_TOLERANCE: Final = 1.1

_RANK: Final[dict[Quality, int]] = {"low": 0, "medium": 1, "high": 2}

NO_LAYER: Final = -1


@dataclass(frozen=True, slots=True)
class LayerState:
    """One encoding as it arrives. `bitrate` in bit/s; zero width and height = unknown; `live` = it sends."""

    bitrate: int
    live: bool
    width: int = 0
    height: int = 0


def wanted_layer(wish: Wish, layers: Sequence[LayerState]) -> int:
    """The layer that serves the wish if bandwidth were no question. A size beats a quality."""
    if wish.disabled or not layers:
        return NO_LAYER
    if wish.width > 0 and wish.height > 0:
        return _by_size(wish.width, wish.height, layers)
    return min(_RANK[wish.quality], len(layers) - 1)


def wanted_temporal(wish: Wish) -> int:
    """Highest temporal layer for the wished rate: layer 0 carries a quarter of the frames, 0 and 1 a half."""
    if wish.fps <= 0:
        return ALL_TEMPORAL
    if wish.fps <= NOMINAL_FRAME_RATE / 4 * FRAME_RATE_TOLERANCE:
        return 0
    if wish.fps <= NOMINAL_FRAME_RATE / 2 * FRAME_RATE_TOLERANCE:
        return 1
    return ALL_TEMPORAL


def available_layer(wanted: int, layers: Sequence[LayerState]) -> int:
    """The next lower live layer when the wanted one sends nothing, else the next higher, else the wanted one.

    The wanted one may be missing because its encoder is not up to speed yet or was turned off by the publisher.
    """
    if wanted == NO_LAYER or layers[wanted].live:
        return wanted
    lower = (index for index in range(wanted - 1, -1, -1) if layers[index].live)
    higher = (index for index in range(wanted + 1, len(layers)) if layers[index].live)
    return next(lower, next(higher, wanted))


def _by_size(width: int, height: int, layers: Sequence[LayerState]) -> int:
    """Long side with long side and short with short, so that a turned phone does not ask for too much."""
    long, short = max(width, height) * SIZE_TOLERANCE, min(width, height) * SIZE_TOLERANCE
    for index, layer in enumerate(layers):
        if layer.width and layer.height:
            enough = max(layer.width, layer.height) >= long and min(layer.width, layer.height) >= short
        else:
            enough = _nominal_short_side(index, len(layers)) >= short
        if enough:
            return index
    return len(layers) - 1


def _nominal_short_side(index: int, count: int) -> int:
    return NOMINAL_SHORT_SIDES[min(index + len(NOMINAL_SHORT_SIDES) - min(count, 3), 2)]
