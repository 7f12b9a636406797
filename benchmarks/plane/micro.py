"""`zvonok bench micro`: the plane's steps in memory, beside reference work; writes the baseline of `check`."""

import argparse
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch

from rich.console import Console
from rich.table import Table

from benchmarks.command.stop import UsageError
from benchmarks.plane import baseline
from benchmarks.plane.case import Case, timed
from benchmarks.plane.cases import all_cases
from benchmarks.plane.sampling import Timing
from benchmarks.report.machine import setting

SECONDS = 1.5  # for each case, its reference included
EXAMPLES = """examples:
  zvonok bench micro                           all of it, about a minute
  zvonok bench micro --only 'nack.*' --seconds 5
  zvonok bench micro --write-baseline          keep the ratios as what `check` compares with"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of the command."""
    parser.add_argument("--only", metavar="PATTERN", default="*", help="cases to run, e.g. 'forward.gcm128.*'")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each case (default: %(default)s)")
    parser.add_argument("--write-baseline", action="store_true", help="keep the ratios as what `check` compares with")


def run(options: argparse.Namespace, console: Console) -> int:
    """0."""
    cases = chosen(options.only)
    table = Table("case", "ns", "of one", "reference", "ratio", "samples", title="Micro benchmarks of the plane")
    timings: dict[str, Timing] = {}
    for case, timing in measured(cases, options.seconds):
        timings[case.name] = timing
        console.print(f"[{len(timings)}/{len(cases)}] {case.name}: {_amount(timing.nanoseconds)} ns", highlight=False)
        table.add_row(*row(case, timing))
    console.print(table)
    if options.write_baseline:
        keep(timings)
        console.print(f"{len(timings)} ratios written to {baseline.FILE.name}")
    return 0


def chosen(pattern: str) -> tuple[Case, ...]:
    """Cases whose name matches. Raises UsageError when there is none."""
    cases = tuple(case for case in all_cases() if fnmatch(case.name, pattern))
    if not cases:
        raise UsageError(f"--only: no case is called like {pattern!r}")
    return cases


def measured(cases: Iterable[Case], seconds: float) -> Iterator[tuple[Case, Timing]]:
    """One after the other."""
    for case in cases:
        yield case, timed(case, seconds)


def row(case: Case, timing: Timing) -> tuple[str, ...]:
    """As tables show it."""
    return (
        case.name,
        _amount(timing.nanoseconds),
        case.operation,
        case.calibration,
        f"{timing.ratio:.4g}",
        str(timing.samples),
    )


def _amount(nanoseconds: float) -> str:
    return f"{nanoseconds:.2f}" if nanoseconds < 10 else f"{nanoseconds:,.0f}"


def keep(timings: dict[str, Timing]) -> None:
    """Put the ratios into the baseline; those of cases that were not run stay, those of cases that are gone do not."""
    known = {case.name for case in all_cases()}
    try:
        before = {name: ratio for name, ratio in baseline.read().ratios.items() if name in known}
    except OSError:
        before = {}
    ratios = before | {name: timing.ratio for name, timing in timings.items()}
    here = setting()
    baseline.write(baseline.Baseline(here.processor, here.date, ratios))
