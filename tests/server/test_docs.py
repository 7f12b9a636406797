"""What an operator can set or read is documented, or these tests fail."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

from server.config import Config

DOCS = Path(__file__).parents[2] / "docs"


def settings() -> list[str]:
    found = []
    for name, kind in get_type_hints(Config).items():
        found += [f"{name}.{item.name}" for item in fields(kind)] if is_dataclass(kind) else [name]
    return found


def test_every_setting_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert [name for name in settings() if f"`{name}`" not in text] == []


def test_no_documented_setting_is_unknown() -> None:
    rows = [line for line in (DOCS / "configuration.md").read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert [row for row in rows if row.split("`")[1] not in settings()] == []
