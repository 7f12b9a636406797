"""What the comparison runs, in which order. Pure: names and numbers in, a list of jobs out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.command.stop import UsageError
from benchmarks.command.timetable import START
from benchmarks.peers.peer import Entrant
from benchmarks.plane import floors
from benchmarks.rooms import SCENARIOS
from benchmarks.rooms.capacity import Limits
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.options import Options
from benchmarks.rooms.plan import Scenario
from benchmarks.rooms.progress import phases
from sfu.plane.model import SrtpProfile

DEFAULT = ("lecture:10", "lecture:30", "class:12", "breakout:50", "capacity", "floor")
CAPACITY, FLOOR = "capacity", "floor"
FLOOR_SIZES = (10, 30)  # receivers of the floor when no lecture names others
SEARCHED = Lecture(receivers=40)  # of which the largest is searched, from that size on
MANY = 100  # participants: plans beyond run once with each server, since joining takes longer than measuring
SEARCH_BUDGET = 90.0  # seconds for each entrant


@dataclass(frozen=True, slots=True)
class Measure:
    """Run a plan on a server."""

    entrant: Entrant
    scenario: Scenario
    round: int
    seconds: float

    @property
    def options(self) -> Options:
        return Options(seconds=self.seconds, size=int(getattr(self.scenario, self.scenario.SIZE)))

    @property
    def takes(self) -> float:
        """Seconds, guessed."""
        return START + sum(phase.seconds for phase in phases(self.scenario.plan(), self.options))


@dataclass(frozen=True, slots=True)
class Search:
    """Search the largest lecture of a server."""

    entrant: Entrant
    scenario: Scenario
    limits: Limits

    @property
    def takes(self) -> float:
        """Seconds at most."""
        return START + self.limits.budget


@dataclass(frozen=True, slots=True)
class Floor:
    """Measure what a plain loop in C costs, forwarding what the lectures do."""

    receivers: tuple[int, ...]
    profiles: tuple[SrtpProfile, ...]

    @property
    def takes(self) -> float:
        """Seconds, guessed."""
        return floors.TURN * floors.turns(len(self.profiles), len(self.receivers))


Job = Measure | Search | Floor


def programme(names: Sequence[str], entrants: Sequence[Entrant], rounds: int, seconds: float) -> list[Job]:
    """Servers take turns within each round, so that a noisy minute of the machine hits all of them alike.

    `names` as in DEFAULT: scenarios of `rooms.SCENARIOS`, with a size behind a colon; CAPACITY; FLOOR. Raises
    UsageError.
    """
    scenarios = [_scenario(name) for name in names if name not in (CAPACITY, FLOOR)]
    jobs: list[Job] = [_floor(scenarios, entrants)] if FLOOR in names else []
    for turn in range(rounds):
        for scenario in scenarios:
            if turn == 0 or len(scenario.plan().seats) <= MANY:
                jobs += [Measure(entrant, scenario, turn, seconds) for entrant in entrants]
    if CAPACITY in names:
        jobs += [Search(entrant, SEARCHED, replace(Limits(), budget=SEARCH_BUDGET)) for entrant in entrants]
    return jobs


def _floor(scenarios: Sequence[Scenario], entrants: Sequence[Entrant]) -> Floor:
    """Beside the lectures with the usual packets, for the profiles that are compared."""
    sizes = tuple(dict.fromkeys(one.receivers for one in scenarios if isinstance(one, Lecture)))
    return Floor(sizes or FLOOR_SIZES, tuple(dict.fromkeys(entrant.profile for entrant in entrants)))


def _scenario(name: str) -> Scenario:
    word, colon, size = name.partition(":")
    if word not in SCENARIOS:
        raise UsageError(f"--scenarios: {word!r} is none of {', '.join([*SCENARIOS, CAPACITY, FLOOR])}")
    if colon and not size.isdecimal():
        raise UsageError(f"--scenarios: {name}: the size behind the colon is a whole number")
    try:
        scenario = SCENARIOS[word]()
        scenario = scenario.sized(int(size)) if colon else scenario
        scenario.plan()
    except ValueError as error:
        raise UsageError(f"--scenarios: {name}: {error}") from error
    return scenario
