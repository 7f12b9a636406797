"""A class: everybody's camera is on, everybody shows the last N of them, a few speak."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from benchmarks.load.model import Kind, Rhythm
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.traffic import MOST_PARTICIPANTS, MOST_TILES, TILE, VOICE, phase, rhythm, tiles, within


def class_seats(room: str, participants: int, shown: int, voices: int, camera: Rhythm) -> tuple[Seat, ...]:
    """All send a camera, the first `voices` a microphone too; each takes `shown` cameras and all voices."""
    names = [f"{room}-{number}" for number in range(participants)]
    return tuple(
        Seat(
            room,
            name,
            (VOICE, camera) if number < voices else (camera,),
            cameras=tiles(names, name, shown) if shown < participants - 1 else None,
            phase=phase(number),
        )
        for number, name in enumerate(names)
    )


@dataclass(frozen=True)
class SchoolClass:
    """A class: N cameras of 240 kbit/s, everybody shows the last 9 of them, 3 voices of 40 kbit/s."""

    NAME: ClassVar[str] = "class"
    SIZE: ClassVar[str] = "participants"

    participants: int = field(default=30, metadata={"help": "participants, all with their cameras on"})
    tiles: int = field(default=9, metadata={"help": "cameras that each participant shows"})
    voices: int = field(default=3, metadata={"help": "participants that speak; the others are muted"})
    video: int = field(default=30, metadata={"help": "video packets per second of each camera"})
    size: int = field(default=1000, metadata={"help": "bytes of a video packet (30 x 1000 bytes/s are 240 kbit/s)"})

    def plan(self) -> Plan:
        within("participants", self.participants, 2, MOST_PARTICIPANTS)
        within("tiles", self.tiles, 0, MOST_TILES)
        within("voices", self.voices, 0, self.participants)
        camera = rhythm(Kind.VIDEO, self.video, self.size, frames=TILE.frames_per_second)
        shown = min(self.tiles, self.participants - 1)
        title = f"Class of {self.participants}, {shown} tiles, {self.voices} voices"
        return Plan(self.NAME, title, class_seats("class", self.participants, shown, self.voices, camera))

    def sized(self, size: int) -> Self:
        return replace(self, participants=size)
