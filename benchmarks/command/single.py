"""One plan, or one search for capacity, on one server: what the commands of scenarios and of TOML files share."""

import argparse

from rich.console import Console

from benchmarks.command import target
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, succeeded
from benchmarks.command.timetable import START
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.peers.peer import Entrant, PeerError
from benchmarks.report import Report, publish
from benchmarks.report.capacity import capacity_method, capacity_section, probes_section
from benchmarks.report.method import LOOPBACK, NOT_MEASURED, of_client, of_runs, of_spread, sentences, versions
from benchmarks.report.sections import scenario_sections
from benchmarks.report.summary import Run, summaries
from benchmarks.rooms import capacity, guard
from benchmarks.rooms.options import Options
from benchmarks.rooms.plan import Plan, Scenario
from benchmarks.rooms.progress import phases
from benchmarks.rooms.run import run_alone, started

SECONDS = 6.0  # of a window: long enough for a p99 of a few hundred packets a second


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of measuring and of the server."""
    group = parser.add_argument_group("measuring")
    group.add_argument("--windows", type=int, default=1, metavar="N", help="windows, one after the other (default: 1)")
    group.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="S", help=f"of each window (default: {SECONDS:g})"
    )
    group.add_argument("--gro", action="store_true", help="receivers take segments together, as hardware would")
    target.add_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="load somebody else's server beyond a gentle size")


def add_capacity_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of a search."""
    usual = capacity.Limits()
    group = parser.add_argument_group("search for the largest size")
    group.add_argument("--capacity", action="store_true", help="find the largest size that the server carries")
    group.add_argument(
        "--loss", type=float, default=usual.loss * 100, metavar="%", help=f"below it (default: {usual.loss * 100:g})"
    )
    group.add_argument(
        "--p99", type=float, default=usual.p99 * 1e3, metavar="MS", help=f"below it (default: {usual.p99 * 1e3:g})"
    )


def measure(plan: Plan, size: int, options: argparse.Namespace, console: Console) -> int:
    """Run the plan, show and write the report; the exit code."""
    _checked(options)
    entrant, remote = target.chosen(options), target.is_remote(options)
    if remote and not options.yes and (words := guard.warning(plan)):
        raise UsageError(f"{words} Say --yes if that is meant.")
    limits = guard.Limits() if remote else None
    settings = Options(windows=options.windows, seconds=options.seconds, size=size, guard=limits)
    planned = START + sum(phase.seconds for phase in phases(plan, settings))
    with Display(console, [planned]) as display:
        display.announce(entrant.name)
        work = run_alone(entrant, plan, settings, display, gro=options.gro)
        complete = succeeded(work, entrant.name, (PeerError, ConnectError), console)
    runs = [Run(entrant.name, 0, outcome) for outcome in display.outcomes]
    if not runs:
        console.print("nothing was measured")
        return 1
    publish(_report(plan, entrant, runs, options), console, hidden=target.hidden(options))
    return 0 if complete and not any(run.outcome.stopped for run in runs) else 1


def search(scenario: Scenario, options: argparse.Namespace, console: Console) -> int:
    """Search for the largest size, show and write the report; the exit code."""
    _checked(options)
    entrant = target.chosen(options)
    if target.is_remote(options) and not options.yes:
        raise UsageError(
            "a search for capacity drives the server into overload on purpose. Say --yes if that is meant."
        )
    limits = _limits(options)
    probes: list[capacity.Probe] = []
    with Display(console, [START + limits.budget]) as display:
        work = searched(entrant, scenario, limits, probes, display)
        complete = succeeded(work, entrant.name, (PeerError, ConnectError, OSError), console)
    if not probes:
        console.print("nothing was measured")
        return 1
    found = capacity.summary(entrant.name, scenario, probes)
    publish(_capacity_report(scenario, entrant, found, limits, options), console, hidden=target.hidden(options))
    return 0 if complete and found.size else 1


async def searched(
    entrant: Entrant, scenario: Scenario, limits: capacity.Limits, probes: list[capacity.Probe], display: Display
) -> None:
    """Start the server, search on it, stop it; `probes` is filled one by one. Raises PeerError and OSError."""

    def told(probe: capacity.Probe) -> None:
        probes.append(probe)
        verdict = probe.problem or "works"
        display.say(f"    {scenario.SIZE} {probe.size}: {verdict}{', client at its limit' * probe.client_bound}")
        if probe.window is not None:
            display.window(probe.window)

    display.step(f"{entrant.name}: the largest {scenario.NAME}", limits.budget)
    async with LoadClient(entrant.profile) as client, started(entrant, client) as peer:
        await capacity.search(peer, client, scenario, limits, told)


def _limits(options: argparse.Namespace) -> capacity.Limits:
    if not 0 < options.loss <= 100:
        raise UsageError("--loss must be above 0 and at most 100")
    if not 0 < options.p99 <= 10_000:
        raise UsageError("--p99 must be above 0 and at most 10000")
    return capacity.Limits(loss=options.loss / 100, p99=options.p99 / 1e3)


def _checked(options: argparse.Namespace) -> None:
    if options.windows < 1:
        raise UsageError("--windows must be at least 1")
    if not 0.1 <= options.seconds <= 3600:
        raise UsageError("--seconds must be from 0.1 to 3600")


def _report(plan: Plan, entrant: Entrant, runs: list[Run], options: argparse.Namespace) -> Report:
    found, remote = summaries(runs), target.is_remote(options)
    caveats = [*([entrant.caveat] if entrant.caveat else []), *of_runs(runs), *of_client(found), *of_spread(found)]
    return Report(
        name=plan.name,
        title=f"{plan.title}: {entrant.name}",
        method=sentences(remote=remote, windows=options.windows, seconds=options.seconds, gro=options.gro),
        sections=scenario_sections(found),
        raw={"runs": runs},
        caveats=tuple(caveats) if remote else (*caveats, LOOPBACK),
        not_measured=NOT_MEASURED,
        versions=versions([entrant]),
    )


def _capacity_report(
    scenario: Scenario,
    entrant: Entrant,
    found: capacity.Capacity,
    limits: capacity.Limits,
    options: argparse.Namespace,
) -> Report:
    remote = target.is_remote(options)
    method = sentences(remote=remote, windows=1, seconds=limits.window)
    return Report(
        name=f"capacity-{scenario.NAME}",
        title=f"Largest {scenario.NAME}: {entrant.name}",
        method=(capacity_method(limits), *method),
        sections=(capacity_section([found]), probes_section(found)),
        raw={"capacity": found, "scenario": scenario, "limits": limits},
        caveats=(entrant.caveat,) if entrant.caveat else (),
        not_measured=NOT_MEASURED,
        versions=versions([entrant]),
    )
