"""What a micro benchmark is, for the modules that define some."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.plane.calibration import CALIBRATIONS
from benchmarks.plane.sampling import PASSES, Sampler, Timing, alternate


@dataclass(frozen=True, slots=True)
class Case:
    """One micro benchmark."""

    name: str
    operation: str
    """What is counted, singular."""
    calibration: str
    """Name of a calibration: work of the same nature."""
    prepare: Callable[[], Sampler]
    effort: int = 1
    """Times as long as others to be measured: what waits for memory varies more."""


def timed(case: Case, seconds: float) -> Timing:
    """Beside its reference work, for so many seconds of CPU times its effort."""
    reference = CALIBRATIONS[case.calibration]
    return alternate(case.prepare, reference, seconds * case.effort, PASSES * case.effort)


def checked(name: str, wanted: int, found: int) -> int:
    """`found`; raises RuntimeError when the plane did something else than what is to be timed."""
    if wanted != found:
        raise RuntimeError(f"{name}: {found} instead of {wanted}")
    return found
