"""Reports: rows of figures in; a table for the terminal, Markdown and JSON files out. `reports/` is not in Git."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path("reports")


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows of texts."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Aligned columns for a terminal."""
        widths = [max(len(row[column]) for row in (self.headers, *self.rows)) for column in range(len(self.headers))]
        lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in self._lines())
        return "\n".join(line.rstrip() for line in lines)

    def markdown(self) -> str:
        rule = tuple("---" for _ in self.headers)
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.headers, rule, *self.rows))

    def _lines(self) -> Sequence[tuple[str, ...]]:
        return (self.headers, *self.rows)


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found: a title, sentences on the method, tables with their names, and the raw figures."""

    name: str
    """Of the files, like "cost"."""
    title: str
    method: tuple[str, ...]
    tables: tuple[tuple[str, Table], ...]
    raw: Any

    def markdown(self, machine: str, date: str) -> str:
        parts = [f"# {self.title}", f"{date}. {machine}.", "\n".join(f"- {line}" for line in self.method)]
        parts += [f"## {name}\n\n{table.markdown()}" for name, table in self.tables]
        return "\n\n".join(parts) + "\n"

    def text(self) -> str:
        return "\n\n".join(f"{name}\n{table.text()}" for name, table in self.tables)


def machine() -> str:
    """Processor, cores, kernel."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}"


def write(report: Report, folder: Path = FOLDER) -> tuple[Path, Path]:
    """Write `<name>.md` and `<name>.json`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    date = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    text, data = folder / f"{report.name}.md", folder / f"{report.name}.json"
    text.write_text(report.markdown(machine(), date))
    data.write_text(json.dumps({"date": date, "machine": machine(), "runs": _plain(report.raw)}, indent=2) + "\n")
    return text, data


def _plain(value: Any) -> Any:
    """Dataclasses to dicts, at any depth."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
