"""`python -m benchmarks soak`: one class for minutes, with the server's Python busy; latency, loss, memory growth."""

import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from benchmarks import blocked
from benchmarks.figures import spread
from benchmarks.load.client import LoadClient
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.report import Report, Section, Table
from benchmarks.rooms import classroom
from benchmarks.rooms.measure import Window
from sfu.plane.model import SrtpProfile

WINDOW = 30.0  # seconds of one line of the table
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Options:
    """How long, how many, and whether Python is kept busy."""

    minutes: float = 10.0
    participants: int = 30
    python_load: bool = False


async def run(options: Options, windows: list[Window], say: Callable[[str], None]) -> None:
    """Fill `windows` one by one, so that what was measured before an interruption is kept."""
    count = max(1, round(options.minutes * 60 / WINDOW))
    command = (sys.executable, "-m", "benchmarks.blocked", "--config")
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        peer = ZvonokPeer(client, command=command) if options.python_load else ZvonokPeer(client)
        say(f"{options.participants} participants join")
        measured = classroom.classroom(client, peer, participants=options.participants, windows=count, seconds=WINDOW)
        async with aclosing(measured):
            async for window in measured:
                windows.append(window)
                say(f"[{len(windows)}/{count}] " + ", ".join(_row(len(windows), window)[1:]))


def report(options: Options, windows: Sequence[Window]) -> Report:
    """Windows, and the whole: medians, the worst, and what memory did."""
    into, out = classroom.packets_per_second(options.participants)
    load = f"blocked for {blocked.BLOCK * 1e3:.0f} ms in every {blocked.PERIOD * 1e3:.0f} ms"
    return Report(
        name="soak",
        title=f"{options.participants} participants in one room",
        method=(
            f"All cameras on at 30 packets of 1000 bytes a second, {classroom.SPEAKERS} microphones: {into} packets/s "
            f"in, {out} out. GCM128.",
            f"The server's event loop is {load if options.python_load else 'left alone'}.",
            "Added latency is from before the client's send call to the kernel's arrival time at a receiver's socket.",
            "Memory is that of the server process.",
        ),
        sections=(Section("Whole run", _summary(windows)), Section("Windows", _windows(windows))),
        raw=list(windows),
    )


def _summary(windows: Sequence[Window]) -> Table:
    received, lost = sum(window.packets_received for window in windows), sum(window.lost for window in windows)
    start, end = windows[0].resident, windows[-1].resident
    rows = (
        ("packets out", str(received)),
        ("loss", f"{lost / max(1, received + lost):.4%}"),
        ("delivered", f"{received / max(1, sum(window.expected for window in windows)):.2%}"),
        ("added latency p50, median window", _ms(spread([window.video.p50 for window in windows]).median)),
        ("added latency p99, median window", _ms(spread([window.video.p99 for window in windows]).median)),
        ("added latency p99, worst window", _ms(max(window.video.p99 for window in windows))),
        ("added latency, longest", _ms(max(window.video.longest for window in windows))),
        ("packets the client sent too late to count", str(sum(window.skipped for window in windows))),
        ("memory after the first window", f"{start / MEBIBYTE:.1f} MiB"),
        ("memory at the end", f"{end / MEBIBYTE:.1f} MiB"),
        ("growth", f"{(end - start) / MEBIBYTE:+.2f} MiB"),
    )
    return Table(("figure", "value"), rows)


def _windows(windows: Sequence[Window]) -> Table:
    headers = ("window", "out/s", "loss", "delivered", "p50", "p99", "longest", "server CPU", "memory")
    return Table(headers, tuple(_row(number, window) for number, window in enumerate(windows, 1)))


def _row(number: int, window: Window) -> tuple[str, ...]:
    return (
        str(number),
        f"{window.packets_received / window.seconds:.0f}/s",
        f"{window.loss:.4%} lost",
        f"{window.delivered:.1%}",
        _ms(window.video.p50),
        _ms(window.video.p99),
        _ms(window.video.longest),
        f"{window.server_cpu / window.seconds:.0%}",
        f"{window.resident / MEBIBYTE:.1f} MiB",
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"
