"""What a scenario asks for: who enters which room and when, what they send, whom they take. Pure.

A plan says nothing of servers. Drivers (`peers.peer.Peer`) seat its participants, `rooms.run` measures what happens.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol, Self

from benchmarks.load.model import Kind, Rhythm

EVERYBODY: None = None
"""In place of names: whoever is in the room sends, and is taken."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Data packets of one participant to all others of its room, over its data channel."""

    per_second: float
    size: int
    """Bytes of the payload, at least 32: a stamp comes first."""
    reliable: bool = True


@dataclass(frozen=True, slots=True)
class Seat:
    """One participant of one room."""

    room: str
    identity: str
    """Unique in the whole plan."""
    sends: tuple[Rhythm, ...] = ()
    """At most one of a kind."""
    messages: Messages | None = None
    cameras: frozenset[str] | None = EVERYBODY
    """Identities whose video it takes, of its own room; EVERYBODY, or the empty set for nobody's."""
    voices: frozenset[str] | None = EVERYBODY
    """The same for audio."""
    phase: float = 0.0
    """Seconds by which its sources are late, so that not everybody sends at the same moment."""

    def takes(self, kind: Kind) -> frozenset[str] | None:
        """Whose tracks of a kind it takes."""
        return self.voices if kind is Kind.AUDIO else self.cameras


@dataclass(frozen=True, slots=True)
class Churn:
    """While it is measured, participants leave and come back, one after the other in the order of the seats."""

    per_second: float
    away: float = 1.0
    """Seconds between leaving and coming back."""


@dataclass(frozen=True)
class Plan:
    """A scenario with all its numbers put in."""

    name: str
    """A word for files and flags, like "lecture"."""
    title: str
    """For people, with the numbers: "Lecture, 1 to 30"."""
    seats: tuple[Seat, ...]
    joins_per_second: float = 0.0
    """How fast participants come; 0: each one when the one before it is in."""
    churn: Churn | None = None

    @cached_property
    def rooms(self) -> Mapping[str, tuple[Seat, ...]]:
        """Seats by room, in order."""
        found: dict[str, list[Seat]] = defaultdict(list)
        for seat in self.seats:
            found[seat.room].append(seat)
        return {room: tuple(seats) for room, seats in found.items()}

    def sources_of(self, seat: Seat) -> int:
        """Streams that should reach a participant once everybody is in."""
        return sum(taken(seat, other, rhythm.kind) for other in self.rooms[seat.room] for rhythm in other.sends)

    def takers_of(self, seat: Seat, kind: Kind) -> int:
        """How many receive its track of a kind once everybody is in."""
        return sum(taken(other, seat, kind) for other in self.rooms[seat.room])

    def packets_per_second(self) -> tuple[int, int]:
        """Into the server and out of it, media only."""
        each = [(seat, rhythm) for seat in self.seats for rhythm in seat.sends]
        into = sum(rhythm.packets_per_second for _, rhythm in each)
        out = sum(rhythm.packets_per_second * self.takers_of(seat, rhythm.kind) for seat, rhythm in each)
        return into, out

    def bits_per_second(self) -> tuple[int, int]:
        """Into the server and out of it, media only, RTP sizes."""
        each = [(seat, rhythm) for seat in self.seats for rhythm in seat.sends]
        into = sum(rhythm.bits_per_second() for _, rhythm in each)
        out = sum(rhythm.bits_per_second() * self.takers_of(seat, rhythm.kind) for seat, rhythm in each)
        return into, out


def taken(taker: Seat, sender: Seat, kind: Kind) -> bool:
    """Whether a participant takes the track of a kind of another one in its room, if that one sends it."""
    names = taker.takes(kind)
    return taker.identity != sender.identity and (names is EVERYBODY or sender.identity in names)


class Scenario(Protocol):
    """A frozen dataclass: its docstring's first line is its help, its fields (`int` or `float`, each with
    `field(metadata={"help": ...})` and a default) are its flags.
    """

    NAME: ClassVar[str]
    SIZE: ClassVar[str]
    """The field that a capacity search turns."""

    def plan(self) -> Plan:
        """Raises ValueError, in words for the person who typed the flags, for numbers that make no sense."""

    def sized(self, size: int) -> Self:
        """The same with another number in the field that SIZE names."""
