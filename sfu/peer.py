"""One participant's media: a publisher and a subscriber connection, by track sids and SDP texts.

It joins the two connections with the router of its lane and with the listener of its owner.
"""

import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from sfu.core.backlog import Backlog
from sfu.core.quality import Observation, QualityMeter
from sfu.incoming import IncomingTrack
from sfu.lane import Connection, Lane
from sfu.notices import Defer, Notices
from sfu.plane.model import TransportStats
from sfu.ports import Channel, Clock, Description, PeerListener, Target, TrackRequest, TransportState, Wish
from sfu.publishing import Publishing
from sfu.receiving import Receiving
from sfu.report import connection_report, received_report, sent_report
from sfu.transport.transport import SERVER_CHANNELS

log = logging.getLogger(__name__)

QUALITY_INTERVAL: Final = 2.0
"""Seconds of one look at a connection: several receiver reports."""

CHANNELS: Final[Mapping[str, Channel]] = {"_reliable": "reliable", "_lossy": "lossy"}
"""Labels of data channels; messages on others are ignored."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the unit gives to each peer. `defer` and `defer_data` call later: news, and messages of participants.
    `finish` runs a coroutine that the unit waits for before it ends.
    """

    clock: Clock
    random: Random
    defer: Defer
    defer_data: Defer
    finish: Callable[[Coroutine[Any, Any, None]], None]


class Peer:
    """Fits `MediaPeer` of signalling. Closed by its owner, or by its room.

    A closed one does nothing any more; asked for a description it raises ValueError.
    """

    def __init__(self, participant: str, lane: Lane, listener: PeerListener, surroundings: Surroundings) -> None:
        self.number = lane.new_handle()
        self.participant = participant
        self.lane = lane
        self.closed = False
        self._finish = surroundings.finish
        self._notices = Notices(listener, surroundings.defer, surroundings.defer_data)
        self._failed: set[Target] = set()
        self._meter = QualityMeter()
        self._backlog = Backlog()
        self._next_look = surroundings.clock() + QUALITY_INTERVAL
        self._publishing = Publishing(
            self.number, lane, lambda: self._open("publisher"), self._notices, surroundings.random
        )
        self._receiving = Receiving(
            self.number,
            lane,
            lambda: self._open("subscriber"),
            self._notices,
            surroundings.clock,
            surroundings.random,
        )
        lane.members[self.number] = self

    # -- what the participant does -----------------------------------------------------------------------------

    def answer(self, offer: str) -> Description:
        self._require_open()
        return self._publishing.answer(offer)

    def offer(self, *, restart_ice: bool = False) -> Description:
        self._require_open()
        return self._receiving.offer(restart_ice=restart_ice)

    def accept_answer(self, answer: str) -> None:
        self._require_open()
        self._receiving.accept(answer)

    def announce(self, request: TrackRequest) -> None:
        if not self.closed:
            self._publishing.announce(request)

    def unpublish(self, track: str) -> None:
        self._publishing.unpublish(track)

    def mute(self, track: str, muted: bool) -> None:
        self._publishing.mute(track, muted)

    def subscribe(self, track: str, stream: str) -> bool:
        """True also when the track is received already."""
        if track in self._receiving.tracks:
            return True
        if self.closed or self.lane.router.subscribe(self.number, track) is None:
            return False
        if self._receiving.subscribe(self.lane.incoming[track], stream):
            return True
        self.lane.router.unsubscribe(self.number, track)
        return False

    def unsubscribe(self, track: str) -> None:
        if not self.closed and self.lane.router.unsubscribe(self.number, track):
            self.drop(track)

    def wish(self, track: str, wish: Wish) -> None:
        self._receiving.wish(track, wish)

    def send_data(self, channel: Channel, payload: bytes) -> bool:
        transport = self._receiving.transport
        return transport is not None and transport.send(f"_{channel}", payload)

    def quality(self) -> float:
        return self._meter.score

    def stats(self) -> Mapping[str, object]:
        """See `sfu.report`."""
        return {
            "publisher": connection_report(self._transport_stats(self._publishing.transport)),
            "subscriber": connection_report(self._transport_stats(self._receiving.transport)),
            "sent": [sent_report(track) for track in self._publishing.tracks.values()],
            "received": [received_report(track) for track in self._receiving.tracks.values()],
        }

    def close(self) -> None:
        """Ends subscriptions, then publications, then the transports; a second call changes nothing."""
        if self.closed:
            return
        self.closed = True
        self._notices.close()
        self.lane.end(self.lane.router.leave(self.number))
        self._publishing.close()
        del self.lane.members[self.number]
        for transport in (self._publishing.transport, self._receiving.transport):
            if transport:
                self._finish(transport.close())

    # -- what its lane tells -----------------------------------------------------------------------------------

    def drop(self, track: str) -> None:
        self._receiving.drop(track)

    def is_behind(self, now: float) -> bool:
        transport = self._receiving.transport
        return transport is not None and self._backlog.is_behind(transport.backlog, now)

    def hold_data(self, held: bool) -> None:
        if self._publishing.transport:
            self._publishing.transport.hold(held)

    def came_alive(self, track: IncomingTrack) -> None:
        self._notices.track_live(track.describe())

    def reconsider(self, track: str) -> None:
        self._receiving.reconsider(track)

    # -- what its transports tell ------------------------------------------------------------------------------

    def transport_changed(self, target: Target, state: TransportState) -> None:
        if self.closed:
            return
        if state == "failed":
            self._failed.add(target)
        else:
            self._failed.discard(target)
        if target == "publisher" and state == "closed":
            self._publishing.went()
        if target == "subscriber" and state == "connected":
            self._receiving.connected()
        log.info("transport participant=%s target=%s state=%s", self.participant, target, state)
        self._notices.transport_changed(target, state)

    def message(self, label: str, payload: bytes) -> None:
        channel = CHANNELS.get(label)
        if channel is not None:
            self._notices.data_received(channel, payload)

    # -- time --------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        self._publishing.tick(now)
        self._receiving.tick(now)
        if now >= self._next_look:
            self._next_look = now + QUALITY_INTERVAL
            self._meter.observe(self._observation())

    def _require_open(self) -> None:
        if self.closed:
            raise ValueError("the peer is closed")

    def _observation(self) -> Observation:
        connections = (self._publishing.transport, self._receiving.transport)
        stats = [self._transport_stats(transport) for transport in connections]
        round_trip = max((each.round_trip for each in stats if each), default=0.0)
        return Observation(self._publishing.totals(), self._receiving.totals(), round_trip, bool(self._failed))

    def _transport_stats(self, transport: Connection | None) -> TransportStats | None:
        return self.lane.plane.transport_stats(transport.handle) if transport else None

    def _open(self, target: Target) -> Connection:
        return self.lane.connections.open(_Ear(target, self), SERVER_CHANNELS if target == "subscriber" else ())


class _Ear:
    """Listens to one of the two transports."""

    def __init__(self, target: Target, peer: Peer) -> None:
        self._target = target
        self._peer = peer

    def connected(self) -> None:
        self._peer.transport_changed(self._target, "connected")

    def failed(self) -> None:
        self._peer.transport_changed(self._target, "failed")

    def closed(self) -> None:
        self._peer.transport_changed(self._target, "closed")

    def message(self, label: str, payload: bytes) -> None:
        self._peer.message(label, payload)
