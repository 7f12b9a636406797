"""When to make the subscriber connection's offers: changes are collected, one offer is under way at a time.

In: "something changed", answers, loss and return of the signal connection. Out: `poll` says what is due.
"""

from dataclasses import dataclass

GATHER = 0.05
"""Seconds that a change waits for others: a microphone and a camera come alive one shortly after the other."""

IDLE_GATHER = 2.0
IDLE_SHARE = 4
"""Seconds that a change waits which nobody hears or sees, or so many times as long as the last answer took: tracks that
are gone, of which clients learn in other ways as well, and muted ones. In a class that is moved it would take the place
of what everybody waits for, the more so the busier client and server are."""

DEBOUNCE = 0.15
"""Seconds between two offers of changes: the cost of an offer grows with all its sections, not with the change."""

MAX_REST = 1.0
"""Seconds at most between an answer and the next offer. A client, or a server, that is slow to answer is busy: it rests
as long as the answer took, so that a hundred who come at once are offered to each other in few offers."""

ANSWER_TIMEOUT = 15.0
"""Seconds a client has to answer before it is told to connect anew."""


@dataclass(frozen=True, slots=True)
class OfferDue:
    """Make and send the offer with this id."""

    offer: int
    restart_ice: bool


@dataclass(frozen=True, slots=True)
class AnswerMissing:
    """The client did not answer the offer in time."""


class OfferSchedule:
    """The offers of one subscriber connection. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._offer = 0  # id of the last offer made
        self._sent_at: float | None = None  # of the offer that has no answer yet
        self._wanted_at: float | None = None
        self._is_new = True  # no change was offered yet
        self.is_first = False
        """Whether the client waits for the first tracks of a room: its offer goes before those of others."""
        self._collects_until = 0.0
        self._rests_until = 0.0
        self._took = 0.0  # seconds of the last answer, MAX_REST at most
        self._restart_ice = False
        self._suspended = False

    def change(self, now: float, *, urgent: bool = True) -> None:
        """The sections changed: an offer is wanted soon, at once by who waits for its first picture; later, when the
        change is not urgent."""
        if not urgent:
            due = now + max(IDLE_GATHER, IDLE_SHARE * self._took)
        elif self._is_new:
            due, self._is_new, self.is_first = now, False, True
        else:
            due = max(now + GATHER, self._collects_until)
        self._wanted_at = due if self._wanted_at is None else min(self._wanted_at, due)

    def begin(self, now: float) -> None:
        """The first offer is wanted at once."""
        self._wanted_at = now

    def moved(self, now: float) -> None:
        """The client is in another room, where it waits for its first picture."""
        self._is_new = True
        self._rests_until = now

    def suspend(self) -> None:
        """The signal connection is gone: an offer could not arrive, nor its answer."""
        self._suspended = True

    def resume(self, now: float) -> None:
        """The signal connection is back: an offer that restarts ICE is wanted at once, whatever was under way."""
        self._suspended = False
        self._sent_at = None
        self._restart_ice = True
        self._wanted_at = self._rests_until = now

    def answered(self, offer: int, now: float) -> bool:
        """Whether an answer with this id belongs to the offer under way; if so, the next one may be made.

        Clients of old protocols do not echo the id and send 0.
        """
        if self._sent_at is None or offer not in (0, self._offer):
            return False
        self._took = min(now - self._sent_at, MAX_REST)
        self._rests_until = now + self._took
        self._sent_at = None
        return True

    def poll(self, now: float) -> OfferDue | AnswerMissing | None:
        """What is due now, if anything."""
        due_at = self.deadline()
        if due_at is None or now < due_at:
            return None
        if self._sent_at is not None:
            self._sent_at = None
            return AnswerMissing()
        self._offer += 1
        self.is_first = False
        due = OfferDue(self._offer, self._restart_ice)
        self._sent_at, self._wanted_at, self._restart_ice = now, None, False
        self._collects_until = now + DEBOUNCE
        return due

    def deadline(self) -> float | None:
        if self._suspended:
            return None
        if self._sent_at is not None:
            return self._sent_at + ANSWER_TIMEOUT
        return None if self._wanted_at is None else max(self._wanted_at, self._rests_until)
