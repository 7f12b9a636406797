"""Times of a piece of work and of a reference, taken by turns. Pure but for `alternate`."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

# Noise only adds to a time: the lowest of many are near the truth. The very lowest is luck: it moved by up to 30 % from
# run to run where this one moved by 5.
LOW = 0.05
FEWEST = 3  # samples of a pass
PASSES = 7
PATIENCE = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """One run of a piece of work."""

    spent: int
    """Nanoseconds of CPU."""
    operations: int


Sampler = Callable[[], Sample]


@dataclass(frozen=True, slots=True)
class Timing:
    """What repeated runs of a piece of work and of its reference gave."""

    nanoseconds: float
    """Of one operation."""
    reference: float
    """Nanoseconds of one operation of the reference."""
    samples: int

    @property
    def ratio(self) -> float:
        """Operations of the reference that take as long as one of the work."""
        return self.nanoseconds / self.reference


def low(values: Sequence[float], share: float = LOW) -> float:
    """The value that `share` (0..1) of all do not reach. Raises ValueError when there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return sorted(values)[int(share * len(values))]


def alternate(
    prepare: Callable[[], Sampler], prepare_reference: Callable[[], Sampler], seconds: float, passes: int = PASSES
) -> Timing:
    """Run work and reference by turns for so many seconds of CPU in all; the pass whose ratio is the median.

    On a machine that is busy otherwise it takes longer, up to PATIENCE times as long; then it ends with fewer samples.

    Each pass prepares both afresh, as where in memory things happen to lie makes a difference of some per cent.
    """
    found = sorted(
        (_one_pass(prepare(), prepare_reference(), seconds / passes) for _ in range(passes)),
        key=lambda timing: timing.ratio,
    )
    return found[len(found) // 2]


def _one_pass(work: Sampler, reference: Sampler, seconds: float) -> Timing:
    taken: tuple[list[float], list[float]] = ([], [])
    end, give_up = time.thread_time() + seconds, time.monotonic() + PATIENCE * seconds
    with _no_collection():
        while (time.thread_time() < end and time.monotonic() < give_up) or len(taken[0]) < FEWEST:
            for kept, sampler in zip(taken, (work, reference), strict=True):
                sample = sampler()
                kept.append(sample.spent / sample.operations)
    return Timing(low(taken[0]), low(taken[1]), len(taken[0]))


@contextmanager
def _no_collection() -> Iterator[None]:
    """A collection in the middle of a sample would be counted as its cost."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
