"""A media port without media, written by hand: it remembers what it was asked for, and tests make it report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from signalling.ports import (
    Channel,
    LiveTrack,
    PeerListener,
    RoomListener,
    TrackRequest,
    Wish,
)


class FakeDescription(NamedTuple):
    sdp: str
    mids: Mapping[str, str]


class FakeLayer(NamedTuple):
    rid: str
    ssrc: int
    width: int
    height: int


class FakeLiveTrack(NamedTuple):
    track: str
    mid: str
    mime_type: str
    layers: Sequence[FakeLayer]


BAD_SDP = "nonsense"
"""A description that the fake cannot use."""


@dataclass
class FakePeer:
    """One participant's media; `asked` is everything it was told to do, in order."""

    participant: str
    listener: PeerListener
    asked: list[tuple[object, ...]] = field(default_factory=list)
    data: list[tuple[Channel, bytes]] = field(default_factory=list)
    subscribed: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, Wish] = field(default_factory=dict)
    muted: dict[str, bool] = field(default_factory=dict)
    announced: list[TrackRequest] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)  # tracks that `subscribe` does not find
    score: float = 5.0
    breaks: bool = False  # the next `offer` fails, as no peer should
    closed: bool = False

    def answer(self, offer: str) -> FakeDescription:
        self.asked.append(("answer", offer))
        if offer == BAD_SDP:
            raise ValueError("no SDP")
        return FakeDescription(f"answer to {offer}", {"0": ""})

    def offer(self, *, restart_ice: bool = False) -> FakeDescription:
        self.asked.append(("offer", restart_ice))
        if self.breaks:
            raise RuntimeError("broken peer")
        return FakeDescription(
            f"offer of {sorted(self.subscribed)}", {str(i): t for i, t in enumerate(self.subscribed)}
        )

    def accept_answer(self, answer: str) -> None:
        self.asked.append(("accept_answer", answer))
        if answer == BAD_SDP:
            raise ValueError("no SDP")

    def announce(self, request: TrackRequest) -> None:
        self.announced.append(request)

    def unpublish(self, track: str) -> None:
        self.asked.append(("unpublish", track))

    def mute(self, track: str, muted: bool) -> None:
        self.muted[track] = muted

    def subscribe(self, track: str, stream: str) -> bool:
        if track in self.missing:
            return False
        self.subscribed[track] = stream
        self.asked.append(("subscribe", track))
        return True

    def unsubscribe(self, track: str) -> None:
        del self.subscribed[track]
        self.asked.append(("unsubscribe", track))

    def wish(self, track: str, wish: Wish) -> None:
        self.wishes[track] = wish

    def send_data(self, channel: Channel, payload: bytes) -> bool:
        self.data.append((channel, payload))
        return True

    def quality(self) -> float:
        return self.score

    def stats(self) -> Mapping[str, object]:
        return {}

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True

    # -- what tests make it report

    def connect(self) -> None:
        self.listener.transport_changed("subscriber", "connected")

    def go_live(self, track: str, *, video: bool = False, rids: Sequence[str] = ()) -> None:
        self.listener.track_live(live_track(track, video=video, rids=rids))


def live_track(track: str, *, video: bool = False, rids: Sequence[str] = ()) -> LiveTrack:
    """A live track, simulcast with the given rids."""
    if not video:
        return FakeLiveTrack(track, "1", "audio/opus", [FakeLayer("", 11, 0, 0)])
    layers = [FakeLayer(rid, 20 + i, 320 << i, 180 << i) for i, rid in enumerate(rids or [""])]
    return FakeLiveTrack(track, "2", "video/VP8", layers)


@dataclass
class FakeMediaRoom:
    lane: int
    listener: RoomListener
    peers: dict[str, FakePeer] = field(default_factory=dict)
    shown: list[FakePeer] = field(default_factory=list)
    closed: bool = False

    def join(self, participant: str, listener: PeerListener) -> FakePeer:
        self.peers[participant] = FakePeer(participant, listener)
        return self.peers[participant]

    def adopt(self, participant: str, peer: FakePeer) -> None:
        peer.participant = participant
        self.peers[participant] = peer

    def show(self, peer: FakePeer) -> None:
        assert peer not in self.shown and not peer.closed
        self.shown.append(peer)

    def hide(self, peer: FakePeer) -> None:
        assert not peer.closed and not self.closed, "hidden too late"
        self.shown.remove(peer)

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


@dataclass
class FakeMedia:
    """Rooms go to the lanes in turn, unless one is asked for."""

    lanes: int = 1
    rooms: list[FakeMediaRoom] = field(default_factory=list)

    def open_room(self, listener: RoomListener, *, lane: int | None = None) -> FakeMediaRoom:
        room = FakeMediaRoom(len(self.rooms) % self.lanes if lane is None else lane, listener)
        self.rooms.append(room)
        return room

    def peer(self, participant: str) -> FakePeer:
        """The newest peer under this sid."""
        return next(room.peers[participant] for room in reversed(self.rooms) if participant in room.peers)
