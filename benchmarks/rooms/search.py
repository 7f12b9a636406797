"""The search for the largest size that still works. Pure: a generator of sizes to try, told how each went."""

from collections import Counter
from collections.abc import Generator

FINE = 0.05  # share of the size: closer than that the machine's noise decides
TRIES = 2  # of the size that limits the result: one failure may be the machine's


def sizes(first: int, most: int) -> Generator[int, int, int]:
    """Yields sizes to try; returns the largest that worked, 0 for none.

    Is sent 0 when a size worked, else the size that was too much: itself, or less when that showed on the way there.
    Doubles from `first` until a size fails or `most` worked, then halves the interval until it is fine enough. The size
    that then limits the result is tried again; if it works, the search goes on above it.
    """
    good, size, failures = 0, min(first, most), Counter[int]()
    while True:
        failed = yield size
        if failed:
            failures[size if fine_enough(good, failed) else failed] += 1
        else:
            good = size
        bad = min((failed for failed in failures if failed > good), default=most + 1)
        if not fine_enough(good, bad):
            size = min(2 * good, most) if bad > most else (good + bad) // 2
        elif bad > most or failures[bad] == TRIES:
            return good
        else:
            size = bad


def fine_enough(good: int, bad: int) -> bool:
    """Whether nothing worth trying is left between a size that worked and one that did not."""
    return bad - good <= max(1, int(FINE * good))
