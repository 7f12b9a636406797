"""So that nobody overloads a server by mistake: how fast load may grow, and when enough went wrong to stop. Pure.

In: what a run has seen, about once a second. Out: a reason to stop, in words.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.rooms.plan import Plan

ASK_PARTICIPANTS = 50  # more than a class with its guests: the person has to say that it is meant
ASK_MEGABITS = 50.0  # Mbit/s out of the server: half of the slowest link that servers rent out
FEW = 100  # packets: less in the last seconds says nothing about their loss
SLOW_SIGHTS = 2  # in a row with too high a latency: one slow second happens to everybody


@dataclass(frozen=True, slots=True)
class Limits:
    """The error budget and the ramp; the defaults suit a server on which real calls may be running."""

    joins_per_second: float = 5.0
    first_step: int = 5
    """Participants of the first step; each further step at most doubles them."""
    pause: float = 3.0
    """Seconds for which the server is watched after each step."""
    failures: int = 2
    """Participants that may fail whatever the share."""
    failed: float = 0.05
    """Share of participants that may fail."""
    loss: float = 0.05
    """Share of packets lost in the last seconds."""
    seconds: float = 3.0
    """How long the last seconds are."""
    slower: float = 0.3
    """Seconds by which latency (p99) may rise above that of the first step."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen at a moment; the counters since the run began."""

    now: float
    tried: int
    """Participants that began to join."""
    failed: int
    """Did not get in, or were put out."""
    problem: str
    """The last one's."""
    received: int
    lost: int
    p99: float | None
    """Seconds of added latency since the last sight; None when nothing was received."""


class Guard:
    """Compares sights with the limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._sights: deque[Sight] = deque()
        self._usual: float | None = None
        self._slow = 0

    def check(self, sight: Sight) -> str:
        """A reason to stop, or nothing."""
        self._sights.append(sight)
        while sight.now - self._sights[0].now > self._limits.seconds:
            self._sights.popleft()
        return self._failures(sight) or self._loss(sight) or self._latency(sight)

    def _failures(self, sight: Sight) -> str:
        if sight.failed <= max(self._limits.failures, self._limits.failed * sight.tried):
            return ""
        return f"{sight.failed} of {sight.tried} participants failed, the last one with: {sight.problem}"

    def _loss(self, sight: Sight) -> str:
        first = self._sights[0]
        received, lost = sight.received - first.received, sight.lost - first.lost
        if received + lost < FEW or lost <= self._limits.loss * (received + lost):
            return ""
        return f"{lost / (received + lost):.0%} of the packets of the last seconds were lost"

    def _latency(self, sight: Sight) -> str:
        if sight.p99 is None:
            return ""
        if self._usual is None:
            self._usual = sight.p99
        self._slow = self._slow + 1 if sight.p99 > self._usual + self._limits.slower else 0
        if self._slow < SLOW_SIGHTS:
            return ""
        return f"latency (p99) rose from {self._usual * 1e3:.0f} to {sight.p99 * 1e3:.0f} ms"


def steps(participants: int, first: int) -> Iterator[int]:
    """Participants that join in each step: never more than are there already."""
    inside = 0
    while inside < participants:
        step = min(max(first, inside), participants - inside)
        inside += step
        yield step


def warning(plan: Plan) -> str:
    """What a plan is going to do to a server, for a person to agree to; empty for a small one."""
    into, out = (bits / 1e6 for bits in plan.bits_per_second())
    if len(plan.seats) <= ASK_PARTICIPANTS and out <= ASK_MEGABITS:
        return ""
    rooms = f"{len(plan.rooms)} rooms" if len(plan.rooms) > 1 else "one room"
    return (
        f"{plan.title}: {len(plan.seats)} participants will join {rooms}, send {into:.0f} Mbit/s to the server and "
        f"make it send {out:.0f} Mbit/s ({plan.packets_per_second()[1]:,} packets a second). Calls on it may suffer."
    )
