"""Delivers news to a peer's listener, in order and never from inside a call that the listener's owner makes."""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec

from sfu.ports import Channel, LiveTrack, PeerListener, Target, TransportState

P = ParamSpec("P")

Defer = Callable[..., object]
"""Calls a function with arguments soon, in order: `Turns.defer`."""


class Notices:
    """A `PeerListener` that passes everything on later, until it is closed."""

    def __init__(self, listener: PeerListener, defer: Defer, defer_data: Defer) -> None:
        """Messages have an order of their own."""
        self._listener = listener
        self._defer = defer
        self._defer_data = defer_data
        self._closed = False

    def close(self) -> None:
        """Nothing is delivered from now on, also not what waits."""
        self._closed = True

    def transport_changed(self, target: Target, state: TransportState) -> None:
        self._later(self._listener.transport_changed, target, state)

    def offer_needed(self, urgent: bool) -> None:
        self._later(self._listener.offer_needed, urgent)

    def track_live(self, track: LiveTrack) -> None:
        self._later(self._listener.track_live, track)

    def track_gone(self, track: str) -> None:
        self._later(self._listener.track_gone, track)

    def data_received(self, channel: Channel, payload: bytes) -> None:
        self._defer_data(self._deliver, self._listener.data_received, (channel, payload))

    def stream_paused(self, track: str, paused: bool) -> None:
        self._later(self._listener.stream_paused, track, paused)

    def layers_wanted(self, track: str, enabled: Mapping[str, bool]) -> None:
        self._later(self._listener.layers_wanted, track, enabled)

    def _later(self, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        assert not kwargs
        self._defer(self._deliver, call, args)

    def _deliver(self, call: Callable[..., None], args: tuple[Any, ...]) -> None:
        if not self._closed:
            call(*args)
