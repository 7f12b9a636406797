"""A peer's subscriber connection: the server offers, other peers' tracks go out.

In: subscriptions, wishes, answers, the state of the tracks. Out: offers, selected layers, news of paused videos.
"""

import math
from random import Random
from typing import Final

from sfu.core.allocation import allocate, cost
from sfu.core.budget import Budget, LinkReport
from sfu.core.loss import Direction
from sfu.core.selection import NO_LAYER
from sfu.incoming import IncomingTrack
from sfu.lane import SESSION_ID_BITS, Connection, Lane, OpenTransport
from sfu.negotiation import sdp
from sfu.negotiation.errors import SdpError
from sfu.negotiation.subscriber import Rank, SentSection, SubscriberSections
from sfu.notices import Notices
from sfu.outgoing import OutgoingTrack
from sfu.plane.model import Subscription
from sfu.ports import Clock, Description, Kind, Wish

SHARE_INTERVAL: Final = 0.5
"""Seconds between two looks at a receiver's bandwidth. What changes in between is given its share of the same."""

VIDEO_SILENCE: Final = 7.0
VOICE_SILENCE: Final = 10.0
"""Seconds without a sign of life after which a client is sent nothing more until there is one: far before its consent
to receive ends (30 s, RFC 7675 section 5.1). Clients report on video each second; on voices alone, and for consent,
only every four to six.
"""


