"""Churn: a class in which participants leave and come back all the time."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.rooms.plan import Plan
from benchmarks.rooms.school_class import class_seats
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, MOST_TILES, TILE, churn, within


@dataclass(frozen=True)
class ChurningClass:
    """A class (cameras of 240 kbit/s, 9 tiles, 3 voices) in which one participant a second leaves and comes back."""

    NAME: ClassVar[str] = "churn"
    SIZE: ClassVar[str] = "participants"

    participants: int = field(default=30, metadata={"help": "participants, all with their cameras on"})
    tiles: int = field(default=9, metadata={"help": "cameras that each participant shows"})
    voices: int = field(default=3, metadata={"help": "participants that speak"})
    per_second: float = field(default=1.0, metadata={"help": "participants that leave each second"})
    away: float = field(default=2.0, metadata={"help": "seconds until each one comes back"})

    def plan(self) -> Plan:
        within("participants", self.participants, 2, MOST_PARTICIPANTS)
        within("tiles", self.tiles, 0, MOST_TILES)
        within("voices", self.voices, 0, self.participants)
        shown = min(self.tiles, self.participants - 1)
        seats = class_seats("churn", self.participants, shown, self.voices, TILE)
        title = f"Class of {self.participants}, {self.per_second:g} leave and come back each second"
        return Plan(self.NAME, title, seats, churn=churn(self.per_second, self.away, self.participants))

    def sized(self, size: int) -> Self:
        return replace(self, participants=size)
