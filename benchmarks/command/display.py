"""Progress on a terminal: a bar, the phase, the time left, the last figures; elsewhere plain lines.

It is drawn rarely: what it costs counts as the load client's CPU.
"""

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from benchmarks.command.timetable import Timetable
from benchmarks.report.words import visible
from benchmarks.rooms.outcome import Outcome, Window
from benchmarks.rooms.plan import Plan
from benchmarks.rooms.progress import Phase

FRAMES = 2  # per second: a third of a millisecond of CPU each


class Display:
    """Shows one or several runs (`rooms.progress.Progress`). `planned`: guessed seconds of each run to come.

    A context manager; what is printed meanwhile through `console` appears above the bar.
    """

    def __init__(self, console: Console, planned: Sequence[float]) -> None:
        self._console = console
        self._table = Timetable(planned, time.monotonic())
        self._title = self._phase = self._name = ""
        self._figures = Text()
        self._live = Live(console=console, refresh_per_second=FRAMES, transient=True, get_renderable=self._drawn)
        self._outcomes: list[Outcome] = []

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """Of the runs so far, a whole one or what was measured before it ended."""
        return self._outcomes

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def announce(self, name: str) -> None:
        """What the next run is called instead of the server's own name, which may stand for several settings."""
        self._name = name
        if self._console.is_terminal:
            self._title, self._phase = visible(name), "starting"

    def step(self, title: str, seconds: float) -> None:
        """A run that has no phases of its own begins."""
        phase = Phase("", seconds)
        self._table.begin((phase,), time.monotonic())
        self._named(title)
        self.enter(phase)

    def begin(self, server: str, plan: Plan, phases: Sequence[Phase]) -> None:
        self._table.begin(phases, time.monotonic())
        self._named(f"{self._name or server}: {plan.title}")

    def enter(self, phase: Phase) -> None:
        self._table.enter(phase, time.monotonic())
        self._phase = phase.name

    def advance(self, share: float) -> None:
        self._table.advance(share)

    def window(self, window: Window) -> None:
        self._figures = Text(describe(window), style="cyan")
        if not self._console.is_terminal:
            self._console.print(Text(f"    {describe(window)}"))

    def note(self, text: str) -> None:
        self._console.print(Text(f"  ! {visible(text)}", style="yellow"))

    def ended(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._table.end()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._console.print(Text(visible(text)))

    def _named(self, title: str) -> None:
        self._title, self._phase = visible(title), ""
        if not self._console.is_terminal:
            self._console.print(Text(f"[{self._share():.0%}, {minutes(self._left())} left] {self._title}"))

    def _share(self) -> float:
        return self._table.share(time.monotonic())

    def _left(self) -> float:
        return self._table.left(time.monotonic())

    def _drawn(self) -> Group:
        row = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=1.0, completed=self._share(), width=24)
        row.add_row(bar, Text(f"{self._share():4.0%}"), Text(f"{minutes(self._left())} left", style="bold"))
        return Group(row, Text(f"{self._title}  {self._phase}", overflow="ellipsis", no_wrap=True), self._figures)


def describe(window: Window) -> str:
    """The figures of a window in one line."""
    rate = f"{window.packets_received / max(1e-9, window.seconds):,.0f} packets/s out"
    cost = window.cpu_per_packet
    parts = [rate, f"{cost * 1e6:.2f} us/packet" if cost is not None else "", f"loss {window.loss:.3%}"]
    if window.video.packets or window.audio.packets:
        latency = window.video if window.video.packets else window.audio
        parts.append(f"latency p50 {latency.p50 * 1e3:.2f} ms, p99 {latency.p99 * 1e3:.2f} ms")
    if window.messages is not None:
        parts.append(f"messages {window.messages.received} of {window.messages.due}")
    if window.packets_received:
        parts.append(f"client {window.client_per_packet * 1e6:.2f} us/packet")
    return ", ".join(filter(None, parts))


def minutes(seconds: float) -> str:
    """As on a clock: "9:05"."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"
