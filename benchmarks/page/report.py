"""The report of what a page receives. Pure."""

from collections import Counter

from benchmarks.page.cast import SIZES
from benchmarks.page.scenes import SHOWN, Findings, Plan, View
from benchmarks.report import Bar, Bars, Report, Section, Table

HEADERS = ("view", "received kbit/s", "pictures", "decoded/s", "page CPU cores", "server CPU cores")
METHOD = (
    "One page of a real Chromium in a call; all others are played by this process, which sends real VP8 of "
    + ", ".join(f"{width}x{height} at {rate // 1000} kbit/s" for width, height, rate in SIZES.values())
    + " as simulcast, 25 pictures a second, each size as long as anybody takes it (dynacast). Those played "
    f"take the first {SHOWN} cameras at the smallest size.",
    "What came is all that the page's connections received, by its own getStats(); of played ones the RTP of their "
    "sockets.",
    "Page CPU is that of all the browser's processes, which decode and draw in software, since there is no GPU, and "
    "encode its own camera. Server CPU is the whole class's.",
)


def report(plans: tuple[Plan, ...], findings: tuple[Findings, ...], *, name: str, version: str) -> Report:
    """A table for each scene."""
    return Report(
        name="page",
        title=f"What a page receives and costs: {name}",
        method=METHOD,
        sections=tuple(_section(plan, found) for plan, found in zip(plans, findings, strict=True)),
        raw={"plans": plans, "findings": findings},
        versions=((name, version),) if version else (),
    )


def _section(plan: Plan, findings: Findings) -> Section:
    title = f"A class of {plan.people} with cameras"
    if plan.rooms:
        title = f"The wall of {plan.rooms} breakout rooms with {plan.people - 1} pupils"
    rows = tuple(map(_row, findings.views))
    bars = tuple(Bar(view.name, view.received / 1000) for view in findings.views)
    return Section(title, Table(HEADERS, rows), Bars("kbit/s", bars))


def _row(view: View) -> tuple[str, ...]:
    heights = sorted(Counter(view.pictures).items(), reverse=True)
    return (
        view.name,
        f"{view.received / 1000:.0f}",
        ", ".join(f"{count} of {height}p" for height, count in heights),
        f"{view.frames:.0f}",
        f"{view.page_cpu:.2f}" if view.page_cpu else "",
        f"{view.server_cpu:.2f}",
    )
