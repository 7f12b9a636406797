"""What cameras and microphones of a school send, and the bounds of the numbers that a person may ask for. Pure."""

from benchmarks.load.model import Kind, Rhythm
from benchmarks.rooms.plan import Churn, Messages

VOICE = Rhythm(Kind.AUDIO, 50, 100)  # 40 kbit/s: Opus frames of 20 ms, as browsers send speech
TILE = Rhythm(Kind.VIDEO, 30, 1000, frames_per_second=15)  # 240 kbit/s: 320x180, one of many pictures on a screen
CAMERA = Rhythm(Kind.VIDEO, 50, 1100)  # 440 kbit/s: 640x360, one of four pictures on a screen

MOST_PARTICIPANTS = 5000  # of a plan: beyond it one client process is the bottleneck, whatever the server
MOST_ROOMS = 1000
MOST_TILES = 100  # cameras that one participant chooses; it can take more only as "all"
MOST_PACKETS = 20_000  # per second of one source: 200 Mbit/s
SMALLEST, LARGEST = 80, 1400  # bytes of an RTP packet: a stamp has to fit in, and the packet into Ethernet's 1500
MOST_BURST = 64  # packets back to back
MOST_FRAMES = 120  # per second
MOST_MESSAGES = 1000.0  # per second of one participant: they are handled in Python
SMALLEST_MESSAGE, LARGEST_MESSAGE = 32, 15_000  # bytes: a stamp has to fit in; what browsers send in one piece
MOST_JOINS = 1000.0  # per second
LONGEST_AWAY = 3600.0  # seconds
STAGGER = 0.04  # seconds: the period of 25 pictures a second, over which participants' sources are spread
GOLDEN = 0.618034  # its multiples fill the period evenly, however many there are


def within(name: str, value: float, low: float, high: float) -> None:
    """Raises ValueError, in words, for a number out of its range."""
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low:g} to {high:g}, not {value:g}")


def rhythm(kind: Kind, packets: int, size: int, *, burst: int = 1, frames: int = 25) -> Rhythm:
    """A rhythm of numbers that a person chose. Raises ValueError, in words."""
    within("packets per second", packets, 1, MOST_PACKETS)
    within("size", size, SMALLEST, LARGEST)
    within("burst", burst, 1, min(MOST_BURST, packets))
    within("frames per second", frames, 1, MOST_FRAMES)
    return Rhythm(kind, packets, size, burst=burst, frames_per_second=frames)


def messages(per_second: float, size: int, *, reliable: bool) -> Messages:
    """Data messages of numbers that a person chose. Raises ValueError, in words."""
    within("messages per second", per_second, 0.01, MOST_MESSAGES)
    within("size", size, SMALLEST_MESSAGE, LARGEST_MESSAGE)
    return Messages(per_second, size, reliable)


def churn(per_second: float, away: float, participants: int) -> Churn:
    """Coming and going of numbers that a person chose. Raises ValueError, in words."""
    within("per second", per_second, 0.01, MOST_JOINS)
    within("away", away, 0.0, LONGEST_AWAY)
    if per_second * away >= participants:
        raise ValueError(
            f"with {per_second:g} leaving each second and {away:g} s away, nobody of {participants} would be left"
        )
    return Churn(per_second, away)


def phase(number: int) -> float:
    """Seconds by which the sources of a plan's participant are late; the same whatever the size of the plan."""
    return number * GOLDEN % 1.0 * STAGGER


def tiles(identities: list[str], own: str, shown: int) -> frozenset[str]:
    """The cameras of a last-N view: all see the same first `shown` others."""
    first = [identity for identity in identities[: shown + 1] if identity != own]
    return frozenset(first[:shown])
