"""Tables and plots out of summaries: the parts that reports of scenarios and comparisons share. Pure."""

from collections.abc import Mapping, Sequence

from benchmarks.figures import Spread
from benchmarks.report.model import Bar, Bars, Range, Ranges, Section, Table
from benchmarks.report.summary import Summary, Waiting, costs, ratio

MEBIBYTE = 1 << 20
KIBIBYTE = 1 << 10
US, MS = 1e6, 1e3  # per second
PERCENTILES = ("p50", "p90", "p99", "longest")
UNKNOWN = "-"


def scenario_sections(
    found: Sequence[Summary], reference: str = "", floors: Mapping[tuple[str, str], float] | None = None
) -> tuple[Section, ...]:
    """Everything about runs of plans. `floors`: seconds per packet by case and server, where they were measured."""
    return (
        cost(found, reference, floors or {}),
        latency(found),
        arrivals(found),
        memory(found),
        traffic(found),
        messages(found),
        client(found),
    )


def cost(found: Sequence[Summary], reference: str, floors: Mapping[tuple[str, str], float]) -> Section:
    """CPU per outgoing packet, beside the reference and the floor."""
    known = [(one, one.cost) for one in found if one.cost is not None]
    beside = costs(found, reference)
    headers = ["case", "server", "CPU us/packet", *([f"of {reference}"] if beside else [])]
    headers += [*(["of the floor"] if floors else []), "us/Mbit", "cores", "loss", "delivered", "runs"]
    rows = []
    for one, values in known:
        floor = floors.get((one.case, one.server))
        rows.append(
            (
                one.case,
                one.server,
                spread_text(values, US),
                *([ratio(values.median, beside.get(one.case, 0.0))] if beside else []),
                *([f"{values.median / floor:.1f} x" if floor else UNKNOWN] if floors else []),
                f"{one.per_megabit.median * US:.1f}" if one.per_megabit else UNKNOWN,
                f"{one.load:.2f}" if one.load is not None else UNKNOWN,
                f"{one.loss:.3%}",
                f"{one.delivered:.1%}",
                str(one.runs),
            )
        )
    bars = (Bar(one.server, v.median * US, v.low * US, v.high * US, one.case) for one, v in known)
    return Section(
        "CPU of the server per outgoing packet",
        Table(tuple(headers), tuple(rows), grouped=True),
        Bars("microseconds of CPU per packet", tuple(bars)) if known else None,
        ("Median (lowest-highest) over the runs, whiskers in the plot. Cores: CPU seconds per second.",),
    )


def latency(found: Sequence[Summary]) -> Section:
    """Added one-way latency."""
    known = [one for one in found if one.latency.packets]
    rows = []
    for one in known:
        figures = (one.latency.p50, one.latency.p90, one.latency.p99, one.latency.longest)
        rows.append((one.case, one.server, *(f"{value * MS:.2f}" for value in figures), f"{one.jitter * MS:.2f}"))
    ranges = tuple(
        Range(one.server, tuple(getattr(one.latency, mark) * MS for mark in PERCENTILES), one.case) for one in known
    )
    return Section(
        "Added latency",
        Table(("case", "server", *(f"{mark} ms" for mark in PERCENTILES), "jitter ms"), tuple(rows), grouped=True),
        Ranges("milliseconds", PERCENTILES, ranges) if known else None,
        ("From before the client's send call to the kernel's arrival time at a receiver's socket.",),
    )


def arrivals(found: Sequence[Summary]) -> Section:
    """How long participants took to come in."""
    names = ("joined", "connected", "first packet", "first key frame")
    rows, ranges = [], []
    for one in found:
        waits = (one.joined, one.connected, one.first_packet, one.first_key_frame)
        rows.append(
            (
                one.case,
                one.server,
                *map(_waiting, waits),
                f"{one.seconds_to_join.median:.1f}",
                str(one.participants),
                str(one.failures),
            )
        )
        ranges.append(Range(one.server, tuple(wait.p50 * MS if wait else None for wait in waits), one.case))
    return Section(
        "Coming in",
        Table(
            ("case", "server", *(f"{name} ms" for name in names), "all in s", "inside", "failures"),
            tuple(rows),
            grouped=True,
        ),
        Ranges("milliseconds since it began to join, medians", names, tuple(ranges)) if rows else None,
        ("Median (longest) over the participants. All in: until everybody gets everything that is due.",),
    )


def memory(found: Sequence[Summary]) -> Section:
    """Resident memory of the server's process."""
    known = [(one, one.memory) for one in found if one.memory is not None]
    rows = tuple(
        (
            one.case,
            one.server,
            spread_text(values, 1 / KIBIBYTE, 0),
            f"{one.empty / MEBIBYTE:.1f}" if one.empty is not None else UNKNOWN,
            str(one.threads or UNKNOWN),
        )
        for one, values in known
    )
    bars = tuple(Bar(one.server, *_scaled(values, 1 / KIBIBYTE), one.case) for one, values in known)
    return Section(
        "Memory of the server",
        Table(("case", "server", "KiB per participant", "MiB when empty", "threads"), rows, grouped=True),
        Bars("KiB that a participant added", bars) if known else None,
    )


def traffic(found: Sequence[Summary]) -> Section:
    """What went in and out."""
    rows = tuple(
        (
            one.case,
            one.server,
            f"{one.rates.packets_in:,.0f}",
            f"{one.rates.packets_out:,.0f}",
            f"{one.rates.bits_in / 1e6:.1f}",
            f"{one.rates.bits_out / 1e6:.1f}",
        )
        for one in found
    )
    headers = ("case", "server", "packets/s in", "packets/s out", "Mbit/s in", "Mbit/s out")
    return Section("Traffic", Table(headers, rows, grouped=True))


def messages(found: Sequence[Summary]) -> Section:
    """Data messages; no rows when no plan sends any."""
    rows = tuple(
        (
            one.case,
            one.server,
            *(f"{getattr(one.messages, mark) * MS:.2f}" for mark in PERCENTILES),
            f"{one.messages_lost:.2%}",
        )
        for one in found
        if one.messages is not None
    )
    headers = ("case", "server", *(f"{mark} ms" for mark in PERCENTILES), "missing")
    note = "From before the send call in the client to the message's arrival in its code, which is Python on both ends."
    return Section("Data messages", Table(headers, rows, grouped=True), None, (note,))


def client(found: Sequence[Summary]) -> Section:
    """What the measuring itself cost."""
    rows = tuple(
        (
            one.case,
            one.server,
            f"{one.client * US:.2f}",
            f"{one.client_share:.0%}" if one.client_share is not None else UNKNOWN,
        )
        for one in found
    )
    headers = ("case", "server", "client CPU us/packet", "of the server's")
    return Section(
        "The load client", Table(headers, rows, grouped=True), None, ("It should stay below a third of the server's.",)
    )


def spread_text(values: Spread, scale: float, decimals: int = 2) -> str:
    """ "4.87 (4.78-5.03)" in another unit."""
    middle, low, high = (f"{value * scale:.{decimals}f}" for value in (values.median, values.low, values.high))
    return middle if low == high else f"{middle} ({low}-{high})"


def _scaled(values: Spread, scale: float) -> tuple[float, float, float]:
    return values.median * scale, values.low * scale, values.high * scale


def _waiting(wait: Waiting | None) -> str:
    return f"{wait.p50 * MS:.0f} ({wait.longest * MS:.0f})" if wait else UNKNOWN
