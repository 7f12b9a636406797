"""The search for the largest size that still works. Pure: a generator of sizes to try, told how each one went."""

from collections.abc import Generator

FINE = 0.05  # share of the size: closer than that the machine's noise decides


def sizes(first: int, most: int) -> Generator[int, bool, int]:
    """Yields sizes to try and is sent whether each one worked; returns the largest that did, 0 for none.

    Doubles from `first` until a size fails or `most` worked, then halves the interval until it is fine enough. A size
    that fails is tried a second time before it counts as failed.
    """
    good, bad, size = 0, most + 1, min(first, most)
    while True:
        worked = yield size
        if not worked:
            worked = yield size
        if worked:
            good = size
        else:
            bad = size
        if fine_enough(good, bad):
            return good
        size = min(2 * good, most) if bad > most else (good + bad) // 2


def fine_enough(good: int, bad: int) -> bool:
    """Whether nothing worth trying is left between a size that worked and one that did not."""
    return bad - good <= max(1, int(FINE * good))
