"""Breakout rooms: a class splits into many small rooms, everybody sees everybody."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.load.model import Kind
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, MOST_ROOMS, VOICE, phase, rhythm, within

MOST_TOGETHER = 50  # participants of one room in which everybody takes everybody


@dataclass(frozen=True)
class Breakout:
    """50 rooms of 4: cameras of 440 kbit/s all on, one voice of 40 kbit/s in each room."""

    NAME: ClassVar[str] = "breakout"
    SIZE: ClassVar[str] = "rooms"

    rooms: int = field(default=50, metadata={"help": "rooms at the same time"})
    people: int = field(default=4, metadata={"help": "participants of each room, all with their cameras on"})
    voices: int = field(default=1, metadata={"help": "participants of each room that speak"})
    video: int = field(default=50, metadata={"help": "video packets per second of each camera"})
    size: int = field(default=1100, metadata={"help": "bytes of a video packet (50 x 1100 bytes/s are 440 kbit/s)"})

    def plan(self) -> Plan:
        within("rooms", self.rooms, 1, MOST_ROOMS)
        within("people", self.people, 2, MOST_TOGETHER)
        within("voices", self.voices, 0, self.people)
        within("participants (rooms x people)", self.rooms * self.people, 2, MOST_PARTICIPANTS)
        camera = rhythm(Kind.VIDEO, self.video, self.size)
        seats = tuple(
            Seat(
                f"breakout-{room}",
                f"breakout-{room}-{person}",
                (VOICE, camera) if person < self.voices else (camera,),
                phase=phase(room * self.people + person),
            )
            for room in range(self.rooms)
            for person in range(self.people)
        )
        return Plan(self.NAME, f"{self.rooms} breakout rooms of {self.people}", seats)

    def sized(self, size: int) -> Self:
        return replace(self, rooms=size)
