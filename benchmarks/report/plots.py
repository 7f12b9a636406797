"""Plots as SVG to be put into a page: texts stay texts, colours are the page's own variables. Values in, text out.

They are narrow, so that a phone shows them without shrinking; every bar and mark has its name or shape, so that
colour is never the only sign.
"""

import io
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from benchmarks.report.model import Bar, Bars, Line, Lines, Plot, Range, Ranges
from benchmarks.report.words import visible

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
WIDTH = 5.0  # inches, 360 units of the picture: about a phone's width
ROW = 0.27  # inches of height of a bar with its gap
MARGIN = 0.55  # inches below the lowest row: ticks and unit
LEGEND = 0.3  # inches more when marks have to be explained
LEFT, RIGHT = 0.345, 0.97  # shares of the width between which figures stand
TEXT = 9.5  # points
LONGEST_LABEL = 24  # characters that fit left of the figures
LABEL_GAP = 0.012  # share of the axes between its edge and a label

# Colours that stand for variables of the page: nothing else is drawn in them.
INK, MUTED, GRID, ACCENT, PAPER = "#010101", "#020202", "#030303", "#040404", "#060606"
SERIES = ("#050001", "#050002", "#050003", "#050004", "#050005", "#050006")
VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--line)",
    ACCENT: "var(--accent)",
    PAPER: "var(--paper)",
    **{colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, 1)},
}
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", "--", ":", "-.")
SETTINGS: Any = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "zvonok",
    "font.size": TEXT,
    "font.family": "sans-serif",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "text.parse_math": False,  # names come from servers
}


def svg(plot: Plot, title: str, prefix: str) -> str:
    """One `<svg>` with `title` as its name for those who cannot see it. `prefix` keeps its ids apart from others'."""
    with matplotlib.rc_context(SETTINGS):
        figure = _draw(plot)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _embedded(out.getvalue(), title, prefix)


def _draw(plot: Plot) -> Figure:
    match plot:
        case Bars():
            return _bars(plot)
        case Ranges():
            return _ranges(plot)
        case Lines():
            return _lines(plot)


