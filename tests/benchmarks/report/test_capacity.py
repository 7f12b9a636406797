from dataclasses import replace

from benchmarks.report.capacity import capacity_method, capacity_section, probes_section
from benchmarks.report.model import Bars
from benchmarks.rooms.capacity import Capacity, Limits, Probe
from tests.support.outcomes import GOOD

FINE, BAD = Probe(30, 31, "", 0, False, GOOD), Probe(60, 61, "2.0% lost", 60, True, replace(GOOD, lost=2000))
FOUND = Capacity("Zvonok", "lecture", "receivers", 30, (FINE, BAD), "the load client", "2.0% lost")


def test_the_largest_size_with_its_rate_and_who_set_the_limit() -> None:
    section = capacity_section([FOUND])
    assert section.table.rows == (
        ("Zvonok", "lecture", "30 receivers", "16,667", "200,000", "the load client: 2.0% lost"),
    )
    assert isinstance(section.plot, Bars)


def test_a_server_on_which_nothing_worked_is_told_too() -> None:
    none = Capacity(
        "Zvonok", "lecture", "receivers", 0, (Probe(30, 31, "nobody got in", 30, False, None),), "the server", "full"
    )
    assert capacity_section([none]).table.rows == (("Zvonok", "lecture", "none worked", "-", "-", "the server: full"),)
    assert capacity_section([none]).plot is None
    assert probes_section(none).table.rows == (("30", "31", "-", "-", "-", "nobody got in"),)


def test_every_probe_is_listed_with_its_verdict() -> None:
    rows = probes_section(FOUND).table.rows
    assert [row[-1] for row in rows] == ["works", "2.0% lost (load client at its limit)"]


def test_limits_are_told_as_people_read_them() -> None:
    words = capacity_method(Limits())
    assert "less than 1 % of the packets lost" in words
    assert "below 50 ms" in words
