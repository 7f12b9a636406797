"""The command of a scenario: its fields are flags."""

import argparse

from rich.console import Console

from benchmarks.command import flags, single
from benchmarks.report.machine import PROGRAM
from benchmarks.rooms.plan import Scenario


def help_of(kind: type[Scenario]) -> str:
    """The first line of the scenario's docstring, as a line of a list."""
    line = (kind.__doc__ or "").strip().splitlines()[0].rstrip(".")
    return line if line.startswith("N ") else line[:1].lower() + line[1:]  # "N join": a number, not a word


class ScenarioCommand:
    """One scenario as a command of the harness."""

    def __init__(self, kind: type[Scenario]) -> None:
        self._kind = kind
        name, size = kind.NAME, kind.SIZE.replace("_", "-")
        self.EXAMPLES = f"""examples:
  {PROGRAM} {name} --windows 5 --seconds 10
  {PROGRAM} {name} --{size} 100 --profile cm80
  {PROGRAM} {name} --capacity
  {PROGRAM} {name} --server janus
  ZVONOK_API_SECRET=... {PROGRAM} {name} --{size} 10 --url wss://call.school.example --key KEY"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        flags.add(parser, self._kind)
        single.add_arguments(parser)
        single.add_capacity_arguments(parser)

    def run(self, options: argparse.Namespace, console: Console) -> int:
        scenario = flags.made(options, self._kind)
        if options.capacity:
            return single.search(scenario, options, console)
        return single.measure(scenario.plan(), int(getattr(scenario, scenario.SIZE)), options, console)
