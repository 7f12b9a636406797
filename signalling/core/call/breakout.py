"""Breakout rooms: who belongs where, by identity, so that it outlives reloads, dropped connections and restarts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from signalling.core.call.messages import Grouping, Phase
from signalling.core.call.names import MAIN
from signalling.core.errors import Refusal, UserError

if TYPE_CHECKING:
    from signalling.core.call.state import Call, Member

Step = Literal["lay", "open", "recall", "close", "clear"]
"""What takes rooms from phase to phase; "clear": the last one was removed."""

PHASES: Mapping[tuple[Phase, Step], Phase] = {
    ("none", "lay"): "prepared",
    ("prepared", "lay"): "prepared",
    ("prepared", "open"): "open",
    ("prepared", "clear"): "none",
    ("open", "open"): "open",
    ("open", "recall"): "closing",
    ("open", "close"): "prepared",
    ("closing", "open"): "open",  # the recall is taken back
    ("closing", "recall"): "closing",
    ("closing", "close"): "prepared",
}


@dataclass(slots=True, eq=False)
class Group:
    """One breakout room. Numbers count from 1 and are not used again within a call."""

    id: int
    name: str
    open: bool = False
    called_at: float | None = None  # since when it waits for a teacher; seconds since the epoch
    called_by: str = ""


@dataclass(slots=True, eq=False)
class Breakout:
    """All breakout rooms of a call."""

    phase: Phase = "none"
    mode: Grouping = "manual"
    seed: int | None = None
    minutes: int | None = None  # how long they are to be open, if whoever opens them says nothing else
    ends_at: float | None = None  # seconds since the epoch
    warned: bool = False  # people were told that rooms close soon
    rooms: dict[int, Group] = field(default_factory=dict)  # by number
    assigned: dict[str, int] = field(default_factory=dict)  # identity to number
    last: int = 0  # the highest number ever given
    kept: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)  # groups of the class
    walls: set[str] = field(default_factory=set)  # moderators who look at all rooms

    def step(self, step: Step) -> None:
        """Raises UserError where the table has no way."""
        after = PHASES.get((self.phase, step))
        if after is None:
            raise UserError(Refusal.PRECONDITION, f"not while breakout rooms are in phase {self.phase!r}")
        self.phase = after

    def room(self, number: int) -> Group:
        """Raises UserError when there is no such room."""
        found = self.rooms.get(number)
        if found is None:
            raise UserError(Refusal.NOT_FOUND, "there is no such room")
        return found

    def is_open(self, number: int) -> bool:
        return number in self.rooms and self.rooms[number].open

    def opened(self) -> list[Group]:
        return [group for group in self.rooms.values() if group.open]

    def name(self, number: int) -> str:
        """Empty for the main room."""
        return self.rooms[number].name if number in self.rooms else ""

    def people(self, number: int) -> tuple[str, ...]:
        """The identities that belong to a room, in the order of being assigned."""
        return tuple(identity for identity, room in self.assigned.items() if room == number)


def home(call: "Call", member: "Member") -> int:
    """The room where somebody belongs now: their breakout room while it is open, else the main room."""
    number = call.breakout.assigned.get(member.identity, MAIN)
    return number if call.breakout.is_open(number) else MAIN
