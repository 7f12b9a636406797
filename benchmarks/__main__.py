"""Command line of the harness: `python -m benchmarks [cost | soak | move | plane]`; without a command, `cost`.

Ctrl-C ends a run early; what was measured until then is printed and written.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks import cost, limit, move, soak
from benchmarks.report import Report, write
from benchmarks.rooms.measure import Window


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the run was complete and has figures, else 1."""
    parsed = _parser().parse_args(arguments)
    return int(parsed.handler(parsed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Zvonok and other servers.")
    parser.set_defaults(handler=_cost, **vars(_cost_options().parse_args([])))
    commands = parser.add_subparsers(title="commands")
    parent = _cost_options()
    commands.add_parser("cost", parents=[parent], help="server CPU per outgoing packet").set_defaults(handler=_cost)
    long = commands.add_parser("soak", help="one class for minutes: latency, loss, growth of memory")
    long.add_argument("--minutes", type=float, default=10.0)
    long.add_argument("--participants", type=int, default=30)
    long.add_argument("--python-load", action="store_true", help="block the server's event loop half of the time")
    long.set_defaults(handler=_soak)
    moving = commands.add_parser("move", help="time to pictures after a move between rooms, LiveKit SDK")
    moving.add_argument("--moves", type=int, default=20)
    moving.set_defaults(handler=_move)
    floor = commands.add_parser("plane", help="the floor under any forwarder on this machine")
    floor.set_defaults(handler=_plane)
    return parser


def _cost_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--receivers", type=int, nargs="+", default=[10, 30], metavar="N")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=6.0, help="of each measuring window")
    options.add_argument("--burst", type=int, default=1, help="video packets sent back to back")
    options.add_argument("--gro", action="store_true", help="receivers take segments together, as hardware would")
    options.add_argument("--only", default="", help="take servers with this in their name")
    return options


def _cost(parsed: argparse.Namespace) -> int:
    options = cost.Options(
        receivers=tuple(parsed.receivers),
        rounds=parsed.rounds,
        seconds=parsed.seconds,
        burst=parsed.burst,
        gro=parsed.gro,
        only=parsed.only,
    )
    runs: list[cost.Run] = []
    complete = _finished(cost.run(options, runs, say))
    if not runs:
        say("nothing was measured")
        return 1
    _show(cost.report(options, runs))
    return 0 if complete else 1


def _soak(parsed: argparse.Namespace) -> int:
    options = soak.Options(parsed.minutes, parsed.participants, parsed.python_load)
    windows: list[Window] = []
    complete = _finished(soak.run(options, windows, say))
    if not windows:
        say("nothing was measured")
        return 1
    _show(soak.report(options, windows))
    return 0 if complete else 1


def _move(parsed: argparse.Namespace) -> int:
    found: list[move.Move] = []
    complete = _finished(move.run(parsed.moves, found, say))
    if not found:
        say("nothing was measured")
        return 1
    _show(move.report(found))
    return 0 if complete else 1


def _plane(_: argparse.Namespace) -> int:
    found: list[limit.Case] = []
    complete = False
    with contextlib.suppress(KeyboardInterrupt):
        limit.run(found, say)
        complete = True
    _show(limit.report(found))
    return 0 if complete else 1


def _finished(work: Any) -> bool:
    """Run to the end; False after Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work)
        return True
    return False


def _show(report: Report) -> None:
    say("\n" + report.text())
    say("\nwritten: " + ", ".join(str(path) for path in write(report)))


def say(text: str) -> None:
    """Progress and results."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
