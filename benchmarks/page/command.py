"""`zvonok bench page`: what a real browser receives of a class and of the wall of rooms, and what that costs."""

import argparse

from rich.console import Console

from benchmarks.classroom.server import running
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, succeeded
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.page import scenes
from benchmarks.page.report import report
from benchmarks.page.scenes import Findings, Plan
from benchmarks.peers import entrants
from benchmarks.peers.peer import PeerError
from benchmarks.report import publish
from signalling.core.call.messages import MAX_ROOMS

PEOPLE, ROOMS, SECONDS = 30, 50, 10.0
FEWEST, MOST = 4, 100
LONGEST = 600.0
VIEWS = 6  # of the longer scene
EACH = 0.5  # seconds for somebody to come, about
OURS = "Zvonok, GCM128"
EXAMPLES = """examples:
  zvonok bench page                            a class of 30, and the wall of 50 rooms with 100 pupils
  zvonok bench page --people 12 --rooms 5 --seconds 5"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--people", type=int, default=PEOPLE, metavar="N", help=f"in the class (default: {PEOPLE})")
    parser.add_argument(
        "--rooms", type=int, default=ROOMS, metavar="N", help=f"on the wall, two pupils in each (default: {ROOMS})"
    )
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="S", help=f"for each view (default: {SECONDS:g})"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when both scenes were measured."""
    plans = _plans(options)
    entrant = next(one for one in entrants() if one.name == OURS)
    times = [EACH * plan.people + VIEWS * (plan.settle + plan.seconds) for plan in plans]
    found: list[Findings] = []
    with Display(console, times) as display:
        for plan, seconds in zip(plans, times, strict=True):
            display.step(f"{entrant.name}: {plan.people} people, {plan.rooms or 'no'} breakout rooms", seconds)
            findings = Findings()
            complete = succeeded(_scene(plan, findings, display), entrant.name, (PeerError, ConnectError), console)
            if findings.views:
                found.append(findings)
            if not complete:
                break
    if not found:
        console.print("nothing was measured")
        return 1
    publish(report(plans[: len(found)], tuple(found), name=entrant.name, version=entrant.version), console)
    return 0 if complete else 1


async def _scene(plan: Plan, findings: Findings, display: Display) -> None:
    async with LoadClient(entrants()[0].profile) as client, running() as (server, http, key):
        await scenes.run(plan, client, server, http, key, findings, display.say)


def _plans(options: argparse.Namespace) -> tuple[Plan, ...]:
    if not FEWEST <= options.people <= MOST:
        raise UsageError(f"--people must be from {FEWEST} to {MOST}")
    if not 2 <= options.rooms <= MAX_ROOMS:
        raise UsageError(f"--rooms must be from 2 to {MAX_ROOMS}")
    if not 1 <= options.seconds <= LONGEST:
        raise UsageError(f"--seconds must be from 1 to {LONGEST:g}")
    return Plan(options.people, 0, options.seconds), Plan(2 * options.rooms + 1, options.rooms, options.seconds)
