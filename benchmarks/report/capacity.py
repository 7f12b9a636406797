"""Tables and plots of searches for the largest size. Pure."""

from collections.abc import Sequence

from benchmarks.report.model import Bar, Bars, Section, Table
from benchmarks.report.sections import UNKNOWN
from benchmarks.rooms.capacity import Capacity, Limits, Probe


def capacity_section(found: Sequence[Capacity]) -> Section:
    """The largest size of each server, and the packet rate there."""
    rows = tuple(_row(one) for one in found)
    bars = tuple(Bar(one.server, one.packets_per_second, group=f"The largest {one.plan}") for one in found if one.best)
    return Section(
        "Capacity",
        Table(("server", "scenario", "largest", "packets/s out", "per CPU second", "limited by"), rows),
        Bars("packets per second out, at the largest size that works", bars) if bars else None,
        ("Per CPU second: packets that one second of one core sends, at that size.",),
    )


def probes_section(found: Capacity) -> Section:
    """Every size that was tried, in that order."""
    rows = tuple(_probe(probe) for probe in found.probes)
    return Section(
        f"Sizes tried: {found.server}",
        Table((found.unit, "participants", "packets/s out", "loss", "p99 ms", "verdict"), rows),
    )


def capacity_method(limits: Limits) -> str:
    """What "works" means."""
    return (
        f"The largest size with less than {limits.loss * 100:g} % of the packets lost, a p99 of added latency below "
        f"{limits.p99 * 1e3:g} ms and everybody served: doubled until one fails, then the interval is halved; the size "
        "that limits the result has failed twice; after each failure latency is normal again before the next try. "
        f"Windows of {limits.window:g} s; at most {limits.budget:g} s for each search."
    )


def _row(one: Capacity) -> tuple[str, ...]:
    per_core = one.packets_per_core
    size = f"{one.size} {one.unit}" if one.size else "none worked"
    rate = f"{one.packets_per_second:,.0f}" if one.best else UNKNOWN
    limit = f"{one.limited_by}: {one.problem}" if one.problem else one.limited_by
    return (one.server, one.plan, size, rate, f"{per_core:,.0f}" if per_core else UNKNOWN, limit)


def _probe(probe: Probe) -> tuple[str, ...]:
    verdict = probe.problem or "works"
    if probe.client_bound:
        verdict += " (load client at its limit)"
    window = probe.window
    if window is None:
        return (str(probe.size), str(probe.participants), UNKNOWN, UNKNOWN, UNKNOWN, verdict)
    rate, p99 = window.packets_received / window.seconds, max(window.video.p99, window.audio.p99)
    figures = (f"{rate:,.0f}", f"{window.loss:.3%}", f"{p99 * 1e3:.1f}")
    return (str(probe.size), str(probe.participants), *figures, verdict)
