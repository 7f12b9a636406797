"""A report as one HTML file that needs nothing else. Pure: model in, text out."""

from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.report.model import Report, Section, Setting, Table
from benchmarks.report.words import visible

FOLDER = Path(__file__).parent
ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
ENVIRONMENT.filters["visible"] = visible


def html(report: Report, setting: Setting) -> str:
    """The whole page; every text of the report is escaped."""
    sections = [section for section in report.sections if section.table.rows]
    return ENVIRONMENT.get_template("page.html").render(
        report=report,
        setting=setting,
        sections=[(section, _drawn(section, number)) for number, section in enumerate(sections, 1)],
        groups=_groups,
        style=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),  # our own file
    )


def _groups(table: Table) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Rows under their headings; a single group without one for tables that are not grouped."""
    if not table.grouped:
        return [("", list(table.rows))]
    return [(name, [row[1:] for row in rows]) for name, rows in groupby(table.rows, key=lambda row: row[0])]


def _drawn(section: Section, number: int) -> Markup:
    """The section's picture; nothing when it has none."""
    if section.plot is None:
        return Markup()
    from benchmarks.report.plots import svg  # takes a second to load, which no help text should wait for

    title = f"{section.title}: the figures are those of the table below"
    return Markup(svg(section.plot, title, f"plot-{number}"))  # texts inside are escaped as XML
