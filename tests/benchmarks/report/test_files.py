import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from benchmarks.report.files import SCHEMA, as_json, as_markdown, publish, write
from benchmarks.report.page import html
from tests.benchmarks.report.reports import HOSTILE, REPORT, SERVERS, SETTING

TITLES = [section.title for section in REPORT.sections if section.table.rows]
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names, never fetched


@cache
def page_text() -> str:
    """Drawn once: plots take their time."""
    return html(REPORT, SETTING)


class Outline(HTMLParser):
    """Tags, ids and headings of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self._in_heading = tag == "h2"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings.append(data)
            self._in_heading = False


def test_the_page_has_every_section_with_its_table_and_plots() -> None:
    page = Outline(page_text())
    assert [title for title in page.headings if title in TITLES] == TITLES
    assert page.tags.count("table") == len(TITLES)
    assert page.tags.count("svg") == sum(section.plot is not None for section in REPORT.sections)
    assert "Empty" not in page.headings
    assert len(page.ids) == len(set(page.ids))


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing() -> None:
    text = page_text()
    assert set(re.findall(r"https?://[^\"'\s<)]+", text)) <= NAMESPACES
    assert not {"script", "link", "iframe", "img", "object"} & set(Outline(text).tags)
    assert "url(http" not in text
    assert "default-src 'none'" in text


def test_every_picture_in_the_page_is_valid_xml() -> None:
    pictures = re.findall(r"<svg.*?</svg>", page_text(), re.DOTALL)
    assert len(pictures) > 3
    for picture in pictures:
        ElementTree.fromstring(picture)


def test_the_page_tells_machine_command_and_versions() -> None:
    text = page_text()
    for fact in (SETTING.processor, SETTING.kernel, SETTING.commit, SETTING.command, "1.1.2", "2 cores"):
        assert fact in text


def test_a_case_stands_once_above_its_servers() -> None:
    text = page_text()
    cost = text[text.index("CPU of the server") : text.index("Added latency")]
    assert cost[cost.index("<table>") :].count("Lecture, 1 to 10") == 1


def test_json_holds_raw_figures_and_its_schema() -> None:
    held = json.loads(as_json(REPORT, SETTING))
    assert held["schema"] == SCHEMA
    assert held["raw"]["runs"][0]["outcome"]["windows"][0]["packets_received"] == 100_000
    assert held["setting"]["command"] == "zvonok bench"


def test_markdown_has_the_tables_and_escapes_names() -> None:
    text = as_markdown(REPORT, SETTING)
    assert f"| Lecture, 1 to 30 | {SERVERS[0]} | 5.00" in text
    assert "<script>" not in text
    assert "\x1b" not in text


def test_a_second_report_of_the_same_minute_does_not_replace_the_first(tmp_path: Path) -> None:
    first, second = write(REPORT, SETTING, tmp_path), write(REPORT, SETTING, tmp_path)
    assert not set(first) & set(second)
    assert sorted(path.name for path in first) == [
        "everything-2026-11-23-1836.html",
        "everything-2026-11-23-1836.json",
        "everything-2026-11-23-1836.md",
    ]
    assert len(list(tmp_path.iterdir())) == 6


def test_files_hold_no_folders_of_the_machine_and_no_hidden_names(tmp_path: Path) -> None:
    told = replace(REPORT, caveats=(f"{Path.cwd()}/zvonok.log says that call.school.example refused",))
    for path in write(told, SETTING, tmp_path, hidden=("call.school.example",)):
        assert str(Path.cwd()) not in path.read_text()
        assert "call.school.example" not in path.read_text()


def test_the_terminal_shows_tables_caveats_and_where_the_files_are(tmp_path: Path) -> None:
    out = StringIO()
    publish(REPORT, Console(file=out, width=200), tmp_path, words=[])
    text = out.getvalue()
    assert "Zvonok, GCM128" in text
    assert "! Debian's Janus is slow." in text
    assert "everything-" in text
    assert "\x1b" not in text, HOSTILE
