"""`zvonok bench check`: fails when a step of the plane became slower than the baseline by more than it may."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.console import Console

from benchmarks.plane import baseline
from benchmarks.plane.case import Case, timed
from benchmarks.plane.micro import chosen

SECONDS = 1.5  # for each case, its reference included
ATTEMPTS = 4  # the first look at a case, and up to three more before it is called slower
UPDATE = "zvonok bench micro --write-baseline"

EXAMPLES = f"""examples:
  zvonok bench check                           all of it, about a minute
  zvonok bench check --only 'forward.*'        one packet in to many out
  {UPDATE}         keep what is measured now as the baseline"""

Measure = Callable[[Case], float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case compares with its baseline."""

    case: str
    was: float | None
    """Ratio to the reference work; None: the baseline does not have it."""
    now: float
    """The lowest of all attempts."""
    attempts: int

    @property
    def change(self) -> float:
        """Share by which it is slower; negative when it is faster."""
        return self.now / self.was - 1.0 if self.was else 0.0

    @property
    def failed(self) -> bool:
        """Slower than it may be, or of unknown speed."""
        return self.was is None or self.change > baseline.TOLERANCE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of the command."""
    parser.add_argument("--only", metavar="PATTERN", default="*", help="cases to check, e.g. 'forward.gcm128.*'")


def run(options: argparse.Namespace, console: Console) -> int:
    """0 when nothing became slower, else 1."""
    cases = chosen(options.only)
    try:
        was = baseline.read().ratios
    except (OSError, ValueError) as error:
        console.print(f"There is no baseline to compare with: {error}. `{UPDATE}` makes one.", markup=False)
        return 1
    verdicts = []
    for verdict in judged(cases, was, ratio):
        verdicts.append(verdict)
        console.print(f"[{len(verdicts)}/{len(cases)}] {sentence(verdict)}", markup=False, highlight=False)
    failed = [verdict for verdict in verdicts if verdict.failed]
    for line in summary(failed, len(cases)):
        console.print(line, markup=False, highlight=False)
    return 1 if failed else 0


def ratio(case: Case) -> float:
    """Measured now."""
    return timed(case, SECONDS).ratio


def judged(cases: Iterable[Case], was: Mapping[str, float], measure: Measure) -> Iterator[Verdict]:
    """Each case once, and again while it looks slower than it may be: noise does not come four times in a row."""
    for case in cases:
        verdict = Verdict(case.name, was.get(case.name), measure(case), 1)
        while verdict.was is not None and verdict.failed and verdict.attempts < ATTEMPTS:
            verdict = Verdict(case.name, verdict.was, min(verdict.now, measure(case)), verdict.attempts + 1)
        yield verdict


def sentence(verdict: Verdict) -> str:
    """One line of the run."""
    if verdict.was is None:
        return f"{verdict.case}: not in the baseline"
    again = f", after {verdict.attempts} attempts" if verdict.attempts > 1 else ""
    mark = "  SLOWER" if verdict.failed else ""
    return f"{verdict.case}: {verdict.now:.4g}, was {verdict.was:.4g} ({verdict.change:+.0%}{again}){mark}"


def summary(failed: list[Verdict], checked: int) -> list[str]:
    """The last lines: what is wrong and what to do about it."""
    if not failed:
        return [f"{checked} cases, none slower than the baseline by more than {baseline.TOLERANCE:.0%}."]
    lines = [f"{len(failed)} of {checked} cases failed (more than {baseline.TOLERANCE:.0%} slower, or not known):"]
    lines += [f"  {sentence(verdict)}" for verdict in failed]
    return [*lines, f"If that is intended: `{UPDATE}`, on a quiet machine, and say why in the commit."]
