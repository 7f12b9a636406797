from pathlib import Path

import pytest

from benchmarks.plane import baseline


def test_what_is_written_is_read(tmp_path: Path) -> None:
    kept = baseline.Baseline("a machine", "2026-11-23", {"b": 0.00123456, "a": 1234.5})
    baseline.write(kept, tmp_path / "baseline.json")
    found = baseline.read(tmp_path / "baseline.json")
    assert found.machine == "a machine"
    assert found.ratios == {"a": 1234.0, "b": 0.001235}
    assert list(found.ratios) == ["a", "b"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"ratios": {"a": "fast"}, "machine": "", "measured": ""}'])
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(ValueError):
        baseline.read(file)
