"""`zvonok bench classroom`: a class goes to its breakout rooms and comes back, on our own server.

Pupils enter a journal's call, the teacher opens rooms, speaks to all of them, the server restarts in the middle, and
everybody is called back. Measured is the time until each has voice and picture of their room.
"""

import argparse

from rich.console import Console

from benchmarks.classroom.course import Findings, Plan
from benchmarks.classroom.course import run as run_course
from benchmarks.classroom.report import report
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, succeeded
from benchmarks.load.client import ConnectError
from benchmarks.peers import entrants
from benchmarks.peers.peer import PeerError
from benchmarks.report import publish
from signalling.core.call.messages import MAX_ROOMS

PEOPLE, ROOMS, ROUNDS = 100, 50, 1
MOST_PEOPLE, MOST_ROUNDS = 290, 100
EACH = 0.1  # seconds for somebody to come, about
STEP = 5.0  # seconds for a step, about
OURS = "Zvonok, GCM128"
EXAMPLES = """examples:
  zvonok bench classroom                             100 pupils in 50 rooms
  zvonok bench classroom --people 30 --rooms 10 --rounds 5"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument("--people", type=int, default=PEOPLE, metavar="N", help=f"pupils (default: {PEOPLE})")
    parser.add_argument("--rooms", type=int, default=ROOMS, metavar="N", help=f"breakout rooms (default: {ROOMS})")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help=f"openings and recalls first (default: {ROUNDS})"
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when nobody was lost and everybody was in the same room after the restart."""
    plan = _plan(options)
    entrant = next(one for one in entrants() if one.name == OURS)
    found: list[Findings] = []
    seconds = EACH * 2 * plan.people + STEP * (2 * plan.rounds + 5)
    with Display(console, [seconds]) as display:
        display.step(f"{entrant.name}: {plan.people} pupils in {plan.rooms} rooms", seconds)
        work = run_course(plan, found.append, display.say)
        complete = succeeded(work, entrant.name, (PeerError, ConnectError), console)
    if not found or not found[0].steps:
        console.print("nothing was measured")
        return 1
    (findings,) = found
    publish(report(plan, findings, name=entrant.name, version=entrant.version), console)
    whole = complete and findings.same_rooms is True and not any(step.lost for step in findings.steps)
    return 0 if whole else 1


def _plan(options: argparse.Namespace) -> Plan:
    if not 1 <= options.rooms <= MAX_ROOMS:
        raise UsageError(f"--rooms must be from 1 to {MAX_ROOMS}")
    if not 2 * options.rooms <= options.people <= MOST_PEOPLE:
        raise UsageError(f"--people must be from {2 * options.rooms}, two in each room, to {MOST_PEOPLE}")
    if not 0 <= options.rounds <= MOST_ROUNDS:
        raise UsageError(f"--rounds must be from 0 to {MOST_ROUNDS}")
    return Plan(options.people, options.rooms, options.rounds)