class Receiving:
    """Owns the subscriber transport and the subscriptions on it."""

    def __init__(
        self,
        peer: int,
        lane: Lane,
        open_transport: OpenTransport,
        notices: Notices,
        clock: Clock,
        random: Random,
    ) -> None:
        self.transport: Connection | None = None
        self.tracks: dict[str, OutgoingTrack] = {}
        self._peer = peer
        self._lane = lane
        self._open_transport = open_transport
        self._notices = notices
        self._clock = clock
        self._sections = SubscriberSections(random.getrandbits(SESSION_ID_BITS), self._new_ssrc)
        self._random = random
        self._reader, self._writer = sdp.Reader(), sdp.Writer()
        self._sent: dict[str, SentSection] = {}  # what the client last accepted, by track
        self._ssrcs: set[int] = set()
        self._budget = Budget()
        self._asked = self._asked_urgently = False  # since the last offer
        self._connected = False
        self._connected_at = 0.0
        self._silenced = False  # the client fell silent: it is sent less, or nothing
        self._next_share = 0.0
        self._next_reading = 0.0

    # -- subscriptions -----------------------------------------------------------------------------------------

    def subscribe(self, source: IncomingTrack, stream: str) -> bool:
        """It is in one of the next offers. False when the connection has as many sections as a client can bear."""
        kind: Kind = "audio" if source.audio else "video"
        assert source.codec is not None
        try:
            self._sections.add(source.track, kind, stream, source.codec)
        except SdpError:
            return False
        self.tracks[source.track] = OutgoingTrack(self._lane.plane, source)
        self._lane.add_outgoing(self._peer, self.tracks[source.track])
        self._ask(urgent=self._rank(source.track) is not Rank.MUTED)
        return True

    def drop(self, track: str) -> None:
        """The router has forgotten this subscription: take it down."""
        self.tracks.pop(track).source.demand_changed = True
        self._sent.pop(track, None)
        self._lane.remove_outgoing(self._peer, track)
        if self._sections.remove(track):
            self._ask(urgent=False)
        self._share_soon()

    def wish(self, track: str, wish: Wish) -> None:
        """Of a track that is not received it says nothing."""
        if track in self.tracks:
            self.tracks[track].ask(wish)
            self._share_soon()

    # -- negotiation -------------------------------------------------------------------------------------------

    def offer(self, *, restart_ice: bool) -> Description:
        transport = self.transport = self.transport or self._open_transport()
        if restart_ice:
            transport.restart_ice()
        description, mids = self._sections.offer(transport.local, self._rank)
        self._asked = self._asked_urgently = False
        return Description(self._writer.render(description), mids)

    def accept(self, answer: str) -> None:
        """Raises SdpError, and the offer is still outstanding then. Any other ValueError ends the connection's use."""
        accepted = self._sections.accept(self._reader.parse(answer))
        transport = self.transport
        assert transport  # there was an offer
        transport.connect(accepted.remote)
        self._lane.plane.set_extensions(transport.handle, accepted.extensions)
        for section in accepted.sections:
            if section.track in self.tracks and self._sent.get(section.track) is not section:
                self._sent[section.track] = section
                self._open(self.tracks[section.track], section, transport.handle)
        self._share(self._clock())
        waiting = self._sections.waiting
        if waiting:
            self._ask(urgent=any(self._rank(track) is not Rank.MUTED for track in waiting))

    # -- life --------------------------------------------------------------------------------------------------

    def connected(self) -> None:
        """Packets reach the client from now on: nothing was selected before, for its key frame would be lost."""
        self._connected = True
        self._connected_at = self._clock()
        self._share(self._clock())

    def reconsider(self, track: str) -> None:
        """Something of a track has changed: it may be muted no longer."""
        if track in self._sections.waiting and self._rank(track) is not Rank.MUTED:
            self._ask(urgent=True)
        self._share_soon()

    def tick(self, now: float) -> None:
        if now >= self._next_share or (self._silenced and self._silence(now) < VIDEO_SILENCE):
            self._share(now)

    def totals(self) -> Direction:
        """Packets that the client got and that it did not, over all tracks."""
        stats = [track.stats for track in self.tracks.values() if track.stats]
        lost = sum(max(0, each.lost) for each in stats)
        return Direction(max(0, sum(each.packets for each in stats) - lost), lost)

    # -- the details -------------------------------------------------------------------------------------------

    def _ask(self, *, urgent: bool) -> None:
        """At most one call of each kind until the offer is made."""
        if not self._asked_urgently and (urgent or not self._asked):
            self._asked, self._asked_urgently = True, urgent
            self._notices.offer_needed(urgent)

    def _share_soon(self) -> None:
        """Share the bandwidth anew with the next tick."""
        self._next_share = 0.0

    def _rank(self, track: str) -> Rank:
        source = self.tracks[track].source
        if source.muted:
            return Rank.MUTED
        return Rank.SCREEN if source.screen else Rank.LIVE

    def _new_ssrc(self) -> int:
        """One that this connection never used: numbers that start anew would meet the old key stream (RFC 3711)."""
        while True:
            ssrc = self._random.getrandbits(32)
            if ssrc and ssrc not in self._ssrcs:
                self._ssrcs.add(ssrc)
                return ssrc

    def _open(self, track: OutgoingTrack, section: SentSection, transport: int) -> None:
        """Start, or end what the client refuses.

        Raises ValueError when it takes a track in another way than before: numbers cannot start anew under one SSRC.
        """
        wanted = Subscription(
            track.handle,
            track.source.handle,
            transport,
            section.ssrc,
            section.payload_types,
            section.rtx_ssrc,
        )
        if section.active and wanted == track.subscription:
            return
        self._lane.close_outgoing(track)
        if section.active:
            self._lane.open_outgoing(track, wanted)

    def _share(self, now: float) -> None:
        if not self._connected:
            return
        self._next_share = now + SHARE_INTERVAL
        tracks = [track for track in self.tracks.values() if track.handle]
        silence = self._silence(now)
        self._silenced = silence >= VIDEO_SILENCE
        if self._silenced:
            self._hush(tracks, silence)
            return
        if now >= self._next_reading:
            self._next_reading = now + SHARE_INTERVAL
            for track in tracks:
                track.read()
            self._budget.receive(self._report(tracks, now), now)
        limit = self._budget.limit
        for track in tracks:
            if track.source.audio:
                track.select_audio()
        # A muted video sends nothing: it keeps its layer and costs nothing.
        videos = [track for track in tracks if not track.source.audio and not track.source.muted]
        if limit == math.inf:
            changed = [track for track in videos if track.take_all()]
        else:
            voices = sum(track.bitrate for track in tracks if track.source.audio)
            grants = allocate([track.demand() for track in videos], limit - voices)
            changed = [track for track in videos if track.apply(grants[track.handle])]
        for track in changed:
            self._notices.stream_paused(track.source.track, track.paused)

    def _silence(self, now: float) -> float:
        """Seconds since the client's last sign of life."""
        assert self.transport  # it is connected
        stats = self._lane.plane.transport_stats(self.transport.handle)
        return now - max(self._connected_at, self.transport.checked_at, stats.last_packet if stats else 0.0)

    def _hush(self, tracks: list[OutgoingTrack], silence: float) -> None:
        """Stop what is not worth sending to somebody who has been silent for so long."""
        for track in tracks:
            if track.source.audio and silence < VOICE_SILENCE:
                track.select_audio()  # it may be new
            else:
                track.stop()

    def _report(self, tracks: list[OutgoingTrack], now: float) -> LinkReport:
        sent = sum(track.bitrate for track in tracks)
        # What is wanted counts only when there is a limit that may be too small for it.
        limited = tracks if self._budget.limit != math.inf else ()
        wanted = sum(cost(track.source.layers, track.wanted) for track in limited if track.wanted != NO_LAYER)
        stats = self._lane.plane.transport_stats(self.transport.handle) if self.transport else None
        if stats is None:
            return LinkReport(sent, wanted)
        lost = sum(track.stats.fraction_lost * track.bitrate for track in tracks if track.stats)
        return LinkReport(sent, wanted, stats.remb, now - stats.remb_at, lost / sent if sent else 0.0)
