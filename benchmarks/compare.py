"""Our server beside every other one that is installed: same plans, interleaved, several rounds, one report."""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.console import Console

from benchmarks.command import programme, target
from benchmarks.command.display import Display, minutes
from benchmarks.command.programme import DEFAULT, Floor, Job, Measure, Search
from benchmarks.command.single import searched
from benchmarks.command.stop import UsageError, finished
from benchmarks.load.client import ConnectError
from benchmarks.peers.peer import Entrant, PeerError
from benchmarks.plane import floors
from benchmarks.plane.floors import FloorCost
from benchmarks.report import Report, publish
from benchmarks.report.capacity import capacity_method, capacity_section, probes_section
from benchmarks.report.floor import floor_section
from benchmarks.report.machine import PROGRAM
from benchmarks.report.method import LOOPBACK, NOT_MEASURED, of_client, of_runs, of_spread, sentences, versions
from benchmarks.report.sections import scenario_sections
from benchmarks.report.summary import Run, Summary, summaries
from benchmarks.rooms.capacity import Capacity, Limits, Probe, summary
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.run import run_alone

ROUNDS, SECONDS = 3, 4.0
EXAMPLES = f"""what --scenarios takes: names of scenarios, with a size behind a colon, capacity and floor
  (default: {" ".join(DEFAULT)})

examples:
  {PROGRAM}
  {PROGRAM} --rounds 5 --seconds 8
  {PROGRAM} --scenarios lecture:30 --only gcm --only default
  {PROGRAM} --scenarios class:30 webinar:200 storm
  {PROGRAM} --driver my_server.py"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of the comparison."""
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"turns of all servers (default: {ROUNDS})"
    )
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="S", help=f"of each measuring window (default: {SECONDS:g})"
    )
    parser.add_argument("--scenarios", nargs="+", default=list(DEFAULT), metavar="NAME", help="what to run, see below")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="servers with this in their name; may be repeated"
    )
    parser.add_argument("--gro", action="store_true", help="receivers take segments together, as hardware would")
    target.add_drivers(parser)


@dataclass
class Found:
    """What has been measured so far."""

    runs: list[Run] = field(default_factory=list)
    searches: list[tuple[Search, list[Probe]]] = field(default_factory=list)
    floors: tuple[FloorCost, ...] = ()
    failures: list[str] = field(default_factory=list)


def run(options: argparse.Namespace, console: Console) -> int:
    """The exit code: 0 when everything was measured."""
    if options.rounds < 1 or not 0.1 <= options.seconds <= 3600:
        raise UsageError("--rounds must be at least 1, --seconds from 0.1 to 3600")
    chosen = _entrants(options)
    jobs = programme.programme(options.scenarios, chosen, options.rounds, options.seconds)
    planned = [job.takes for job in jobs]
    console.print(f"{len(jobs)} runs of {len(chosen)} servers; this takes about {minutes(sum(planned))} minutes.")
    found = Found()
    with Display(console, planned) as display:
        complete = finished(_work(jobs, found, display, gro=options.gro))
    if not (found.runs or any(probes for _, probes in found.searches) or found.floors):
        console.print("nothing was measured")
        return 1
    publish(report(options, chosen, found), console)
    return 0 if complete and not found.failures else 1


def _entrants(options: argparse.Namespace) -> list[Entrant]:
    known = target.known(options.driver)
    wanted = [name.lower() for name in options.only]
    chosen = [one for one in known if not wanted or any(name in one.name.lower() for name in wanted)]
    if not chosen:
        raise UsageError(f"--only names none of: {'; '.join(one.name for one in known)}")
    return chosen


