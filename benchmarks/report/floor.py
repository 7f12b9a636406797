"""The table of what forwarding costs at least on this machine. Pure."""

from collections.abc import Sequence

from benchmarks.plane.floors import PER_SECOND, FloorCost
from benchmarks.report.model import Section, Table
from benchmarks.report.sections import US, spread_text


def floor_section(found: Sequence[FloorCost]) -> Section:
    """One row for each profile and number of receivers."""
    rows = tuple(
        (
            f"1 to {one.receivers}",
            one.name,
            spread_text(one.paced, US),
            spread_text(one.hot, US),
            f"{1 / one.hot.median:,.0f}",
        )
        for one in found
    )
    headers = ("case", "profile", "paced us/packet", "at full speed us/packet", "packets/s at full speed")
    notes = (
        "A plain loop in C on one thread that receives, unprotects, rewrites, protects and sends packets of 1200 "
        "bytes, with none of a server's work.",
        f"Paced: CPU at {PER_SECOND} packets a second in, sleeping between them; lectures stand beside this. At full "
        "speed: caches warm; a capacity stands beside this.",
    )
    return Section("The floor under any forwarder", Table(headers, rows), None, notes)
