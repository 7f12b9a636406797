"""What a run tells while it goes on: contract between `rooms.run` and whoever shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.rooms.guard import Limits, steps
from benchmarks.rooms.options import Options
from benchmarks.rooms.outcome import Outcome, Window
from benchmarks.rooms.plan import Plan

JOIN_SECONDS = 0.1  # a guess for one participant that comes after another
FLOW_SECONDS = 1.0  # a guess for the last one to get everything
LEAVE_SECONDS = 1.0  # a guess for everybody to leave


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a run."""

    name: str
    """For people: "joining", "window 1 of 3"."""
    seconds: float
    """How long it takes, known or guessed."""


class Progress(Protocol):
    """Is told, in this order. Its methods must return at once and not raise."""

    def begin(self, server: str, plan: Plan, phases: Sequence[Phase]) -> None:
        """A run begins; these phases follow."""

    def enter(self, phase: Phase) -> None:
        """A phase begins, and so the one before it is over."""

    def advance(self, share: float) -> None:
        """So much of the phase is done, 0..1; only where the run knows better than the clock (joining)."""

    def window(self, window: Window) -> None:
        """A window was measured."""

    def note(self, text: str) -> None:
        """Something that a person wants to know at once: who failed and why."""

    def ended(self, outcome: Outcome) -> None:
        """Exactly once for each run that somebody got into, whole or not: after Ctrl-C too."""


class Silence:
    """Tells nobody."""

    def begin(self, server: str, plan: Plan, phases: Sequence[Phase]) -> None: ...
    def enter(self, phase: Phase) -> None: ...
    def advance(self, share: float) -> None: ...
    def window(self, window: Window) -> None: ...
    def note(self, text: str) -> None: ...
    def ended(self, outcome: Outcome) -> None: ...


def phases(plan: Plan, options: Options) -> tuple[Phase, ...]:
    """All phases of a run, in order; their seconds sum up to about its length without the server's start."""
    windows = (
        Phase(f"window {number} of {options.windows}" if options.windows > 1 else "measuring", options.seconds)
        for number in range(1, options.windows + 1)
    )
    return (
        Phase("joining", _joining(plan, options.guard)),
        Phase("waiting for media", FLOW_SECONDS),
        Phase("settling", options.settle),
        *windows,
        Phase("leaving", LEAVE_SECONDS),
    )


def _joining(plan: Plan, guard: Limits | None) -> float:
    participants = len(plan.seats)
    rate = plan.joins_per_second or 1 / JOIN_SECONDS
    if guard is None:
        return participants / rate
    pauses = len(list(steps(participants, guard.first_step))) - 1
    return participants / min(rate, guard.joins_per_second) + pauses * guard.pause
