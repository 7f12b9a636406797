"""Data fan-out: messages of a few to everybody in the room."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, messages, within


@dataclass(frozen=True)
class DataFanOut:
    """Data messages: 3 participants send 10 a second of 200 bytes (16 kbit/s each), everybody receives them."""

    NAME: ClassVar[str] = "data"
    SIZE: ClassVar[str] = "participants"

    participants: int = field(default=30, metadata={"help": "participants of the room"})
    senders: int = field(default=3, metadata={"help": "participants that send"})
    per_second: float = field(default=10.0, metadata={"help": "messages per second of each sender"})
    size: int = field(default=200, metadata={"help": "bytes of a message"})
    lossy: int = field(default=0, metadata={"help": "1: over the channel without repetition"})

    def plan(self) -> Plan:
        within("participants", self.participants, 2, MOST_PARTICIPANTS)
        within("senders", self.senders, 1, self.participants)
        within("lossy", self.lossy, 0, 1)
        said = messages(self.per_second, self.size, reliable=not self.lossy)
        seats = tuple(
            Seat("data", f"data-{number}", messages=said if number < self.senders else None)
            for number in range(self.participants)
        )
        return Plan(self.NAME, f"Data, {self.senders} to {self.participants}, {self.per_second:g} a second", seats)

    def sized(self, size: int) -> Self:
        return replace(self, participants=size)
