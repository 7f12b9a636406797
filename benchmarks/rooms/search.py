"""The search for the largest size that still works. Pure: a generator of sizes to try, told how each one went."""

from collections.abc import Generator

FINE = 0.05  # share of the size: closer than that the machine's noise decides


def sizes(first: int, most: int, *, fine: float = FINE) -> Generator[int, bool, int]:
    """Yields sizes to try and is sent whether each one worked; returns the largest that did, 0 for none.

    Doubles from `first` until a size fails or `most` worked, then halves the interval until it is finer than `fine`. A
    size that fails is tried a second time before it counts as failed.
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
        if bad - good <= max(1, int(fine * good)):
            return good
        size = min(2 * good, most) if bad > most else (good + bad) // 2
