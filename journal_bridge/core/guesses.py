"""How often somebody may be wrong about a code before they must wait.

Right codes are never counted, so a class that links in one room behind one address is not held up. A code of 30 bits
that lives ten minutes stands against that many guesses.
"""

from dataclasses import dataclass

WINDOW_SECONDS = 600.0  # as long as a code lives
PER_SOURCE = 30  # a room full of people who mistype once
ALL = 2000  # of everybody together: beyond it even the first wrong code makes its source wait
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Wrong codes since the window began; `until`: seconds since the epoch, the count is forgotten then."""

    count: int
    until: float


def must_wait(source: Wrong | None, everybody: Wrong | None, now: float) -> float | None:
    """Until when the source's codes are not even looked at; None: they are."""
    mine = _living(source, now)
    if mine is None:
        return None
    theirs = _living(everybody, now)
    limit = 1 if theirs is not None and theirs.count >= ALL else PER_SOURCE
    return mine.until if mine.count >= limit else None


def _living(wrong: Wrong | None, now: float) -> Wrong | None:
    return wrong if wrong is not None and now < wrong.until else None
