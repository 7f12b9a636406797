"""A report with everything that a report can hold, hostile names included."""

from dataclasses import replace

from benchmarks.report import Bar, Bars, Line, Lines, Range, Ranges, Report, Section, Table
from benchmarks.report.model import Setting
from benchmarks.report.sections import scenario_sections
from benchmarks.report.summary import Run, summaries
from benchmarks.rooms.outcome import Arrival
from tests.support.outcomes import OUTCOME

HOSTILE = '</title><script>alert("$x^2$")</script>\x1b[2J & co'
SETTING = Setting("2026-11-23 18:36 UTC", "A processor", 2, "4.0 GiB", "Linux 6", "3.11.7", "abc+", "zvonok bench")
ARRIVALS = tuple(Arrival(f"p{number}", 0.005, 0.04, 0.2, 0.6) for number in range(3))
SERVERS = ("Zvonok, GCM128", "Zvonok, CM80", HOSTILE)
RUNS = [
    Run(server, turn, replace(OUTCOME, title=case, arrivals=ARRIVALS))
    for turn in range(2)
    for case in ("Lecture, 1 to 10", "Lecture, 1 to 30")
    for server in SERVERS
]
TABLE = Table(("figure", "value"), (("p50", "0.1"), (HOSTILE, HOSTILE)))
REPORT = Report(
    name="everything",
    title=f"Side by side: {HOSTILE}",
    method=("One sends.", HOSTILE),
    sections=(
        *scenario_sections(summaries(RUNS), SERVERS[-1]),
        Section("Bars", TABLE, Bars("ms", (Bar(HOSTILE, 1.0), Bar("none", 0.0, 0.0, 0.0, HOSTILE)))),
        Section(
            "Ranges", TABLE, Ranges(HOSTILE, ("p50", "p99"), (Range(HOSTILE, (None, 2.0)), Range("b", (0.0, 3.0))))
        ),
        Section("Lines", TABLE, Lines("MiB", "minutes", (Line(HOSTILE, ((0, 1), (1, 2))), Line("b", ())))),
        Section("Empty", Table(("a",), ())),
    ),
    raw={"runs": RUNS},
    caveats=("Debian's Janus is slow.", HOSTILE),
    not_measured=("Networks.",),
    versions=((HOSTILE, "1.1.2"),),
)
