"""The page's types are those of the server."""

from pathlib import Path

from server import typescript

ROOT = Path(__file__).parents[2]


def test_checked_in_types_are_made_of_the_messages():
    assert (ROOT / "web/src/protocol/classroom.ts").read_text(encoding="utf-8") == typescript.text(), "run: make types"
