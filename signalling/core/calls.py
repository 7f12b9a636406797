"""Which calls are open, and who may therefore join a room. A call's main room has the call's id as its name."""

from signalling.core.call.names import call_part
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims

MAX_ENDED = 10_000
"""Ended calls that are remembered. Tokens of older ones have run out long ago."""

NO_ROOM = "requested room does not exist"
"""Exactly this text: clients tell by it a missing room from a missing version of the protocol."""


class CallRegister:
    """The open calls with their titles, and those that have ended."""

    def __init__(self) -> None:
        self._open: dict[str, str] = {}
        self._ended: dict[str, None] = {}  # oldest first
        self._lanes: dict[str, int] = {}

    def open(self, call: str, title: str) -> None:
        self._open[call] = title
        self._ended.pop(call, None)

    def end(self, call: str) -> bool:
        """False when it was not open."""
        was_open = self._open.pop(call, None) is not None
        self._lanes.pop(call, None)
        self._ended[call] = None
        if len(self._ended) > MAX_ENDED:
            del self._ended[next(iter(self._ended))]
        return was_open

    def title(self, call: str) -> str | None:
        """None when the call is not open."""
        return self._open.get(call)

    def call_of(self, room: str) -> str:
        """The open call that a room of this name belongs to, or ""."""
        if room in self._open:
            return room
        call = call_part(room)
        return call if call in self._open else ""

    def lane_of(self, room: str) -> int | None:
        """The lane that all rooms of the room's call are on, so that people move between them with their media; None
        before the first of them is opened, and for rooms of no call."""
        return self._lanes.get(self.call_of(room))

    def opened_on(self, room: str, lane: int) -> None:
        """A room's media is open on this lane."""
        if call := self.call_of(room):
            self._lanes.setdefault(call, lane)

    def __len__(self) -> int:
        return len(self._open)

    def check(self, claims: Claims) -> None:
        """Refuse somebody whose room belongs to a call that is not open."""
        room = claims.grants.room
        if not self.call_of(room) and (claims.call or room in self._ended or call_part(room) in self._ended):
            raise UserError(Refusal.NOT_FOUND, NO_ROOM)