async def _work(jobs: Sequence[Job], found: Found, display: Display, *, gro: bool) -> None:
    """Fill `found` job by job, so that what was measured before an interruption is kept."""
    for job in jobs:
        try:
            match job:
                case Measure():
                    await _measure(job, found, display, gro=gro)
                case Search():
                    found.searches.append((job, []))
                    await searched(job.entrant, job.scenario, job.limits, found.searches[-1][1], display)
                case Floor():
                    await _floors(job, found, display)
        except (PeerError, ConnectError, OSError) as error:
            words = f"{_name(job)}: {str(error) or type(error).__name__}"
            found.failures.append(words)
            display.note(words)


async def _measure(job: Measure, found: Found, display: Display, *, gro: bool) -> None:
    """A run that was stopped early has windows as well: they are kept."""
    before = len(display.outcomes)
    display.announce(f"round {job.round + 1}, {job.entrant.name}")
    try:
        await run_alone(job.entrant, job.scenario.plan(), job.options, display, gro=gro)
    finally:
        found.runs += [Run(job.entrant.name, job.round, outcome) for outcome in display.outcomes[before:]]


async def _floors(job: Floor, found: Found, display: Display) -> None:
    display.step("the floor: a plain loop in C", job.takes)
    turns = floors.measure(job.profiles, job.receivers)
    while known := await asyncio.to_thread(next, turns, None):
        found.floors = known


def _name(job: Job) -> str:
    match job:
        case Measure():
            return f"{job.entrant.name}, {job.scenario.plan().title}"
        case Search():
            return f"{job.entrant.name}, capacity"
        case Floor():
            return "floor"


def report(options: argparse.Namespace, chosen: Sequence[Entrant], found: Found) -> Report:
    """Medians, spreads and ratios of what was measured, with what to doubt."""
    figures = summaries(found.runs)
    reference = next((one.name for one in chosen if one.reference), "")
    searches = [summary(job.entrant.name, job.scenario, probes) for job, probes in found.searches if probes]
    beside = floors_by_case(found.runs, chosen, found.floors)
    return Report(
        name="compare",
        title="Call servers side by side",
        method=_method(options, searches),
        sections=(
            *scenario_sections(figures, reference, beside),
            capacity_section(searches),
            *(probes_section(one) for one in searches),
            floor_section(found.floors),
        ),
        raw={"runs": found.runs, "capacity": searches, "floor": found.floors, "failures": found.failures},
        caveats=_caveats(chosen, found, figures),
        not_measured=("Servers that are not installed here.", *NOT_MEASURED),
        versions=versions(chosen),
    )


def floors_by_case(
    runs: Sequence[Run], chosen: Sequence[Entrant], known: Sequence[FloorCost]
) -> Mapping[tuple[str, str], float]:
    """Seconds per packet under a lecture of that size with the server's SRTP profile, at the lecture's own pace."""
    profiles = {one.name: one.profile for one in chosen}
    costs = {(one.profile, one.receivers): one.paced.median for one in known}
    lectures = [run for run in runs if run.outcome.plan == Lecture.NAME]
    keys = {(run.case, run.server): (profiles[run.server], run.outcome.size) for run in lectures}
    return {case: costs[key] for case, key in keys.items() if key in costs}


def _method(options: argparse.Namespace, searches: Sequence[Capacity]) -> tuple[str, ...]:
    turns = (
        f"{options.rounds} rounds, the servers taking turns within each, one server running at a time; medians "
        "(lowest-highest). Plans of more than 100 participants run once with each server."
    )
    capacity = [capacity_method(replace(Limits(), budget=programme.SEARCH_BUDGET))] if searches else []
    return (turns, *sentences(remote=False, windows=1, seconds=options.seconds, gro=options.gro), *capacity)


def _caveats(chosen: Sequence[Entrant], found: Found, figures: Sequence[Summary]) -> tuple[str, ...]:
    own = [one.caveat for one in chosen if one.caveat]
    failed = [f"Failed: {words}." for words in found.failures]
    return tuple(
        dict.fromkeys([*own, *failed, *of_runs(found.runs), *of_client(figures), *of_spread(figures), LOOPBACK])
    )
