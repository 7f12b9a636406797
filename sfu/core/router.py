"""Who gets what: rooms, the peers in them, their tracks and the subscriptions between them.

In: joins, tracks and subscriptions by peer number and track sid. Out: the subscriptions that a change ends, so that
the caller takes them down. Peers are numbered by the caller; one router spans all rooms of one lane.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Track:
    """A negotiated track of a peer. `publication` is its handle in the forwarding thread."""

    track: str
    owner: int
    publication: int
    audio: bool
    screen: bool = False
    live: bool = False
    muted: bool = False


class Edge(NamedTuple):
    """A subscription: `receiver` gets `track`, which belongs to `owner`."""

    receiver: int
    track: str
    owner: int


class Router:
    """The forwarding table as people see it. A peer is in one room and may be shown in others.

    A track can be received in its owner's room and in those that the owner is shown in.
    """

    def __init__(self) -> None:
        self._rooms: dict[int, dict[int, None]] = {}
        self._room_of: dict[int, int] = {}
        self._guests: dict[int, dict[int, None]] = {}  # room -> peers of other rooms that are shown in it
        self._tracks: dict[str, Track] = {}
        self._owned: dict[int, dict[str, None]] = {}
        self._received: dict[int, dict[str, Edge]] = {}
        self._receivers: dict[str, dict[int, None]] = {}

    def open(self, room: int) -> None:
        assert room not in self._rooms
        self._rooms[room] = {}
        self._guests[room] = {}

    def close(self, room: int) -> None:
        """The room must be empty: its peers are closed before it. Nobody is shown in it any longer."""
        assert not self._rooms[room]
        del self._rooms[room], self._guests[room]

    def join(self, peer: int, room: int) -> None:
        assert peer not in self._room_of
        self._rooms[room][peer] = None
        self._room_of[peer] = room
        self._owned[peer] = {}
        self._received[peer] = {}

    def move(self, peer: int, room: int) -> tuple[Edge, ...]:
        """Take a peer to another room with its tracks as they are. Every subscription from and to it ends.

        It is shown nowhere else any longer.
        """
        ended = self._cut(peer)
        self._hide_everywhere(peer)
        del self._rooms[self._room_of[peer]][peer]
        self._rooms[room][peer] = None
        self._room_of[peer] = room
        return ended

    def show(self, peer: int, room: int) -> None:
        """Let a peer's tracks be received in another room as well."""
        assert self._room_of[peer] != room
        self._guests[room][peer] = None

    def hide(self, peer: int, room: int) -> tuple[Edge, ...]:
        """The opposite of `show`: subscriptions to the peer's tracks in that room end."""
        if peer not in self._guests[room]:
            return ()
        del self._guests[room][peer]
        edges = [self._received[r][track] for track in self._owned[peer] for r in self._receivers[track]]
        ended = tuple(edge for edge in edges if self._room_of[edge.receiver] == room)
        for edge in ended:
            self.unsubscribe(edge.receiver, edge.track)
        return ended

    def leave(self, peer: int) -> tuple[Edge, ...]:
        """The peer is gone with its tracks."""
        ended = self._cut(peer)
        self._hide_everywhere(peer)
        for track in self._owned.pop(peer):
            del self._tracks[track]
            del self._receivers[track]
        del self._received[peer]
        del self._rooms[self._room_of.pop(peer)][peer]
        return ended

    def publish(self, track: Track) -> None:
        assert track.track not in self._tracks
        self._tracks[track.track] = track
        self._owned[track.owner][track.track] = None
        self._receivers[track.track] = {}

    def unpublish(self, track: str) -> tuple[Edge, ...]:
        """The track is gone; an unknown one ends nothing."""
        known = self._tracks.get(track)
        if known is None:
            return ()
        ended = self._cut_track(known)
        del self._tracks[track], self._owned[known.owner][track], self._receivers[track]
        return ended

    def set_live(self, track: str) -> None:
        self._tracks[track] = replace(self._tracks[track], live=True)

    def set_muted(self, track: str, muted: bool) -> None:
        self._tracks[track] = replace(self._tracks[track], muted=muted)

    def subscribe(self, receiver: int, track: str) -> Edge | None:
        """None when no such live track of somebody else is to be had in the receiver's room, or it is received."""
        known = self._tracks.get(track)
        if known is None or not known.live or known.owner == receiver or track in self._received[receiver]:
            return None
        room = self._room_of[receiver]
        if self._room_of[known.owner] != room and known.owner not in self._guests[room]:
            return None
        edge = Edge(receiver, track, known.owner)
        self._received[receiver][track] = edge
        self._receivers[track][receiver] = None
        return edge

    def unsubscribe(self, receiver: int, track: str) -> Edge | None:
        edge = self._received[receiver].pop(track, None)
        if edge is not None:
            del self._receivers[track][receiver]
        return edge

    def track(self, track: str) -> Track | None:
        return self._tracks.get(track)

    def tracks_of(self, peer: int) -> Iterator[Track]:
        return (self._tracks[track] for track in self._owned[peer])

    def tracks_in(self, room: int) -> Iterator[Track]:
        """Those of its peers, without those of peers that are only shown in it."""
        return (track for peer in self._rooms[room] for track in self.tracks_of(peer))

    def tracks_shown_in(self, room: int) -> Iterator[Track]:
        """Those of peers of other rooms."""
        return (track for peer in self._guests[room] for track in self.tracks_of(peer))

    def receivers_of(self, track: str) -> Collection[int]:
        return self._receivers[track]

    def peers_in(self, room: int) -> Collection[int]:
        return self._rooms[room]

    def room_of(self, peer: int) -> int:
        return self._room_of[peer]

    @property
    def rooms(self) -> int:
        """How many are open."""
        return len(self._rooms)

    @property
    def subscriptions(self) -> int:
        """How many there are: the load of the lane."""
        return sum(len(edges) for edges in self._received.values())

    def _hide_everywhere(self, peer: int) -> None:
        for guests in self._guests.values():
            guests.pop(peer, None)

    def _cut(self, peer: int) -> tuple[Edge, ...]:
        received = tuple(self._received[peer].values())
        for edge in received:
            self.unsubscribe(peer, edge.track)
        sent = [edge for track in self._owned[peer] for edge in self._cut_track(self._tracks[track])]
        return received + tuple(sent)

    def _cut_track(self, track: Track) -> tuple[Edge, ...]:
        edges = tuple(self._received[receiver][track.track] for receiver in self._receivers[track.track])
        for edge in edges:
            self.unsubscribe(edge.receiver, edge.track)
        return edges
