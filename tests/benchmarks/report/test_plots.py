from xml.etree import ElementTree

import pytest

from benchmarks.report.model import Bar, Bars, Line, Lines, Plot, Range, Ranges
from benchmarks.report.plots import SVG, short, svg
from tests.benchmarks.report.reports import HOSTILE

PLOTS: list[Plot] = [
    Bars("microseconds", (Bar("Zvonok", 4.87, 4.78, 5.03, "1 to 30"), Bar("Janus", 31.7, 21.5, 38.7, "1 to 30"))),
    Ranges("ms", ("p50", "p90", "p99", "longest"), (Range("Zvonok", (0.1, 0.2, 0.4, 9.0)), Range("b", (None,) * 4))),
    Lines("MiB", "minutes", (Line("resident", ((0.5, 176.8), (1.0, 176.9))),)),
]


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_is_valid_xml_with_a_title_and_the_pages_colours(plot: Plot) -> None:
    text = svg(plot, "Cost", "plot-1")
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == "Cost"
    assert root.get("aria-labelledby") == "plot-1-title"
    assert "var(--ink)" in text
    assert not root.findall(f".//{SVG}style")
    assert "#0" not in text, "every colour is a variable of the page"


@pytest.mark.parametrize("plot", PLOTS)
def test_ids_of_two_plots_never_clash_and_references_are_kept(plot: Plot) -> None:
    roots = [ElementTree.fromstring(svg(plot, "Cost", prefix)) for prefix in ("plot-1", "plot-2")]
    ids = [{element.get("id") for element in root.iter() if element.get("id")} for root in roots]
    assert not ids[0] & ids[1]
    for root, own in zip(roots, ids, strict=True):
        used = {element.get("href", "")[1:] for element in root.iter() if element.get("href")}
        assert used <= own


def test_names_and_figures_can_be_read_as_text() -> None:
    text = "".join(ElementTree.fromstring(svg(PLOTS[0], "Cost", "p")).itertext())
    for word in ("Zvonok", "Janus", "1 to 30", "4.87", "31.7", "microseconds"):
        assert word in text


def test_names_of_servers_cannot_add_markup_or_formulas() -> None:
    root = ElementTree.fromstring(svg(Bars("ms", (Bar(HOSTILE, 1.0),)), HOSTILE, "p"))
    assert not [element for element in root.iter() if "script" in element.tag]
    assert "$" in "".join(root.itertext())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (4.87, "4.87"), (31.74, "31.7"), (250_000, "250,000"), (1250, "1250"), (0.0312, "0.0312"), (5.0, "5")],
)
def test_short_figures(value: float, text: str) -> None:
    assert short(value) == text
