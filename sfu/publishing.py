"""A peer's publisher connection: the client offers, its tracks arrive.

In: offers, announcements, mutes, first packets. Out: answers, and the tracks that started and stopped.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

from sfu.core.announcements import Announcement, Announcements, Assigned, Matching, OfferedSection
from sfu.core.budget import Budget, LinkReport
from sfu.core.loss import Direction, LossMeter
from sfu.core.router import Track
from sfu.core.selection import NO_LAYER
from sfu.incoming import IncomingTrack
from sfu.lane import SESSION_ID_BITS, Connection, Lane, OpenTransport
from sfu.negotiation import sdp
from sfu.negotiation.publisher import PublisherSections, ReceivedSection
from sfu.notices import Notices
from sfu.plane.model import Publication
from sfu.ports import Description, TrackRequest

VIDEO_POLL: Final = 0.2
"""Seconds between two looks at the layers of a video: what receivers may notice of a layer that stopped."""

UPLINK_POLL: Final = 1.0
"""Seconds between two decisions about what a client may send."""

UPLINK_LIMIT: Final = 4_000_000
"""Bit/s that a client without transport-wide feedback may send at most: three layers and a screen."""


class Publishing:
    """Owns the publisher transport and the publications on it."""

    def __init__(self, peer: int, lane: Lane, open_transport: OpenTransport, notices: Notices, random: Random) -> None:
        self.transport: Connection | None = None  # a client that never publishes never gets one
        self.tracks: dict[str, IncomingTrack] = {}
        self._peer = peer
        self._lane = lane
        self._open_transport = open_transport
        self._notices = notices
        self._sections = PublisherSections(random.getrandbits(SESSION_ID_BITS))
        self._announcements = Announcements()
        self._received: Mapping[str, ReceivedSection] = {}
        self._muted: set[str] = set()
        self._next_poll = 0.0
        self._uplink: _Uplink | None = None

    # -- negotiation -------------------------------------------------------------------------------------------

    def answer(self, offer: str) -> Description:
        """Raises SdpError for an offer that cannot be used."""
        description = sdp.parse(offer)
        transport = self.transport = self.transport or self._open_transport()
        local = transport.local
        answer = self._sections.answer(description, local)
        transport.connect(answer.remote)
        if transport.local != local:  # the client restarted ICE: the answer must carry the new credentials
            answer = self._sections.answer(description, transport.local)
        self._lane.plane.set_extensions(transport.handle, answer.extensions)
        self._choose_feedback(transport.handle, reports=bool(answer.extensions.transport_cc))
        self._received = {section.mid: section for section in answer.sections}
        offered = [OfferedSection(s.mid, s.kind == "audio", s.active, s.track) for s in answer.sections]
        self._follow(self._announcements.offered(offered))
        for track in self.tracks.values():
            if track.negotiate(self._publication(track.handle, track.publication.mid)):
                for receiver in self._lane.receivers(track.track):
                    receiver.forget_selection()
                self._lane.reconsider_receivers(track.track)
        return Description(sdp.render(answer.description), self._announcements.mids)

    def announce(self, request: TrackRequest) -> None:
        audio = request.kind == "audio"
        self._follow(
            self._announcements.announce(Announcement(request.track, frozenset(request.cids), audio, request.screen))
        )

    def unpublish(self, track: str) -> None:
        """The server ends the track; an unknown one is none of our business."""
        self._announcements.withdraw(track)
        self._muted.discard(track)
        self._stop(track)

    def mute(self, track: str, muted: bool) -> None:
        """May come before the track is negotiated."""
        if muted:
            self._muted.add(track)
        else:
            self._muted.discard(track)
        if track in self.tracks:
            self.tracks[track].mute(muted)
            self._lane.router.set_muted(track, muted)
            self._lane.reconsider_receivers(track)

    # -- life --------------------------------------------------------------------------------------------------

    def went(self) -> None:
        """The transport is gone for good, and with it the tracks."""
        for track in tuple(self.tracks):
            self.unpublish(track)
            self._notices.track_gone(track)

    def close(self) -> None:
        """Ends the publications; the owner closes the transport after that."""
        for track in tuple(self.tracks):
            self._stop(track)

    def tick(self, now: float) -> None:
        if now >= self._next_poll or any(track.is_asked_again for track in self.tracks.values()):
            self._next_poll = now + VIDEO_POLL
            for track in self.tracks.values():
                if track.live and not track.audio:
                    self._look_at(track, now)
            if self._uplink:
                self._limit(self._uplink, now)

    def totals(self) -> Direction:
        """Packets that arrived and that did not, over all tracks."""
        layers = [layer for track in self.tracks.values() if track.stats for layer in track.stats.layers]
        return Direction(sum(layer.packets for layer in layers), sum(max(0, layer.lost) for layer in layers))

    # -- the details -------------------------------------------------------------------------------------------

    def _follow(self, matching: Matching) -> None:
        for track in matching.stopped:
            self._stop(track)
            self._notices.track_gone(track)
        for assigned in matching.started:
            self._start(assigned)

    def _start(self, assigned: Assigned) -> None:
        announcement = assigned.announcement
        publication = self._publication(self._lane.new_handle(), assigned.mid)
        track = IncomingTrack(self._lane.plane, announcement.track, self._peer, publication, screen=announcement.screen)
        self.tracks[track.track] = track
        self._lane.add_incoming(track)
        self._lane.router.publish(
            Track(track.track, self._peer, track.handle, audio=track.audio, screen=announcement.screen)
        )
        if track.track in self._muted:
            self.mute(track.track, True)

    def _stop(self, track: str) -> None:
        if self.tracks.pop(track, None):
            self._lane.remove_incoming(track)

    def _publication(self, handle: int, mid: str) -> Publication:
        section = self._received[mid]
        assert self.transport
        return Publication(
            handle, self.transport.handle, mid, section.kind == "audio", section.payload_types, section.layers
        )

    def _look_at(self, track: IncomingTrack, now: float) -> None:
        before = track.shape
        track.read()
        if track.shape is not before:
            self._lane.reconsider_receivers(track.track)
        if track.demand_changed:
            track.demand_changed = False
            track.demand = max((each.wanted for each in self._lane.receivers(track.track)), default=NO_LAYER)
        enabled = track.dynacast.want(track.demand, now)
        if enabled is not None:
            self._notices.layers_wanted(track.track, enabled)

    def _choose_feedback(self, transport: int, *, reports: bool) -> None:
        """A client that gets reports of every packet (transport-cc) estimates by itself; any other is told a limit."""
        if reports and self._uplink:
            self._uplink = None
            self._lane.plane.limit_publisher(transport, 0)
        elif not reports and not self._uplink:
            self._uplink = _Uplink()

    def _limit(self, uplink: "_Uplink", now: float) -> None:
        rate = sum(layer.bitrate for track in self.tracks.values() for layer in track.layers)
        limit = uplink.receive(rate, self.totals(), now)
        if limit is not None and self.transport:
            self._lane.plane.limit_publisher(self.transport.handle, limit)


class _Uplink:
    """What a client that gets no transport-wide feedback may send: it is told by REMB, from its loss."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._loss = LossMeter()
        self._next = 0.0
        self._told = 0

    def receive(self, rate: int, totals: Direction, now: float) -> int | None:
        """The limit in bit/s when it has changed."""
        if now < self._next:
            return None
        self._next = now + UPLINK_POLL
        report = LinkReport(float(rate), float(UPLINK_LIMIT), loss=self._loss.observe(totals) or 0.0)
        before, self._told = self._told, int(min(self._budget.receive(report, now), UPLINK_LIMIT))
        return self._told if self._told != before else None
