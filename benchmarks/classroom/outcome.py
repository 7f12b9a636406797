"""What a run with a class gave. Plain values."""

from dataclasses import dataclass

from benchmarks.load.model import Kind


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one person came to a room. Seconds since the teacher asked for it; None: that never happened."""

    person: str
    moved: float | None
    """The server had said so."""
    sound: float | None
    """The first packet of a voice of that room."""
    picture: float | None
    """The same of a camera."""

    @property
    def whole(self) -> float | None:
        """Both were there."""
        if self.sound is None or self.picture is None:
            return None
        return max(self.sound, self.picture)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to the whole class."""

    name: str
    arrivals: tuple[Arrival, ...]
    lost: tuple[str, ...]
    """Who did not get where they belong, or got no media there, with the reason."""
    server_cpu: float
    """Seconds of its process until the last one had everything."""
    loop_cpu: float
    """Of these, those of its event loop; the others are media on their way, and grow with the time."""
    client_cpu: float
    """The load client's, in the same time."""
    retries: int
    """How often somebody had to try once more to come in."""


@dataclass(frozen=True, slots=True)
class Due:
    """What has to reach somebody for a step to be over."""

    room: str
    kinds: frozenset[Kind]
