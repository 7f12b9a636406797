from dataclasses import replace
from io import StringIO

from rich.console import Console

from benchmarks.command.display import Display, describe, minutes
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.options import Options
from benchmarks.rooms.progress import phases
from tests.support.outcomes import GOOD, OUTCOME

PLAN = Lecture().plan()
PHASES = phases(PLAN, Options())


def told(display: Display) -> None:
    with display:
        display.begin("Janus\x1b[2J", PLAN, PHASES)
        for phase in PHASES:
            display.enter(phase)
            display.advance(0.5)
        display.window(GOOD)
        display.note("somebody failed")
        display.ended(OUTCOME)


def test_where_no_terminal_is_it_prints_plain_lines() -> None:
    out = StringIO()
    display = Display(Console(file=out, width=200), [10.0, 10.0])
    told(display)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("[0%, 0:20 left] Janus")
    assert "5.00 us/packet" in lines[1]
    assert "somebody failed" in lines[2]
    assert "\x1b" not in out.getvalue()
    assert display.outcomes == [OUTCOME]


def test_on_a_terminal_it_draws_a_bar_and_takes_it_away() -> None:
    out = StringIO()
    told(Display(Console(file=out, force_terminal=True, width=100), [10.0]))
    assert "left" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue(), "a server's name cannot clear the screen"
    assert out.getvalue().endswith("\x1b[?25h") or "\x1b[?25h" in out.getvalue(), "the cursor is back"


def test_figures_of_a_window() -> None:
    assert describe(GOOD) == (
        "16,667 packets/s out, 5.00 us/packet, loss 0.000%, latency p50 0.10 ms, p99 1.00 ms, client 1.50 us/packet"
    )
    assert "us/packet, loss" not in describe(replace(GOOD, server=None))


def test_minutes_as_on_a_clock() -> None:
    assert [minutes(seconds) for seconds in (0, 9.6, 65, 3600)] == ["0:00", "0:10", "1:05", "60:00"]
