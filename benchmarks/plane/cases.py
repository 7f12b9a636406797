"""All micro benchmarks, in the order in which they are reported."""

from benchmarks.plane.case import Case
from benchmarks.plane.feedback import feedback
from benchmarks.plane.forwarding import forwarding
from benchmarks.plane.parsing import parsing


def all_cases() -> tuple[Case, ...]:
    """Nothing is prepared yet."""
    return (*forwarding(), *feedback(), *parsing())
