"""docs/bigbluebutton.md is true: it names every call and every message key of a refusal."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "bigbluebutton.md").read_text(encoding="utf-8")
SOURCES = (*(ROOT / "journal_bridge" / "bbb").glob("*.py"), *(ROOT / "journal_bridge" / "core").glob("bbb*.py"))


def test_every_refusal_is_described() -> None:
    keys = {key for source in SOURCES for key in re.findall(r'BbbError\(\s*"(\w+)"', source.read_text("utf-8"))}
    assert len(keys) > 10
    assert sorted(key for key in keys if f"`{key}`" not in TEXT) == []


def test_every_parameter_that_is_read_is_described() -> None:
    read = r'(?:text|number|flag|listed)\("(\w+)"'
    names = {name for source in SOURCES for name in re.findall(read, source.read_text("utf-8"))}
    names -= {"callbackURL", "eventID", "hookID", "recordID"}  # bbb-webhooks' and recordings' own
    assert sorted(name for name in names if f"`{name}`" not in TEXT) == []


def test_every_call_is_described() -> None:
    calls = re.findall(
        r'^ +"([\w/]+)": (?:service|hooks)\.', (ROOT / "journal_bridge/bbb/http.py").read_text("utf-8"), re.M
    )
    assert len(calls) == 15
    assert [call for call in (*calls, "join") if f"`{call}`" not in TEXT] == []
