"""What one real client saw of another, judged: arrivals in, figures and problems out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from benchmarks.media.check import freezes
from benchmarks.media.picture import NUMBERS

SILENCE_ALLOWED = 0.05  # of the sound: concealment after a hiccup of this machine


@dataclass(frozen=True, slots=True)
class View:
    """One sender at one receiver, in a window of time."""

    receiver: str
    sender: str
    first: float | None
    """Seconds from when both were there (the receiver began to connect, the sender had published) to a picture."""
    pictures: int
    per_second: float
    unreadable: int
    """Pictures without a readable number: damaged."""
    disordered: int
    """Pictures that are not newer than the one before."""
    freezes: int
    longest_gap: float
    """Seconds between two pictures."""
    delay: float
    """Seconds, median: from a picture's way into the sender's encoder to its way out of the receiver's decoder."""
    sound: int
    """Chunks of 10 ms."""
    silent: int
    """Of these, without the tone."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, in words. Slowness is told, not judged: it may be this machine's."""
        told = (
            (not self.pictures, "no picture"),
            (self.unreadable, f"{self.unreadable} damaged pictures"),
            (self.disordered, f"{self.disordered} pictures out of order"),
            (not self.sound, "no sound"),
            (self.silent > self.sound * SILENCE_ALLOWED, f"{self.silent} of {self.sound} pieces of sound are silent"),
        )
        return tuple(words for holds, words in told if holds)


def view(
    receiver: str,
    sender: str,
    pictures: Sequence[tuple[float, int | None]],
    sound: Sequence[tuple[float, bool]],
    *,
    taken: Mapping[int, float],
    since: float,
    window: tuple[float, float],
) -> View:
    """Judge what arrived inside the window; all times are monotonic seconds.

    `taken`: when each number was given away last; `since`: when both were there.
    """
    begin, end = window
    inside = [(at, number) for at, number in pictures if begin <= at < end]
    numbers = [number for _, number in inside if number is not None]
    times = [at for at, _ in inside]
    delays = [at - taken[number] for at, number in inside if number is not None and number in taken]
    heard = [loud for at, loud in sound if begin <= at < end]
    return View(
        receiver,
        sender,
        first=pictures[0][0] - since if pictures else None,
        pictures=len(inside),
        per_second=len(inside) / (end - begin),
        unreadable=len(inside) - len(numbers),
        disordered=sum(not 0 < (after - before) % NUMBERS < NUMBERS // 2 for before, after in pairwise(numbers)),
        freezes=freezes(times),
        longest_gap=max((after - before for before, after in pairwise(times)), default=0.0),
        delay=median(delays) if delays else 0.0,
        sound=len(heard),
        silent=heard.count(False),
    )
