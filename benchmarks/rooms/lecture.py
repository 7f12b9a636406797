"""A lecture: one participant sends camera and microphone, N receive."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.load.model import Kind
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, VOICE, rhythm, within


@dataclass(frozen=True)
class Lecture:
    """1 to N: one sends video of 4.8 Mbit/s and a voice of 40 kbit/s, everybody else receives both."""

    NAME: ClassVar[str] = "lecture"
    SIZE: ClassVar[str] = "receivers"

    receivers: int = field(default=30, metadata={"help": "participants that only receive"})
    video: int = field(default=500, metadata={"help": "video packets per second"})
    size: int = field(default=1200, metadata={"help": "bytes of a video packet (500 x 1200 bytes/s are 4.8 Mbit/s)"})
    burst: int = field(default=1, metadata={"help": "video packets sent back to back, as encoders send pictures"})

    def plan(self) -> Plan:
        within("receivers", self.receivers, 1, MOST_PARTICIPANTS)
        camera = rhythm(Kind.VIDEO, self.video, self.size, burst=self.burst)
        nobody: frozenset[str] = frozenset()
        lecturer = Seat("lecture", "lecturer", (VOICE, camera), cameras=nobody, voices=nobody)
        listeners = tuple(Seat("lecture", f"listener-{number}") for number in range(self.receivers))
        return Plan(self.NAME, f"Lecture, 1 to {self.receivers}", (lecturer, *listeners))

    def sized(self, size: int) -> Self:
        return replace(self, receivers=size)
