"""How a plan is run: numbers that are no part of the scenario."""

from dataclasses import dataclass

from benchmarks.rooms.guard import Limits

SAMPLE = 16  # packets of which one is decrypted: its stamp tells latency, and the client stays cheap


@dataclass(frozen=True, slots=True)
class Options:
    """The same for all servers of a comparison."""

    windows: int = 1
    seconds: float = 6.0
    """Of each window."""
    settle: float = 2.0
    """Seconds between everybody getting everything and the first window: key frames, estimators, caches."""
    sample: int = SAMPLE
    """One packet in so many is decrypted for its stamp; all are at the first receivers of some rooms."""
    size: int = 0
    """For `Outcome.size`: the number that the scenario scales by."""
    guard: Limits | None = None
    """For servers that belong to others: how gently to load them, and when to stop."""
