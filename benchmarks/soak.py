"""`zvonok bench soak`: one class for minutes, with the server's Python busy if wished; latency, loss, memory growth."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from benchmarks import blocked
from benchmarks.command.display import Display
from benchmarks.command.stop import UsageError, finished
from benchmarks.figures import spread
from benchmarks.load.client import LoadClient
from benchmarks.peers.peer import Entrant, Peer, PeerError
from benchmarks.peers.zvonok import COMMAND, ZvonokPeer
from benchmarks.report import Line, Lines, Report, Section, Table, publish
from benchmarks.rooms.judge import caveats
from benchmarks.rooms.options import Options
from benchmarks.rooms.outcome import Outcome, Window
from benchmarks.rooms.plan import Plan
from benchmarks.rooms.progress import phases
from benchmarks.rooms.run import run_alone
from benchmarks.rooms.school_class import SchoolClass
from benchmarks.rooms.traffic import MOST_TILES, TILE, VOICE
from sfu.plane.model import SrtpProfile

WINDOW = 30.0  # seconds of one line of the table
LONGEST = 24 * 60.0  # minutes
MEBIBYTE = 1 << 20
BUSY = (sys.executable, "-m", "benchmarks.blocked", "--config")
EXAMPLES = """examples:
  zvonok bench soak                                 a class of 30 for ten minutes, everybody sees everybody
  zvonok bench soak --minutes 60 --python-load      is forwarding disturbed when the server's Python is busy?"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of the command."""
    parser.add_argument(
        "--minutes", type=float, default=10.0, metavar="N", help="how long it is measured (default: 10)"
    )
    parser.add_argument("--participants", type=int, default=30, metavar="N", help="size of the class (default: 30)")
    parser.add_argument("--python-load", action="store_true", help="block the server's event loop half of the time")


def run(options: argparse.Namespace, console: Console) -> int:
    """0 after a whole run in which nobody failed."""
    plan, wanted = _plan(options), _options(options)
    with Display(console, [sum(phase.seconds for phase in phases(plan, wanted))]) as display:
        try:
            complete = finished(run_alone(_entrant(options), plan, wanted, display))
        except PeerError as error:
            console.print(str(error), style="red", markup=False)
            return 1
    outcome = display.outcomes[-1] if display.outcomes else None
    if outcome is None or not outcome.windows:
        console.print("nothing was measured")
        return 1
    publish(report(outcome, python_load=options.python_load), console)
    return int(not complete or bool(outcome.stopped or outcome.failures))


def _plan(options: argparse.Namespace) -> Plan:
    if not 0 < options.minutes <= LONGEST:
        raise UsageError(f"--minutes must be above 0 and at most {LONGEST:g}")
    try:
        return SchoolClass(options.participants, tiles=min(options.participants - 1, MOST_TILES)).plan()
    except ValueError as error:
        raise UsageError(str(error)) from error


def _options(options: argparse.Namespace) -> Options:
    windows = max(1, round(options.minutes * 60 / WINDOW))
    return Options(windows, min(WINDOW, options.minutes * 60), size=options.participants)


def _entrant(options: argparse.Namespace) -> Entrant:
    def make(client: LoadClient) -> Peer:
        return ZvonokPeer(client, command=BUSY if options.python_load else COMMAND)

    return Entrant("Zvonok", SrtpProfile.AEAD_AES_128_GCM, make)


def report(outcome: Outcome, *, python_load: bool) -> Report:
    """Windows, and the whole: medians, the worst, and what memory did. At least one window was measured."""
    blocking = f"blocked for {blocked.BLOCK * 1e3:.0f} ms in every {blocked.PERIOD * 1e3:.0f} ms"
    return Report(
        name="soak",
        title=f"{outcome.title}, {sum(window.seconds for window in outcome.windows) / 60:.3g} minutes",
        method=(
            f"All cameras on at {TILE.packets_per_second} packets of {TILE.size} bytes a second, microphones at "
            f"{VOICE.packets_per_second} of {VOICE.size}. GCM128.",
            f"The server's event loop is {blocking if python_load else 'left alone'}.",
            "Added latency is from before the client's send call to the kernel's arrival time at a receiver's socket.",
            "Memory is that of the server process.",
        ),
        sections=(
            Section("Whole run", _summary(outcome)),
            Section("Windows", _table(outcome.windows), _courses(outcome.windows)),
            Section("Memory", _memory(outcome.windows), _growth(outcome.windows)),
        ),
        raw=outcome,
        caveats=tuple(caveats(outcome)),
    )


def _summary(outcome: Outcome) -> Table:
    windows = outcome.windows
    received, lost = sum(window.packets_received for window in windows), sum(window.lost for window in windows)
    rows = (
        ("packets out", f"{received:,}"),
        ("loss", f"{lost / max(1, received + lost):.4%}"),
        ("delivered", f"{received / max(1, sum(window.expected for window in windows)):.2%}"),
        ("added latency p50, median window", _ms(spread([window.video.p50 for window in windows]).median)),
        ("added latency p99, median window", _ms(spread([window.video.p99 for window in windows]).median)),
        ("added latency p99, worst window", _ms(max(window.video.p99 for window in windows))),
        ("added latency, longest", _ms(max(window.video.longest for window in windows))),
        ("packets the client sent too late to count", str(sum(window.skipped for window in windows))),
        ("participants that failed", str(len({failure.identity for failure in outcome.failures}))),
    )
    return Table(("figure", "value"), rows)


def _table(windows: Sequence[Window]) -> Table:
    headers = ("window", "out/s", "loss", "delivered", "p50", "p99", "longest", "server CPU")
    return Table(headers, tuple(_row(number, window) for number, window in enumerate(windows, 1)))


def _row(number: int, window: Window) -> tuple[str, ...]:
    return (
        str(number),
        f"{window.packets_received / window.seconds:,.0f}",
        f"{window.loss:.4%}",
        f"{window.delivered:.1%}",
        _ms(window.video.p50),
        _ms(window.video.p99),
        _ms(window.video.longest),
        f"{window.server.cpu / window.seconds:.0%}" if window.server else "-",
    )


def _courses(windows: Sequence[Window]) -> Lines:
    ends = _ends(windows)
    marks = {"p50": [window.video.p50 for window in windows], "p99": [window.video.p99 for window in windows]}
    lines = (
        Line(mark, tuple((end, value * 1e3) for end, value in zip(ends, values, strict=True)))
        for mark, values in marks.items()
    )
    return Lines("added latency, ms", "minutes", tuple(lines))


def _memory(windows: Sequence[Window]) -> Table:
    first, last = _resident(windows)[0], _resident(windows)[-1]
    rows = (
        ("after the first window", f"{first:.1f} MiB"),
        ("at the end", f"{last:.1f} MiB"),
        ("growth", f"{last - first:+.2f} MiB"),
    )
    return Table(("memory", "value"), rows)


def _growth(windows: Sequence[Window]) -> Lines:
    points = tuple(zip(_ends(windows), _resident(windows), strict=True))
    return Lines("resident memory, MiB", "minutes", (Line("server", points),))


def _resident(windows: Sequence[Window]) -> list[float]:
    return [window.server.resident / MEBIBYTE if window.server else 0.0 for window in windows]


def _ends(windows: Sequence[Window]) -> list[float]:
    """Minutes from the begin to each window's end."""
    return [sum(window.seconds for window in windows[: number + 1]) / 60 for number in range(len(windows))]


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"
