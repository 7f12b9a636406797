"""A webinar: voices only, many listeners."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, VOICE, phase, within

MOST_SPEAKERS = 20


@dataclass(frozen=True)
class Webinar:
    """Audio only: 2 voices of 40 kbit/s, N listeners."""

    NAME: ClassVar[str] = "webinar"
    SIZE: ClassVar[str] = "listeners"

    listeners: int = field(default=100, metadata={"help": "participants that only listen"})
    speakers: int = field(default=2, metadata={"help": "participants that speak, and hear one another"})

    def plan(self) -> Plan:
        within("listeners", self.listeners, 1, MOST_PARTICIPANTS)
        within("speakers", self.speakers, 1, MOST_SPEAKERS)
        speakers = (
            Seat("webinar", f"speaker-{number}", (VOICE,), phase=phase(number)) for number in range(self.speakers)
        )
        listeners = (Seat("webinar", f"listener-{number}") for number in range(self.listeners))
        voices = "voice" if self.speakers == 1 else "voices"
        title = f"Webinar, {self.speakers} {voices}, {self.listeners} listeners"
        return Plan(self.NAME, title, (*speakers, *listeners))

    def sized(self, size: int) -> Self:
        return replace(self, listeners=size)
