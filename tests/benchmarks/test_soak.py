import argparse
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import soak
from benchmarks.command.stop import UsageError
from benchmarks.report.files import as_markdown
from benchmarks.report.machine import setting
from benchmarks.rooms.outcome import Accounting
from tests.support.outcomes import GOOD, OUTCOME


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    soak.add_arguments(parser)
    return parser.parse_args(words)


def test_the_report_tells_what_memory_did() -> None:
    windows = tuple(replace(GOOD, seconds=30.0, server=Accounting(1.0, size << 20, 4)) for size in (100, 101, 103))
    report = soak.report(replace(OUTCOME, windows=windows), python_load=True)
    text = as_markdown(report, setting(["soak"]))
    assert "| growth | \\+3.00 MiB |" in text or "| growth | +3.00 MiB |" in text
    assert "blocked for 20 ms in every 40 ms" in text
    assert report.sections[1].plot is not None


@pytest.mark.parametrize("words", [("--minutes", "0"), ("--minutes", "1e9"), ("--participants", "1")])
def test_numbers_without_sense_are_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="must be"):
        soak.run(parsed(*words), Console())


@pytest.mark.parametrize("busy", [(), ("--python-load",)])
def test_a_short_soak_is_measured(busy: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    console = Console(record=True, width=160)
    assert soak.run(parsed("--minutes", "0.02", "--participants", "3", *busy), console) == 0
    assert "Whole run" in console.export_text()
    assert list(tmp_path.glob("reports/soak-*.html"))
