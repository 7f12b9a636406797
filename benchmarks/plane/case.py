"""What a micro benchmark is, for the modules that define some."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.plane.sampling import Sampler


@dataclass(frozen=True, slots=True)
class Case:
    """One micro benchmark."""

    name: str
    operation: str
    """What is counted, singular."""
    calibration: str
    """Name of a calibration: work of the same nature."""
    prepare: Callable[[], Sampler]


def checked(name: str, wanted: int, found: int) -> int:
    """`found`; raises RuntimeError when the plane did something else than what is to be timed."""
    if wanted != found:
        raise RuntimeError(f"{name}: {found} instead of {wanted}")
    return found
