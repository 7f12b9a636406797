"""docs/oneroster.md is true: its example is imported, its table has every problem."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

from journal_bridge.core.roster_model import Roster
from journal_bridge.imports.reading import Options, Progress, read

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "oneroster.md").read_text(encoding="utf-8")
SOURCES = ("imports/*.py", "core/roster_*.py", "core/oneroster/*.py")
CODE = re.compile(
    r'(?:\.(?P<level>error|warning)|_wrong|\.(?P<warn>warn))\(\s*(?:f?"[^"]*"|None|\w+), "(?P<code>[a-z_]+)"'
)


def test_the_example_is_a_roster() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    data = example[1].encode()
    options = Options("ndjson", True, False, frozenset({"Europe/Moscow"}), date(2026, 1, 26))
    outcome = read(BytesIO(data), len(data), Roster(), options, Progress())
    assert outcome.report.problems == []
    assert outcome.difference.enrollments.added == 2


def test_every_problem_is_described_with_its_level() -> None:
    found = set()
    for pattern in SOURCES:
        for path in (ROOT / "journal_bridge").glob(pattern):
            for match in CODE.finditer(path.read_text(encoding="utf-8")):
                found.add((match["code"], "warning" if match["level"] == "warning" or match["warn"] else "error"))
    assert len(found) > 30
    assert [each for each in sorted(found) if f"| `{each[0]}` | {each[1]} |" not in TEXT] == []
