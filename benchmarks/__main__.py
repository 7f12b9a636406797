"""The command line of the harness: `zvonok bench ...`, or `python -m benchmarks ...` in a checkout.

Each command is a module with `add_arguments(parser)` and `run(options, console) -> int`; it is imported when it is
asked for, so that nothing waits for what it does not need. Its `EXAMPLES` end its help.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import NamedTuple, Protocol

from rich.console import Console

from benchmarks.command import scenario
from benchmarks.command.stop import STOPPED, UsageError
from benchmarks.report.machine import PROGRAM
from benchmarks.rooms import SCENARIOS

PLAIN_WIDTH = 160  # columns where no terminal tells its own: tables in files and CI are not folded


class Command(Protocol):
    """What a module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace, console: Console) -> int: ...


class Entry(NamedTuple):
    """One command: a line in the help, and where it is."""

    help: str
    load: Callable[[], Command]


def _module(name: str) -> Callable[[], Command]:
    return lambda: import_module(name)


COMPARE, GENTLE = "compare", ("lecture", "--receivers", "5", "--video", "100")
COMMANDS: dict[str, Entry] = {
    COMPARE: Entry("our server beside every other one that is installed", _module("benchmarks.compare")),
    **{
        name: Entry(scenario.help_of(kind), partial(scenario.ScenarioCommand, kind)) for name, kind in SCENARIOS.items()
    },
    "custom": Entry("a scenario of your own, from a TOML file", _module("benchmarks.command.custom")),
    "soak": Entry("one class for minutes: latency, loss, growth of memory", _module("benchmarks.soak")),
    "media": Entry("real VP8, H.264 and Opus: does what arrives decode?", _module("benchmarks.media.command")),
    "sdk": Entry("real clients: the LiveKit SDK", _module("benchmarks.media.sdk")),
    "move": Entry("time to pictures after a move between rooms", _module("benchmarks.media.move")),
    "classroom": Entry(
        "breakout rooms of a class: time to media, a restart in the middle", _module("benchmarks.classroom.command")
    ),
    "page": Entry(
        "what a browser receives of a class and of the wall of rooms, and its cost", _module("benchmarks.page.command")
    ),
    "floor": Entry("what a plain loop in C costs on this machine", _module("benchmarks.plane.floor_command")),
    "micro": Entry("parts of the forwarding plane, one by one", _module("benchmarks.plane.micro")),
    "check": Entry("has a part of the plane become slower than it was?", _module("benchmarks.plane.check")),
}
EXAMPLES = f"""examples:
  {PROGRAM}                                    ours beside every other server, 10 to 20 minutes
  {PROGRAM} lecture --receivers 100            one scenario on our own server
  {PROGRAM} lecture --capacity                 the largest lecture that it carries
  {PROGRAM} class --server "Janus, default"    the same on another server
  {PROGRAM} --url wss://call.school.example --key KEY
                                               a gentle lecture on your own installation; asks for the secret
  {PROGRAM} custom school.toml                 rooms, rhythms and churn as you write them
  {PROGRAM} COMMAND --help                     flags and examples of a command

Reports are written to reports/ as HTML, JSON and Markdown. Ctrl-C ends a run early and keeps what was measured."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the run was complete and has figures, 1 for a failure that was explained, 2 for wrong words."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (["-h"], ["--help"]):
        print(_overview(), flush=True)
        return 0
    name, *rest = _commanded(words)
    entry = COMMANDS.get(name)
    if entry is None:
        print(f"{PROGRAM}: there is no command {name!r}; `{PROGRAM} --help` lists them", file=sys.stderr)
        return 2
    return _run(name, entry, rest)


def _commanded(words: list[str]) -> list[str]:
    """The words with a command in front: without one it is the comparison, or a gentle lecture on a remote server."""
    if words and not words[0].startswith("-"):
        return words
    remote = any(word == "--url" or word.startswith("--url=") for word in words)
    return [*(GENTLE if remote else (COMPARE,)), *words]


def _run(name: str, entry: Entry, words: Sequence[str]) -> int:
    try:
        command = entry.load()
        options = _parser(name, entry, command).parse_args(words)
        return command.run(options, _console())
    except UsageError as error:
        print(f"{PROGRAM} {name}: {error}", file=sys.stderr)
        return 2
    except SystemExit as ended:  # argparse has said what is wrong
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return STOPPED


def _parser(name: str, entry: Entry, command: Command) -> argparse.ArgumentParser:
    sentence = f"{entry.help[:1].upper()}{entry.help[1:]}"
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {name}",
        description=sentence if sentence.endswith("?") else f"{sentence}.",
        epilog=getattr(command, "EXAMPLES", None),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    return parser


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = "\n".join(f"  {name.ljust(width)}  {entry.help}" for name, entry in COMMANDS.items())
    return f"usage: {PROGRAM} [COMMAND] [FLAGS]\n\nMeasure call servers.\n\ncommands:\n{lines}\n\n{EXAMPLES}"


if __name__ == "__main__":
    sys.exit(main())
