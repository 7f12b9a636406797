"""What the forwarding unit needs from outside, and the values it hands out.

Structurally equal to the media ports of signalling: neither side imports the other. Media is addressed by track sids.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

Target = Literal["publisher", "subscriber"]
"""Which of a participant's two peer connections: the one it sends media on, or the one it receives on."""

Channel = Literal["reliable", "lossy"]
"""Label of a data channel without its leading underscore."""

Kind = Literal["audio", "video"]

Quality = Literal["low", "medium", "high"]

TransportState = Literal["connected", "failed", "closed"]

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]
"""Runs a coroutine as a task of the server's lifecycle."""

Clock = Callable[[], float]
"""Seconds of CLOCK_MONOTONIC: the forwarding threads stamp their statistics with the same clock."""


class Description(NamedTuple):
    """An SDP text of ours with the map from media section to track sid."""

    sdp: str
    mids: Mapping[str, str]


class LayerInfo(NamedTuple):
    """One encoding that arrives: rid ("" when it is the only one), SSRC, size in pixels (0 = unknown)."""

    rid: str
    ssrc: int
    width: int
    height: int


class LiveTrack(NamedTuple):
    """A track whose first packet has arrived."""

    track: str
    mid: str
    mime_type: str
    layers: Sequence[LayerInfo]


class TrackRequest(Protocol):
    """A track that a client announced and will offer."""

    @property
    def track(self) -> str: ...
    @property
    def cids(self) -> Collection[str]: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def screen(self) -> bool: ...


class Wish(Protocol):
    """What a subscriber wants of a video track; zero width and height mean "by quality", zero fps means all."""

    @property
    def disabled(self) -> bool: ...
    @property
    def quality(self) -> Quality: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def fps(self) -> int: ...


class PeerListener(Protocol):
    """One participant's ear to its media. Called on the event loop, never re-entrantly."""

    def transport_changed(self, target: Target, state: TransportState) -> None: ...
    def offer_needed(self, urgent: bool) -> None: ...
    def track_live(self, track: LiveTrack) -> None: ...
    def track_gone(self, track: str) -> None: ...
    def data_received(self, channel: Channel, payload: bytes) -> None: ...
    def stream_paused(self, track: str, paused: bool) -> None: ...
    def layers_wanted(self, track: str, enabled: Mapping[str, bool]) -> None: ...


class RoomListener(Protocol):
    """A room's ear to its media."""

    def speakers_changed(self, levels: Mapping[str, float]) -> None: ...
