"""A track as one receiver gets it: its subscription in the forwarding thread and what the receiver wants of it."""

from dataclasses import dataclass

from sfu.core.allocation import Demand, Grant
from sfu.core.selection import ALL_TEMPORAL, NO_LAYER, wanted_layer, wanted_temporal
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


class OutgoingTrack:
    """One subscription. It has no `subscription` in the thread before the client accepted its section."""

    def __init__(self, plane: PlaneThread, source: IncomingTrack) -> None:
        self.source = source
        self.wish: Wish = Everything()
        self.paused = False
        self.layer = NO_LAYER  # what the thread forwards now
        self.subscription: Subscription | None = None
        self.stats: SubscriptionStats | None = None
        self._selected = (NO_LAYER, ALL_TEMPORAL)
        self._plane = plane

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
        if self.source.audio:
            return NO_LAYER if self.wish.disabled else 0
        return wanted_layer(self.wish, self.source.layers)

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
        self._select(grant.layer, wanted_temporal(self.wish))
        changed = grant.paused != self.paused
        self.paused = grant.paused
        return changed

    def forget_selection(self) -> None:
        """The layers of the source are others now: the next grant is selected, whatever it is."""
        self._selected = (NO_LAYER, ALL_TEMPORAL)

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
