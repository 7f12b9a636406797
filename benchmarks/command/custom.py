"""The command that runs a scenario out of a TOML file."""

import argparse
from pathlib import Path

from rich.console import Console

from benchmarks.command import single
from benchmarks.command.stop import UsageError
from benchmarks.report.machine import PROGRAM
from benchmarks.rooms.custom import CustomError, load

EXAMPLES = f"""examples:
  {PROGRAM} custom benchmarks/rooms/examples/school.toml
  {PROGRAM} custom school.toml --windows 10 --seconds 30
  {PROGRAM} custom school.toml --url wss://call.school.example --key KEY --yes

docs/benchmarks.md says what may stand in the file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and the flags of measuring."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the scenario (TOML)")
    single.add_arguments(parser)


def run(options: argparse.Namespace, console: Console) -> int:
    """The exit code."""
    try:
        plan = load(options.file)
    except CustomError as error:
        raise UsageError(str(error)) from error
    return single.measure(plan, 0, options, console)
