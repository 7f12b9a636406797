"""Breakout rooms: who belongs where, by identity, so that it outlives reloads, dropped connections and restarts."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalling.core.call.messages import Grouping, Phase
from signalling.core.call.names import MAIN

if TYPE_CHECKING:
    from signalling.core.call.state import Call, Member


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
    ends_at: float | None = None  # seconds since the epoch
    warned: bool = False  # people were told that rooms close soon
    rooms: dict[int, Group] = field(default_factory=dict)  # by number
    assigned: dict[str, int] = field(default_factory=dict)  # identity to number
    last: int = 0  # the highest number ever given
    kept: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)  # groups of the class
    walls: set[str] = field(default_factory=set)  # moderators who look at all rooms


def home(call: "Call", member: "Member") -> int:
    """The room where somebody belongs now: their breakout room while it is open, else the main room."""
    number = call.breakout.assigned.get(member.identity, MAIN)
    group = call.breakout.rooms.get(number)
    return number if group is not None and group.open else MAIN