def _bars(plot: Bars) -> Figure:
    figure, axes, places = _rows(plot.bars)
    tops = [max(bar.value, bar.high or 0.0) for bar in plot.bars]
    axes.set_xlim(0, max(tops, default=1.0) * 1.22 or 1.0)  # room for the figure right of its bar
    for bar, place, top in zip(plot.bars, places, tops, strict=True):
        axes.barh(place, bar.value, height=0.62, color=ACCENT)
        if bar.low is not None and bar.high is not None:
            axes.hlines(place, bar.low, bar.high, color=INK, linewidth=1.2)
            axes.vlines([bar.low, bar.high], place - 0.16, place + 0.16, color=INK, linewidth=1.2)
        axes.annotate(short(bar.value), (top, place), (4, 0), textcoords="offset points", va="center", color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.set_xlabel(visible(plot.unit), loc="right")
    return figure


def _ranges(plot: Ranges) -> Figure:
    figure, axes, places = _rows(plot.rows, LEGEND)
    axes.set_xscale("log")
    for row, place in zip(plot.rows, places, strict=True):
        points = [(value, number) for number, value in enumerate(row.values) if value is not None and value > 0]
        if points:
            axes.hlines(place, points[0][0], points[-1][0], color=MUTED, linewidth=1.2)
        for value, number in points:
            axes.plot(value, place, MARKERS[number], color=SERIES[number], markersize=5.5)
    axes.margins(x=0.08)
    axes.xaxis.set_major_locator(LogLocator(10, (1.0, 3.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(visible(plot.unit), loc="right")
    for number, mark in enumerate(plot.marks):
        axes.plot([], [], MARKERS[number], color=SERIES[number], markersize=5.5, label=visible(mark))
    _legend(figure, axes, len(plot.marks))
    return figure


def _lines(plot: Lines) -> Figure:
    figure = Figure(figsize=(WIDTH, 3.0))
    axes = figure.add_axes((0.14, 0.26, 0.83, 0.68))
    for number, line in enumerate(plot.lines):
        _line(axes, line, number)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axes.set_xlabel(visible(plot.across))
    axes.set_ylabel(visible(plot.unit))
    axes.grid(color=GRID, linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    _legend(figure, axes, min(3, len(plot.lines)))
    return figure


def _line(axes: Axes, line: Line, number: int) -> None:
    axes.plot(
        [across for across, _ in line.points],
        [up for _, up in line.points],
        color=SERIES[number % len(SERIES)],
        linestyle=DASHES[number % len(DASHES)],
        marker=MARKERS[number % len(MARKERS)],
        markersize=4,
        label=visible(line.label),
    )


def _rows(items: Sequence[Bar | Range], more: float = 0.0) -> tuple[Figure, Axes, list[float]]:
    """Axes with a row for each item, its name left of it, groups under their names; and where the rows stand."""
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    height = 0.0
    for group, members in groupby(items, key=lambda item: item.group):
        if group:
            headings.append((height, group))
            height += 1
        for _ in members:
            places.append(height)
            height += 1
    inches = height * ROW + MARGIN + more
    figure = Figure(figsize=(WIDTH, inches))
    axes = figure.add_axes((LEFT, (MARGIN + more) / inches, RIGHT - LEFT, height * ROW / inches))
    axes.set_ylim(height - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(axis="x", length=0, which="both")
    across = axes.get_yaxis_transform()
    for place, item in zip(places, items, strict=True):
        axes.text(-LABEL_GAP, place, _fitting(item.label), transform=across, ha="right", va="center")
    for place, group in headings:
        left = -LEFT / (RIGHT - LEFT)
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # keeps the axes' lines off the words
        axes.text(left, place, visible(group), transform=across, va="center", fontweight="bold", bbox=behind)
    return figure, axes, places


def _fitting(label: str) -> str:
    label = visible(label)
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _legend(figure: Figure, axes: Axes, columns: int) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        figure.legend(handles, labels, loc="lower center", ncols=max(1, columns), frameon=False, handletextpad=0.4)


def short(value: float) -> str:
    """Three figures that count, without an exponent: 0.0312, 4.87, 31.7, 1250, 250,000."""
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 100:
        return f"{value:,.0f}" if size >= 10_000 else f"{value:.0f}"
    decimals = 1 if size >= 10 else 2 if size >= 1 else 3 if size >= 0.1 else 4
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".")


def _embedded(text: str, title: str, prefix: str) -> str:
    """Without what concerns a whole document (its style sheet, sizes, names that others use too)."""
    ElementTree.register_namespace("", SVG[1:-1])
    root = ElementTree.fromstring(text.encode())
    for element in root.iter():
        for child in [child for child in element if child.tag in (f"{SVG}style", f"{SVG}metadata")]:
            element.remove(child)
        reference = element.attrib.pop(f"{XLINK}href", None)
        if reference is not None:
            element.set("href", reference)
    _rename(root, prefix)
    root.attrib = {"viewBox": root.attrib["viewBox"], "role": "img", "aria-labelledby": f"{prefix}-title"}
    name = ElementTree.Element(f"{SVG}title", {"id": f"{prefix}-title"})
    name.text = visible(title)
    root.insert(0, name)
    found = ElementTree.tostring(root, encoding="unicode")
    for colour, variable in VARIABLES.items():
        found = found.replace(colour, variable)
    return found


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Put the prefix before names that are used; drop the rest."""
    values = [value for element in root.iter() for name, value in element.attrib.items() if name != "id"]
    used = {name for element in root.iter() if (name := element.get("id")) and any(f"#{name}" in one for one in values)}
    for element in root.iter():
        name = element.attrib.pop("id", None)
        for key, value in element.attrib.items():
            for old in used:
                if f"#{old}" in value:
                    element.set(key, value.replace(f"#{old}", f"#{prefix}-{old}"))
        if name in used:
            element.set("id", f"{prefix}-{name}")
