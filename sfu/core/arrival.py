"""What arrives of a publication, read from the forwarding thread's figures.

In: snapshots of `sfu.plane.model`. Out: layers as the decisions see them.
"""

from typing import Final

from sfu.core.selection import LayerState
from sfu.plane.model import PublicationStats

LAYER_TIMEOUT: Final = 1.0
"""Seconds by which a layer may lag behind the newest one before it counts as stopped.

Relative, because a picture that stands still, or a publisher that stalls, silences all layers alike: then it is best
to stay with the layer that runs.
"""

RETURN_DELAY: Final = 5.0
"""Seconds that a layer must send again before it counts, when its encoder gave it up by itself.

A publisher at the limit of its processor or link starts and stops its largest layer all the time; receivers would
follow it to and fro.
"""


class Arrival:
    """The layers of one publication. Time is that of the newest packet."""

    def __init__(self) -> None:
        self._live_since: dict[int, float] = {}
        self._gave_up: set[int] = set()

    def observe(self, stats: PublicationStats, enabled: int) -> tuple[LayerState, ...]:
        """One state per layer. A layer that never sent is not live; one above `enabled`, the highest that the publisher
        is asked for, may stop and come back without delay."""
        newest = max((layer.last_packet for layer in stats.layers), default=0.0)
        states = []
        for index, layer in enumerate(stats.layers):
            sends = layer.packets > 0 and newest - layer.last_packet <= LAYER_TIMEOUT
            self._note(index, sends=sends, asked=index <= enabled, now=newest)
            live = sends and not self._is_on_probation(index, newest)
            states.append(LayerState(layer.bitrate if live else 0, live, layer.width, layer.height))
        return tuple(states)

    def _note(self, index: int, *, sends: bool, asked: bool, now: float) -> None:
        if sends:
            self._live_since.setdefault(index, now)
        elif self._live_since.pop(index, None) is not None and asked:
            self._gave_up.add(index)
        if not asked:
            self._gave_up.discard(index)

    def _is_on_probation(self, index: int, now: float) -> bool:
        if index in self._gave_up and now - self._live_since[index] >= RETURN_DELAY:
            self._gave_up.remove(index)
        return index in self._gave_up
