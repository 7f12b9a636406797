"""A participant's place: the room it is in now, its signal connection and its media. It hears what media reports.

Moving to another room changes the room of the seat; session, connection and media peer keep the seat.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from livekit.protocol import models, rtc

from signalling.core import data, membership, messages, publishing, subscribing
from signalling.core.participant import Participant
from signalling.forwarding import Forwarding
from signalling.livekit.frames import Frame
from signalling.ports import Channel, LiveTrack, MediaPeer, Target

if TYPE_CHECKING:
    from signalling.live_room import LiveRoom


class SignalConnection(Protocol):
    """The way to a client. It never blocks: what the client does not take is bounded."""

    def send(self, frame: Frame) -> None: ...
    def end(self) -> None:
        """Close it after what was sent."""


class Seat:
    """Implements the media port `PeerListener` for its participant."""

    def __init__(self, room: "LiveRoom", participant: Participant, connection: SignalConnection) -> None:
        self.room = room
        self.participant = participant
        self.connection: SignalConnection | None = connection
        self.peer: MediaPeer | None = None
        self.forwardings: dict[str, Forwarding] = {}  # by the guest's sid

    @property
    def is_taken(self) -> bool:
        """False once its participant is gone from the room."""
        return self.room.seats.get(self.participant.sid) is self

    def connect(self, connection: SignalConnection) -> None:
        """The client came back with another connection; the one before, if there is one, is of no use."""
        if self.connection is not None:
            self.connection.end()
        self.connection = connection

    def connection_lost(self, connection: SignalConnection) -> None:
        """A connection ended. Only the loss of the newest one matters."""
        if self.connection is connection:
            self.connection = None
            if self.is_taken:
                self.room.feed(membership.signal_lost, self.participant)

    def changed(self) -> None:
        """What others see of the participant changed."""
        for forwarding in list(self.forwardings.values()):
            forwarding.follow()

    def end_forwardings(self) -> None:
        """The participant is gone from its room, and so from those that it was forwarded to."""
        for forwarding in list(self.forwardings.values()):
            forwarding.end()

    def leave(self) -> None:
        """The participant is gone: its guests leave, its connection ends, its media closes."""
        self.end_forwardings()
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.end()
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.close()

    def say_farewell(self, reason: models.DisconnectReason, token: str) -> None:
        """End a seat that is in no room: the client connects anew with this token."""
        if self.connection is not None:
            self.connection.send(Frame(rtc.SignalResponse(refresh_token=token)))
            self.connection.send(Frame(messages.leave_response(reason, messages.Action.RECONNECT)))
        self.leave()

    # -- what media reports

    def transport_changed(self, target: Target, state: Literal["connected", "failed", "closed"]) -> None:
        if self.is_taken:
            self.room.log("transport changed", self.participant, target=target, state=state)
            self.room.feed(
                lambda room, who, now: membership.transport_changed(room, who, target, state, now), self.participant
            )

    def offer_needed(self, urgent: bool) -> None:
        if self.is_taken:
            self.room.feed(lambda _, who, now: who.offers.change(now, urgent=urgent), self.participant)

    def track_live(self, track: LiveTrack) -> None:
        if self.is_taken:
            self.room.log("track live", self.participant, track=track.track, mime=track.mime_type)
            self.room.feed(lambda room, who, now: publishing.track_live(room, who, track, now), self.participant)

    def track_gone(self, track: str) -> None:
        if self.is_taken:
            self.room.log("track gone", self.participant, track=track)
            self.room.feed(lambda room, who, now: publishing.track_gone(room, who, track, now), self.participant)

    def data_received(self, channel: Channel, payload: bytes) -> None:
        if self.is_taken:
            self.room.feed(
                lambda room, who, now: data.receive(room, who, channel, payload, now),
                self.participant,
                keeps_deadline=True,
            )

    def stream_paused(self, track: str, paused: bool) -> None:
        if self.is_taken:
            self.room.log("stream paused" if paused else "stream goes on", self.participant, track=track)
            self.room.feed(
                lambda room, who, _: subscribing.stream_paused(room, who, track, paused=paused), self.participant
            )

    def layers_wanted(self, track: str, enabled: Mapping[str, bool]) -> None:
        if self.is_taken:
            self.room.log("layers wanted", self.participant, track=track, layers=dict(enabled))
            self.room.feed(lambda room, who, _: publishing.layers_wanted(room, who, track, enabled), self.participant)
