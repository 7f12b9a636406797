"""The ratios that the code should keep, in a file: what was measured when it was last called good."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.15  # a ratio that is larger by more than this share is a regression


@dataclass(frozen=True, slots=True)
class Baseline:
    """Ratios by case, and where they come from."""

    machine: str
    measured: str
    """Date."""
    ratios: Mapping[str, float]


def read(file: Path | None = None) -> Baseline:
    """Raises OSError without a file, ValueError when it is not a baseline."""
    values = json.loads((file or FILE).read_text())
    try:
        ratios = {str(name): float(ratio) for name, ratio in values["ratios"].items()}
        return Baseline(values["machine"], values["measured"], ratios)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{(file or FILE).name} holds no baseline") from error


def write(baseline: Baseline, file: Path | None = None) -> None:
    """Sorted, so that a change is readable in a diff."""
    ratios = {name: float(f"{ratio:.4g}") for name, ratio in sorted(baseline.ratios.items())}
    values = {"machine": baseline.machine, "measured": baseline.measured, "ratios": ratios}
    (file or FILE).write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")
