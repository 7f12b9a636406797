"""A report as files: `<name>-<date>.html`, `.json` and `.md` in `reports/`, which is not in Git."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from benchmarks.report import machine, page, terminal
from benchmarks.report.model import Report, Section, Setting, Table
from benchmarks.report.plain import plain
from benchmarks.report.words import markdown, visible

FOLDER = Path("reports")
SHORTEST_HIDDEN = 4  # characters: "/" alone would take every slash away
SCHEMA = "zvonok-bench/1"
"""Changes when a reader of the JSON files would have to."""


def publish(
    report: Report,
    console: Console,
    folder: Path = FOLDER,
    words: Sequence[str] | None = None,
    hidden: Sequence[str] = (),
) -> None:
    """Show the report and write its files.

    `words`: the command line to state, by default this process's own. `hidden`: names that the files leave out.
    """
    terminal.show(report, console)
    paths = write(report, machine.setting(words), folder, hidden)
    console.print()
    console.print(Text("written: " + ", ".join(str(path) for path in paths)), soft_wrap=True)


def write(report: Report, setting: Setting, folder: Path = FOLDER, hidden: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write all files; returns their paths. A second report of the same minute gets a number."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = _free(folder, f"{report.name}-{setting.date.replace(' UTC', '').replace(' ', '-').replace(':', '')}")
    texts = {"html": page.html(report, setting), "json": as_json(report, setting), "md": as_markdown(report, setting)}
    for ending, text in texts.items():
        _replace(folder / f"{stem}.{ending}", _discreet(text, hidden))
    return tuple(folder / f"{stem}.{ending}" for ending in texts)


def _discreet(text: str, hidden: Sequence[str]) -> str:
    """Without the machine's folders and what else is to be left out: errors of servers may tell them."""
    places = (str(Path.cwd()), str(Path.home()), tempfile.gettempdir(), *hidden)
    for place in sorted((one for one in places if len(one) >= SHORTEST_HIDDEN), key=len, reverse=True):
        text = text.replace(place, "...")
    return text


def _free(folder: Path, stem: str) -> str:
    number, found = 1, stem
    while (folder / f"{found}.json").exists():
        number += 1
        found = f"{stem}-{number}"
    return found


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: an end of the process in between leaves no half file under the name."""
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(text, encoding="utf-8", errors="replace")
    draft.replace(path)


def as_json(report: Report, setting: Setting) -> str:
    """Everything raw, the tables as well, under a schema version."""
    held: dict[str, Any] = {
        "schema": SCHEMA,
        "name": report.name,
        "title": report.title,
        "setting": setting,
        "versions": report.versions,
        "method": report.method,
        "caveats": report.caveats,
        "not_measured": report.not_measured,
        "tables": [{"title": section.title, "table": section.table} for section in report.sections],
        "raw": report.raw,
    }
    return json.dumps(plain(held), indent=1, allow_nan=False) + "\n"


def as_markdown(report: Report, setting: Setting) -> str:
    """Title, facts and tables, to be put into a page."""
    parts = [f"# {markdown(report.title)}", _facts(report, setting)]
    parts += [_markdown_section(section) for section in report.sections if section.table.rows]
    for title, sentences in (
        ("Caveats", report.caveats),
        ("Method", report.method),
        ("What is not measured", report.not_measured),
    ):
        if sentences:
            parts.append(f"## {title}\n\n" + "\n".join(f"- {markdown(line)}" for line in sentences))
    return "\n\n".join(parts) + "\n"


def _facts(report: Report, setting: Setting) -> str:
    commit = f" Commit {setting.commit}." if setting.commit else ""
    versions = "; ".join(f"{name} {version}" for name, version in report.versions)
    measured = f" Versions: {markdown(versions)}." if versions else ""
    return f"{setting.date}. {markdown(setting.machine)}.{commit}{measured}\n\n    {visible(setting.command)}"


def _markdown_section(section: Section) -> str:
    notes = "".join(f"\n\n{markdown(note)}" for note in section.notes)
    return f"## {markdown(section.title)}\n\n{_markdown_table(section.table)}{notes}"


def _markdown_table(table: Table) -> str:
    rule = tuple("---" for _ in table.headers)
    lines = (tuple(map(markdown, table.headers)), rule, *(tuple(map(markdown, row)) for row in table.rows))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
