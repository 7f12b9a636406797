"""The search for the largest size that still works. Pure: a generator of sizes to try, told how each one went."""

from collections import Counter
from collections.abc import Generator

FINE = 0.05  # share of the size: closer than that the machine's noise decides
TRIES = 2  # of the size that limits the result: one failure may be the machine's


def sizes(first: int, most: int) -> Generator[int, bool, int]:
    """Yields sizes to try and is sent whether each one worked; returns the largest that did, 0 for none.

    Doubles from `first` until a size fails or `most` worked, then halves the interval until it is fine enough. The size
    that then limits the result is tried a second time; if it works, the search goes on above it.
    """
    good, size, failures = 0, min(first, most), Counter[int]()
    while True:
        if (yield size):
            good = size
        else:
            failures[size] += 1
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
