"""A report's tables on a terminal."""

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from benchmarks.report.model import Report, Section
from benchmarks.report.words import visible


def show(report: Report, console: Console) -> None:
    """Print title, tables, their notes and the caveats."""
    console.print()
    console.print(Text(visible(report.title), style="bold"))
    for section in report.sections:
        if section.table.rows:
            _show(section, console)
    for caveat in report.caveats:
        console.print(Text(f"! {visible(caveat)}", style="yellow"))


def _show(section: Section, console: Console) -> None:
    title = Text(visible(section.title), style="bold")
    grid = Grid(title=title, title_justify="left", header_style="dim", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, header in enumerate(section.table.headers):
        figures = number > 0 and all(_is_figure(row[number]) for row in section.table.rows)
        grid.add_column(Text(visible(header)), justify="right" if figures else "left", overflow="fold")
    above = ""
    for row in section.table.rows:
        first = "" if section.table.grouped and row[0] == above else row[0]
        grid.add_row(*(Text(visible(cell)) for cell in (first, *row[1:])))
        above = row[0]
    console.print()
    console.print(grid)
    for note in section.notes:
        console.print(Text(visible(note), style="dim"))


def _is_figure(cell: str) -> bool:
    return cell[:1] in "-+<0123456789"
