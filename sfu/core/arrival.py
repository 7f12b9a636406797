"""What arrives of a publication, read from the forwarding thread's figures.

In: snapshots of `sfu.plane.model`. Out: layers as the decisions see them.
"""

from typing import Final

from sfu.core.selection import LayerState
from sfu.plane.model import LayerStats, PublicationStats

LAYER_TIMEOUT: Final = 1.0
"""Seconds by which a layer may lag behind the newest one before it counts as stopped.

Relative, because a picture that stands still, or a publisher that stalls, silences all layers alike: then it is best
to stay with the layer that runs.
"""


def layer_states(stats: PublicationStats) -> tuple[LayerState, ...]:
    """One state per layer. A layer that never sent is not live."""
    newest = max((layer.last_packet for layer in stats.layers), default=0.0)
    return tuple(_state(layer, newest) for layer in stats.layers)


def _state(layer: LayerStats, newest: float) -> LayerState:
    live = layer.packets > 0 and newest - layer.last_packet <= LAYER_TIMEOUT
    return LayerState(layer.bitrate if live else 0, live, layer.width, layer.height)
