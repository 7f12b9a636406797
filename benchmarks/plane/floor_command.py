"""`zvonok bench floor`: the floor under any forwarder on this machine, step by step."""

import argparse
from dataclasses import dataclass

from rich.console import Console

from benchmarks.command.stop import UsageError
from benchmarks.figures import Spread
from benchmarks.plane.floor import STEPS, Steps
from benchmarks.plane.floors import NAMES, PER_SECOND, ROUNDS, FloorCost, hot, measure, turns
from benchmarks.report import Bar, Bars, Report, Section, Table, publish

PACKETS = 100_000  # out, in each setting of bursts
BURSTS = ((4, False), (4, True), (8, True))  # packets, segmentation offload
RECEIVERS = 30  # of a burst
EXAMPLES = """examples:
  zvonok bench floor                           about 25 seconds
  zvonok bench floor --rounds 20               for a machine that is busy otherwise"""

METHOD = (
    "Video packets of 1200 bytes and, at the pace of a call, one in eleven of audio with 100; all of it on loopback.",
    f"Paced: {PER_SECOND} packets a second come evenly spaced; CPU of the forwarding thread, which sleeps in between "
    "and wakes for each. This is what a server at that rate stands beside.",
    "Hot: one packet at once after the other in one thread with warm caches; elapsed time, median of the iterations. "
    "This is what a saturated core stands beside.",
)


@dataclass(frozen=True, slots=True)
class BurstCost:
    """Bursts at full speed, in nanoseconds per outgoing packet."""

    profile: str
    receivers: int
    burst: int
    offload: bool
    steps: Steps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of the command."""
    parser.add_argument(
        "--rounds",
        type=int,
        default=ROUNDS,
        metavar="N",
        help="of all settings by turns, about 4 s each (default: %(default)s)",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """0, or 1 when the kernel does not let packets through. Ctrl-C keeps what is there."""
    if options.rounds < 1:
        raise UsageError("--rounds must be at least 1")
    costs: tuple[FloorCost, ...] = ()
    bursts: list[BurstCost] = []
    wanted = turns(rounds=options.rounds)
    try:
        for turn, costs in enumerate(measure(rounds=options.rounds), 1):  # noqa: B007 - kept after Ctrl-C
            console.print(f"[{turn}/{wanted}]", markup=False, highlight=False)
        for profile, name in NAMES.items():
            for burst, offload in BURSTS:
                steps = hot(profile, RECEIVERS, PACKETS, burst=burst, offload=offload)
                bursts.append(BurstCost(name, RECEIVERS, burst, offload, steps))
    except OSError as error:
        console.print(f"The floor cannot be measured here: {error}.", markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("stopped; this is what there is")
    if costs:
        publish(report(costs, bursts), console)
    return 0


def report(costs: tuple[FloorCost, ...], bursts: list[BurstCost]) -> Report:
    """Microseconds of both kinds, nanoseconds of the steps."""
    return Report(
        name="floor",
        title="The floor: a plain loop in C that receives, unprotects, rewrites, protects and sends",
        method=METHOD,
        sections=(section(costs), _steps(costs, bursts)),
        raw={"floor": costs, "bursts": bursts},
        not_measured=("What a server needs besides: who is who, feedback, retransmissions, signalling.",),
    )


def section(costs: tuple[FloorCost, ...]) -> Section:
    """Both floors beside each other, for reports of others as well."""
    rows = tuple((cost.name, f"1 to {cost.receivers}", _micro(cost.paced), _micro(cost.hot)) for cost in costs)
    bars = tuple(
        Bar(f"{cost.name}, 1 to {cost.receivers}", figure.median * 1e6, figure.low * 1e6, figure.high * 1e6, group)
        for group, figures in (("paced", [cost.paced for cost in costs]), ("hot", [cost.hot for cost in costs]))
        for cost, figure in zip(costs, figures, strict=True)
    )
    return Section(
        "The floor, microseconds per outgoing packet",
        Table(("profile", "receivers", "paced", "hot"), rows),
        Bars("microseconds per outgoing packet", bars),
    )


def _micro(figure: Spread) -> str:
    return f"{figure.median * 1e6:.2f} ({figure.low * 1e6:.2f}-{figure.high * 1e6:.2f})"


def _steps(costs: tuple[FloorCost, ...], bursts: list[BurstCost]) -> Section:
    each = [(cost.name, f"1 to {cost.receivers}", cost.steps) for cost in costs]
    each += [
        (cost.profile, f"1 to {cost.receivers}, bursts of {cost.burst}{', GSO' if cost.offload else ''}", cost.steps)
        for cost in bursts
    ]
    rows = tuple((name, case, *(f"{step:.0f}" for step in steps), f"{sum(steps):.0f}") for name, case, steps in each)
    return Section(
        "Steps at full speed, nanoseconds per outgoing packet", Table(("profile", "case", *STEPS, "total"), rows)
    )
