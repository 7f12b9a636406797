"""The sentences that every report of plans needs: how it was measured, what was not, what to doubt. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from benchmarks.peers.peer import Entrant
from benchmarks.report.summary import Run, Summary, noisy
from benchmarks.rooms.judge import MOST_CLIENT_SHARE
from benchmarks.rooms.judge import caveats as doubts
from benchmarks.rooms.outcome import Outcome

COMMON = (
    "Packet sizes are those of RTP, before SRTP. Rates of packets and bits count media only, without retransmissions, "
    "STUN and RTCP.",
    "Added latency is from before the client's send call to the kernel's arrival time at a receiver's socket, from "
    "stamps in the payload: all packets of one receiver in each of the first 8 rooms, one in 16 of the others.",
    "Receivers send receiver reports and REMB each second and NACKs for gaps. Loss is gaps in sequence numbers that no "
    "packet filled.",
)
LOCAL = (
    "CPU is the server process's own, user and system, out of the kernel's accounting; softirq work in its context is "
    "included. On loopback that holds the kernel's receiving half of every packet as well: compare servers, do not "
    "add up.",
    "Memory is the resident set of the server's process less that before anybody joined, per participant.",
)
REMOTE = ("The server runs elsewhere: its CPU, memory and threads are not known to this report.",)
NOT_MEASURED = (
    "Networks with loss, delay or a narrow link; real decoders (the commands media and sdk have them); more than one "
    "forwarding thread; receivers with transport-wide feedback; simulcast; other machines.",
)
LOOPBACK = "Client and servers share one machine and its loopback: no network card, no interrupts, no wire."


def sentences(*, remote: bool, windows: int, seconds: float, gro: bool = False) -> tuple[str, ...]:
    """The method of single scenarios."""
    several = f"{windows} windows of {seconds:g} s" if windows > 1 else f"One window of {seconds:g} s"
    offload = "take segments together (UDP_GRO), like a card that segments in hardware" if gro else ""
    offload = offload or "do not take segments together (UDP_GRO): the server pays for segmentation"
    measured = f"{several}, after everybody gets everything that is due and caches are warm. Receivers {offload}."
    return (measured, *COMMON, *(REMOTE if remote else LOCAL))


def versions(chosen: Iterable[Entrant]) -> tuple[tuple[str, str], ...]:
    """Each server once, however many settings of it take part: names have the setting behind a comma."""
    return tuple(dict.fromkeys((one.name.partition(",")[0], one.version) for one in chosen if one.version))


def of_runs(runs: Iterable[Run]) -> list[str]:
    """What the outcomes themselves have to say; all rounds of one case on one server speak together."""
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for run in runs:
        groups[run.server, run.case].append(run.outcome)
    whole = {group: _one(several) for group, several in groups.items()}
    return [f"{server}, {case}: {text}" for (server, case), one in whole.items() for text in doubts(one, share=False)]


def _one(outcomes: Sequence[Outcome]) -> Outcome:
    return replace(
        outcomes[0],
        windows=tuple(window for outcome in outcomes for window in outcome.windows),
        failures=tuple(failure for outcome in outcomes for failure in outcome.failures),
        stopped=next((outcome.stopped for outcome in outcomes if outcome.stopped), ""),
    )


def of_client(found: Sequence[Summary]) -> list[str]:
    """Where the load client used too much beside the server."""
    heavy = [one for one in found if one.client_share is not None and one.client_share > MOST_CLIENT_SHARE]
    if not heavy:
        return []
    named = "; ".join(f"{one.server}, {one.case} ({one.client_share:.0%})" for one in heavy)
    return [
        "The load client used more than a third of the server's CPU per packet and may have disturbed the server: "
        f"{named}."
    ]


def of_spread(found: Sequence[Summary]) -> list[str]:
    """A warning that names the noisy figures."""
    rough = [f"{one.server}, {one.case}" for one in found if one.runs > 1 and noisy(one.cost)]
    if not rough:
        return []
    return [
        f"Rounds differed by more than 20 % for {'; '.join(rough)}. Differences below 20 % between servers are no "
        "ranking."
    ]
