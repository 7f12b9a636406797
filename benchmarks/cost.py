"""`python -m benchmarks cost`: server CPU per outgoing packet, ours beside every other server that is installed.

Servers take turns within each round, so that a noisy minute of the machine hits all of them alike; compare medians.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.figures import spread
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.peers import janus, zvonok
from benchmarks.peers.peer import Peer, PeerError
from benchmarks.report import Report, Table
from benchmarks.rooms.lecture import lecture, traffic
from benchmarks.rooms.measure import Window
from sfu.plane.model import SrtpProfile

CM80, GCM = SrtpProfile.AES_CM_128_HMAC_SHA1_80, SrtpProfile.AEAD_AES_128_GCM
OURS = "Zvonok"
REFERENCE = "Janus, default"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A server in one setting."""

    name: str
    profile: SrtpProfile
    peer: Callable[[LoadClient], Peer]


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure."""

    receivers: tuple[int, ...] = (10, 30)
    rounds: int = 3
    seconds: float = 6.0
    burst: int = 1
    gro: bool = False
    only: str = ""
    """Part of the names of the servers to take; empty: all."""


@dataclass(frozen=True, slots=True)
class Run:
    """One window on one server."""

    server: str
    receivers: int
    round: int
    window: Window


def entrants() -> list[Entrant]:
    """Ours with both profiles, Janus (when Debian's package is installed) with both ways of making threads."""
    found = [
        Entrant(f"{OURS}, CM80", CM80, zvonok.ZvonokPeer),
        Entrant(f"{OURS}, GCM128", GCM, zvonok.ZvonokPeer),
    ]
    if janus.installed():
        found.append(Entrant(REFERENCE, CM80, janus.JanusPeer))
        found.append(Entrant("Janus, event_loops=1", CM80, lambda client: janus.JanusPeer(client, event_loops=1)))
    return found


async def run(options: Options, runs: list[Run], say: Callable[[str], None]) -> None:
    """Fill `runs` round by round, so that what was measured before an interruption is kept."""
    chosen = [entrant for entrant in entrants() if options.only.lower() in entrant.name.lower()]
    plan = [(turn, count, who) for turn in range(options.rounds) for count in options.receivers for who in chosen]
    for number, (turn, count, who) in enumerate(plan, 1):
        say(f"[{number}/{len(plan)}] round {turn + 1}, {who.name}, 1 to {count}")
        window = await _window(who, count, options, say)
        if window is not None:
            runs.append(Run(who.name, count, turn, window))
            say(f"    {describe(window)}")


async def _window(who: Entrant, count: int, options: Options, say: Callable[[str], None]) -> Window | None:
    rhythms = traffic(burst=options.burst)
    try:
        async with LoadClient(who.profile, gro=options.gro) as client:
            return await lecture(client, who.peer(client), rhythms, receivers=count, seconds=options.seconds)
    except (PeerError, ConnectError, TimeoutError) as error:
        say(f"    failed: {str(error) or type(error).__name__}")
        return None


def describe(window: Window) -> str:
    """One line for the progress display."""
    return (
        f"{window.cpu_per_packet * 1e6:.2f} us/packet, loss {window.loss:.3%}, delivered {window.delivered:.1%}, "
        f"added p50 {window.video.p50 * 1e3:.2f} ms, p99 {window.video.p99 * 1e3:.2f} ms, "
        f"client {window.client_cpu / max(1, window.packets_received) * 1e6:.2f} us/packet"
    )


def report(options: Options, runs: Sequence[Run]) -> Report:
    """Medians, spreads and ratios of what was measured."""
    return Report(
        name="cost" if options.burst == 1 else f"cost-burst{options.burst}",
        title="Server CPU per outgoing packet",
        method=(
            f"One publisher sends 500 video packets of 1200 bytes and 50 audio packets of 100 bytes a second, "
            f"video in bursts of {options.burst}; N receivers take both. RTP sizes, before SRTP.",
            f"{options.rounds} rounds, the servers taking turns, {options.seconds:g} s each; median (lowest-highest).",
            "CPU is the server process's own, user and system, softirq work in its context included. On loopback "
            "that holds the kernel's receiving half of every packet as well: compare servers, do not add up.",
            f"Receivers {'take' if options.gro else 'do not take'} segments together (UDP_GRO): "
            f"{'like a card that segments in hardware' if options.gro else 'the server pays for segmentation'}.",
            "Added latency is from before the client's send call to the kernel's arrival time at a receiver's socket.",
            "Receivers send receiver reports and REMB each second and NACKs for gaps; transport-wide congestion "
            "control is not negotiated with any server.",
            "Rows with CM80 compare like with like; GCM128 is what browsers agree on with us.",
            f"{janus.CAVEAT}.",
        ),
        tables=(("Servers", _table(runs)),),
        raw=list(runs),
    )


def _table(runs: Sequence[Run]) -> Table:
    groups: dict[tuple[int, str], list[Window]] = defaultdict(list)
    for item in runs:
        groups[item.receivers, item.server].append(item.window)
    reference = {count: _cost(windows) for (count, name), windows in groups.items() if name == REFERENCE}
    headers = (
        "N",
        "server",
        "CPU us/packet",
        "of Janus",
        "loss",
        "delivered",
        "p50 ms",
        "p90 ms",
        "p99 ms",
        "client us",
    )
    rows = (_row(count, name, groups[count, name], reference.get(count)) for count, name in sorted(groups))
    return Table(headers, tuple(rows))


def _row(count: int, name: str, windows: Sequence[Window], reference: float | None) -> tuple[str, ...]:
    cost = spread([window.cpu_per_packet * 1e6 for window in windows])
    middle = [spread(values).median for values in zip(*(_shares(window) for window in windows), strict=True)]
    loss, delivered, p50, p90, p99, client = middle
    return (
        str(count),
        name,
        f"{cost.median:.2f} ({cost.low:.2f}-{cost.high:.2f})",
        f"1/{reference / cost.median:.1f}" if reference and cost.median else "-",
        f"{loss:.3%}",
        f"{delivered:.1%}",
        f"{p50 * 1e3:.2f}",
        f"{p90 * 1e3:.2f}",
        f"{p99 * 1e3:.2f}",
        f"{client * 1e6:.2f}",
    )


def _shares(window: Window) -> tuple[float, ...]:
    client = window.client_cpu / max(1, window.packets_received)
    return (window.loss, window.delivered, window.video.p50, window.video.p90, window.video.p99, client)


def _cost(windows: Sequence[Window]) -> float:
    return spread([window.cpu_per_packet * 1e6 for window in windows]).median
