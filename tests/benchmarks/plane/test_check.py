from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.command.stop import UsageError
from benchmarks.plane import baseline, check, micro
from benchmarks.plane.case import Case, timed
from benchmarks.plane.forwarding import VIDEO, lecture
from benchmarks.plane.sampling import Sample, Sampler
from sfu.plane.model import SrtpProfile

FORWARD = Case("forward", "packet out", "gcm", lecture(SrtpProfile.AEAD_AES_128_GCM, *VIDEO, 10))


def half_as_much_again(case: Case) -> Case:
    """The same, but every second packet is worked on twice."""

    def prepare() -> Sampler:
        work = case.prepare()

        def sample() -> Sample:
            first, second, third = work(), work(), work()
            return Sample(first.spent + second.spent + third.spent, first.operations + second.operations)

        return sample

    return Case(case.name, case.operation, case.calibration, prepare)


def ratio(case: Case) -> float:
    return timed(case, 0.3).ratio


def measuring(*ratios: float) -> Callable[[Case], float]:
    left: Iterator[float] = iter(ratios)
    return lambda _: next(left)


def test_code_that_did_not_change_passes() -> None:
    (verdict,) = check.judged([FORWARD], {"forward": ratio(FORWARD)}, ratio)
    assert not verdict.failed


def test_work_that_was_added_to_the_code_fails() -> None:
    (verdict,) = check.judged([half_as_much_again(FORWARD)], {"forward": ratio(FORWARD)}, ratio)
    assert verdict.failed
    assert verdict.attempts == check.ATTEMPTS


@pytest.mark.parametrize(
    ("ratios", "failed"),
    [
        ((1.14,), False),
        ((0.5,), False),
        ((1.4, 1.1), False),
        ((1.4, 1.3, 1.2, 1.0), False),
        ((1.4, 1.3, 1.2, 1.16), True),
    ],
)
def test_what_looks_slower_is_measured_again_before_it_fails(ratios: tuple[float, ...], failed: bool) -> None:
    (verdict,) = check.judged([FORWARD], {"forward": 1.0}, measuring(*ratios))
    assert verdict.failed == failed
    assert verdict.attempts == len(ratios)
    assert verdict.now == min(ratios)


def test_a_case_without_baseline_fails_at_once() -> None:
    (verdict,) = check.judged([FORWARD], {}, measuring(1.0))
    assert verdict.failed
    assert check.sentence(verdict) == "forward: not in the baseline"


def test_a_failure_says_which_what_it_was_what_it_is_and_what_to_do() -> None:
    failed = list(check.judged([FORWARD], {"forward": 1.0}, measuring(1.5, 1.4, 1.25, 1.3)))
    text = "\n".join(check.summary(failed, 31))
    assert "forward: 1.25, was 1 (+25%, after 4 attempts)" in text
    assert "zvonok bench micro --write-baseline" in text


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=200)


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A baseline file of its own, with one quick case to measure."""
    file = tmp_path / "baseline.json"
    monkeypatch.setattr(baseline, "FILE", file)
    for module in (micro, check):
        monkeypatch.setattr(module, "SECONDS", 0.1)
    monkeypatch.setattr(micro, "all_cases", lambda: (FORWARD,))
    return file


def test_a_baseline_is_written_and_then_compared_with(stored: Path, console: Console) -> None:
    assert micro.run(Namespace(only="*", seconds=0.1, write_baseline=True), console) == 0
    assert set(baseline.read(stored).ratios) == {"forward"}
    baseline.write(baseline.Baseline("", "", {"forward": baseline.read(stored).ratios["forward"] * 3}), stored)
    assert check.run(Namespace(only="forward"), console) == 0
    baseline.write(baseline.Baseline("", "", {"forward": baseline.read(stored).ratios["forward"] / 9}), stored)
    assert check.run(Namespace(only="forward"), console) == 1
    assert "SLOWER" in console.export_text()


def test_a_baseline_forgets_cases_that_are_gone(stored: Path, console: Console) -> None:
    baseline.write(baseline.Baseline("", "", {"forward": 1.0, "gone": 1.0}), stored)
    micro.run(Namespace(only="*", seconds=0.1, write_baseline=True), console)
    assert set(baseline.read(stored).ratios) == {"forward"}


def test_without_a_baseline_the_check_says_how_to_make_one(stored: Path, console: Console) -> None:
    assert check.run(Namespace(only="*"), console) == 1
    assert "micro --write-baseline" in console.export_text()


def test_names_that_nothing_has_are_told(stored: Path, console: Console) -> None:
    baseline.write(baseline.Baseline("", "", {"forward": 1.0}), stored)
    with pytest.raises(UsageError, match="'nothing'"):
        check.run(Namespace(only="nothing"), console)
    with pytest.raises(UsageError, match="'nothing'"):
        micro.run(Namespace(only="nothing", seconds=0.1, write_baseline=False), console)
