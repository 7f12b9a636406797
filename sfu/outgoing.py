"""A track as one receiver gets it: its subscription in the forwarding thread and what the receiver wants of it."""

from dataclasses import dataclass
from typing import Final

from sfu.core.allocation import Demand, Grant
from sfu.core.selection import ALL_TEMPORAL, NO_LAYER, available_layer, wanted_layer, wanted_temporal
from sfu.incoming import IncomingTrack
from sfu.plane.model import Subscription, SubscriptionStats
from sfu.plane.thread import PlaneThread
from sfu.ports import Quality, Wish


@dataclass(frozen=True, slots=True)
class Everything:
    """The wish of a receiver that has not said what it wants: the best there is."""

    disabled: bool = False
    quality: Quality = "high"
    width: int = 0
    height: int = 0
    fps: int = 0


EVERYTHING: Final = Everything()


class OutgoingTrack:
    """One subscription. It has no `subscription` in the thread before the client accepted its section."""

    def __init__(self, plane: PlaneThread, source: IncomingTrack) -> None:
        self.source = source
        self.paused = False
        self.layer = NO_LAYER  # what the thread forwards now
        self.subscription: Subscription | None = None
        self.stats: SubscriptionStats | None = None
        self._selected = (NO_LAYER, ALL_TEMPORAL)
        self._plane = plane
        self._wish: Wish = EVERYTHING
        self._shape: object = None  # of the source when `_wanted` was found; the object itself
        self._wanted = self._available = NO_LAYER
        self._temporal = ALL_TEMPORAL
        source.demand_changed = True

    @property
    def handle(self) -> int:
        """0 before the client accepted."""
        return self.subscription.subscription if self.subscription else 0

    @property
    def bitrate(self) -> int:
        """Bit/s sent to the receiver."""
        return self.stats.bitrate if self.stats else 0

    @property
    def wanted(self) -> int:
        """The layer that the wish names, bandwidth and liveness aside."""
        self._choose()
        return self._wanted

    def ask(self, wish: Wish) -> None:
        """What the receiver wants from now on."""
        self._wish = wish
        self._shape = None
        self.source.demand_changed = True

    def _choose(self) -> None:
        """Find the layers that serve the wish; they stay the same while the wish and the shape of the source do."""
        source = self.source
        if self._shape is source.shape:
            return
        self._shape = source.shape
        self._temporal = wanted_temporal(self._wish)
        if source.audio:
            self._wanted = self._available = NO_LAYER if self._wish.disabled else 0
        else:
            self._wanted = wanted_layer(self._wish, source.layers)
            self._available = available_layer(self._wanted, source.layers)

    def open(self, subscription: Subscription) -> None:
        """The client accepted the section. Nothing flows before a layer is selected.

        Raises ValueError when the connection has used the SSRCs before.
        """
        self._plane.add_subscription(subscription)
        self.subscription = subscription
        self._selected = (NO_LAYER, ALL_TEMPORAL)

    def read(self) -> None:
        if self.subscription:
            self.stats = self._plane.subscription_stats(self.handle) or self.stats

    def demand(self) -> Demand:
        """For the allocation of video."""
        current = self._selected[0]
        return Demand(self.handle, self.source.screen, self.wanted, self.source.layers, current, self.paused)

    def apply(self, grant: Grant) -> bool:
        """Select what was granted; True when `paused` changed."""
        self._choose()
        self._select(grant.layer, self._temporal)
        changed = grant.paused != self.paused
        self.paused = grant.paused
        return changed

    def take_all(self) -> bool:
        """Select what is wanted, as far as it can be had: bandwidth is no question. True when `paused` changed."""
        self._choose()
        self._select(self._available, self._temporal)
        changed, self.paused = self.paused, False
        return changed

    def forget_selection(self) -> None:
        """The layers of the source are others now: the next grant is selected, whatever it is."""
        self._selected = (NO_LAYER, ALL_TEMPORAL)

    def stop(self) -> None:
        """Send nothing until something is selected again."""
        self._select(NO_LAYER, ALL_TEMPORAL)

    def select_audio(self) -> None:
        self._select(self.wanted, ALL_TEMPORAL)

    def close(self) -> None:
        """The thread acknowledges the removal later."""
        if self.subscription:
            self._plane.remove_subscription(self.handle)
            self.subscription = None

    def _select(self, layer: int, temporal: int) -> None:
        if (layer, temporal) != self._selected:
            self._selected = (layer, temporal)
            self._plane.select(self.handle, layer, temporal)
