"""A join storm: the bell rings and everybody comes at once."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_JOINS, MOST_PARTICIPANTS, MOST_ROOMS, TILE, VOICE, phase, within

LONGEST = 600.0  # seconds


@dataclass(frozen=True)
class Storm:
    """N join in one second, into 4 rooms; in each are 4 cameras of 240 kbit/s and one voice of 40 kbit/s."""

    NAME: ClassVar[str] = "storm"
    SIZE: ClassVar[str] = "joins"

    joins: int = field(default=100, metadata={"help": "participants that join"})
    rooms: int = field(default=4, metadata={"help": "rooms that they join in turn"})
    cameras: int = field(default=4, metadata={"help": "cameras that are on in each room; everybody takes them all"})
    within: float = field(default=1.0, metadata={"help": "seconds in which all begin to join"})

    def plan(self) -> Plan:
        within("joins", self.joins, 2, MOST_PARTICIPANTS)
        within("rooms", self.rooms, 1, min(MOST_ROOMS, self.joins))
        within("cameras", self.cameras, 0, MOST_PARTICIPANTS)
        within("within", self.within, 0.01, LONGEST)
        within("joins per second", self.joins / self.within, 0.01, MOST_JOINS)
        seats = tuple(self._seat(number) for number in range(self.joins))
        title = f"{self.joins} join within {self.within:g} s, {self.rooms} {'rooms' if self.rooms > 1 else 'room'}"
        return Plan(self.NAME, title, seats, joins_per_second=self.joins / self.within)

    def _seat(self, number: int) -> Seat:
        place, room = divmod(number, self.rooms)
        voice = (VOICE,) if place == 0 else ()
        camera = (TILE,) if place < self.cameras else ()
        return Seat(f"storm-{room}", f"storm-{room}-{place}", voice + camera, phase=phase(number))

    def sized(self, size: int) -> Self:
        return replace(self, joins=size)
