"""Repeated outcomes of one plan on one server as figures: medians, spreads, ratios. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.figures import Latency, Spread, spread
from benchmarks.rooms.outcome import Arrival, Outcome, Window

NOISY = 0.2  # spread as a share of the median: beyond it, differences smaller than it are no ranking


@dataclass(frozen=True, slots=True)
class Run:
    """One outcome within a comparison."""

    server: str
    """The entrant's name."""
    round: int
    outcome: Outcome

    @property
    def case(self) -> str:
        return self.outcome.title


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long participants waited for something, in seconds."""

    p50: float
    p90: float
    longest: float


@dataclass(frozen=True, slots=True)
class Rates:
    """Packets and bits per second, medians."""

    packets_in: float
    packets_out: float
    bits_in: float
    bits_out: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All runs of one case on one server that have figures."""

    case: str
    server: str
    runs: int
    participants: int
    rates: Rates
    cost: Spread | None
    """Server's CPU seconds per outgoing packet; None for remote servers. Over runs, or the windows of a single one."""
    per_megabit: Spread | None
    load: float | None
    """CPU seconds of the server per second, median."""
    loss: float
    delivered: float
    latency: Latency
    """Medians over the windows, of video when there is any; the longest is the longest of all."""
    jitter: float
    memory: Spread | None
    """Bytes that a participant added."""
    empty: float | None
    threads: int | None
    joined: Waiting | None
    connected: Waiting | None
    first_packet: Waiting | None
    first_key_frame: Waiting | None
    seconds_to_join: Spread
    failures: int
    client: float
    """The load client's CPU seconds per packet it received, median."""
    client_share: float | None
    messages: Latency | None
    """Delays, medians over the windows; None when nobody sends any."""
    messages_lost: float


def summaries(runs: Iterable[Run]) -> list[Summary]:
    """One for each case and server, in the order in which they first came; runs without a window are left out."""
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for run in runs:
        if run.outcome.windows:
            groups[run.case, run.server].append(run.outcome)
    cases = list(dict.fromkeys(case for case, _ in groups))
    ordered = sorted(groups, key=lambda group: cases.index(group[0]))
    return [_summary(case, server, groups[case, server]) for case, server in ordered]


def noisy(values: Spread | None) -> bool:
    """Whether runs differed so much that small differences between servers mean nothing."""
    return values is not None and values.median > 0 and (values.high - values.low) / values.median > NOISY


def ratio(value: float, reference: float) -> str:
    """How a cost stands to the reference's: "1/6.5" for less, "1.3 x" for more."""
    if value <= 0 or reference <= 0:
        return "-"
    return f"1/{reference / value:.1f}" if value <= reference else f"{value / reference:.1f} x"


def costs(found: Sequence[Summary], server: str) -> Mapping[str, float]:
    """A server's CPU per outgoing packet by case."""
    return {one.case: one.cost.median for one in found if one.server == server and one.cost is not None}


def _summary(case: str, server: str, outcomes: Sequence[Outcome]) -> Summary:
    windows = [window for outcome in outcomes for window in outcome.windows]
    arrivals = [arrival for outcome in outcomes for arrival in outcome.arrivals]
    received, lost = sum(one.packets_received for one in windows), sum(one.lost for one in windows)
    messages = [window.messages for window in windows if window.messages is not None]
    due = sum(one.due for one in messages)
    return Summary(
        case=case,
        server=server,
        runs=len(outcomes),
        participants=round(median(outcome.participants for outcome in outcomes)),
        rates=_rates(windows),
        cost=_over_runs(outcomes, lambda window: window.cpu_per_packet),
        per_megabit=_over_runs(outcomes, lambda window: window.cpu_per_megabit),
        load=_median(window.server.cpu / window.seconds for window in windows if window.server),
        loss=lost / (received + lost) if received + lost else 0.0,
        delivered=median(window.delivered for window in windows),
        latency=_latency([window.video if window.video.packets else window.audio for window in windows]),
        jitter=median(window.jitter for window in windows),
        memory=_spread(outcome.memory_per_participant for outcome in outcomes),
        empty=_median(outcome.resident_empty for outcome in outcomes),
        threads=max((window.server.threads for window in windows if window.server), default=None),
        joined=_waiting(arrivals, "joined"),
        connected=_waiting(arrivals, "connected"),
        first_packet=_waiting(arrivals, "first_packet"),
        first_key_frame=_waiting(arrivals, "first_key_frame"),
        seconds_to_join=spread([outcome.seconds_to_join for outcome in outcomes]),
        failures=sum(len(outcome.failures) for outcome in outcomes),
        client=median(window.client_per_packet for window in windows),
        client_share=_median(window.client_share for window in windows),
        messages=_latency([one.delay for one in messages]) if messages else None,
        messages_lost=max(0.0, 1 - sum(one.received for one in messages) / due) if due else 0.0,
    )


def _rates(windows: Sequence[Window]) -> Rates:
    return Rates(
        packets_in=median(window.packets_sent / window.seconds for window in windows),
        packets_out=median(window.packets_received / window.seconds for window in windows),
        bits_in=median(8 * window.octets_sent / window.seconds for window in windows),
        bits_out=median(8 * window.octets_received / window.seconds for window in windows),
    )


def _over_runs(outcomes: Sequence[Outcome], figure: Callable[[Window], float | None]) -> Spread | None:
    """Each run counts with the median of its windows; a single run with all its windows."""
    values = [[one for window in outcome.windows if (one := figure(window)) is not None] for outcome in outcomes]
    values = [run for run in values if run]
    return _spread(values[0]) if len(values) == 1 else _spread(median(run) for run in values)


def _spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return spread(known) if known else None


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _latency(several: Sequence[Latency]) -> Latency:
    measured = [one for one in several if one.packets] or list(several)
    p50, p90, p99 = (median(getattr(one, name) for one in measured) for name in ("p50", "p90", "p99"))
    return Latency(sum(one.packets for one in measured), p50, p90, p99, max(one.longest for one in measured))


def _waiting(arrivals: Sequence[Arrival], name: str) -> Waiting | None:
    values = sorted(value for arrival in arrivals if (value := getattr(arrival, name)) is not None)
    if not values:
        return None
    return Waiting(median(values), values[min(len(values) - 1, int(0.9 * len(values)))], values[-1])
