"""Who is in which room just now, and so who should receive what. Pure: seats come and go, numbers are told."""

from collections import defaultdict

from benchmarks.load.model import Kind
from benchmarks.rooms.plan import Seat, taken


class Presence:
    """Participants whose connections are up."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[str, Seat]] = defaultdict(dict)
        self._senders: dict[str, dict[str, Seat]] = defaultdict(dict)
        self._takers: dict[tuple[str, Kind], int] = {}

    def enter(self, seat: Seat) -> None:
        self._rooms[seat.room][seat.identity] = seat
        if seat.sends:
            self._senders[seat.room][seat.identity] = seat
        self._forget(seat.room)

    def leave(self, seat: Seat) -> None:
        """Safe for one that is not there."""
        self._rooms[seat.room].pop(seat.identity, None)
        self._senders[seat.room].pop(seat.identity, None)
        self._forget(seat.room)

    def due(self, seat: Seat) -> int:
        """Streams of those present that should reach it."""
        senders = self._senders[seat.room].values()
        return sum(taken(seat, other, rhythm.kind) for other in senders for rhythm in other.sends)

    def takers(self, seat: Seat, kind: Kind) -> int:
        """Those present that should receive its track of a kind."""
        key = (seat.identity, kind)
        if key not in self._takers:
            self._takers[key] = sum(taken(other, seat, kind) for other in self._rooms[seat.room].values())
        return self._takers[key]

    def others(self, seat: Seat) -> int:
        """Those present that should receive its messages."""
        return sum(other.identity != seat.identity for other in self._rooms[seat.room].values())

    def _forget(self, room: str) -> None:
        for identity in self._senders[room]:
            for kind in (Kind.AUDIO, Kind.VIDEO):
                self._takers.pop((identity, kind), None)
