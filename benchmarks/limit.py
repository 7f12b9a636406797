"""`python -m benchmarks plane`: the floor under any forwarder on this machine, step by step."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.plane.floor import STEPS, Steps, measure_floor
from benchmarks.report import Report, Section, Table
from sfu.plane.model import SrtpProfile

PACKETS = 200_000  # sent in each case, so that all of them take about as long
NAMES = {SrtpProfile.AES_CM_128_HMAC_SHA1_80: "CM80", SrtpProfile.AEAD_AES_128_GCM: "GCM128"}
CASES = ((10, 1, False), (30, 1, False), (30, 4, False), (30, 4, True), (30, 8, True))


@dataclass(frozen=True, slots=True)
class Case:
    """One setting and what it cost, in ns per outgoing packet."""

    profile: str
    receivers: int
    burst: int
    offload: bool
    steps: Steps


def run(found: list[Case], say: Callable[[str], None]) -> None:
    """Fill `found` case by case."""
    for profile, name in NAMES.items():
        for receivers, burst, offload in CASES:
            steps = measure_floor(
                profile=profile,
                receivers=receivers,
                burst=burst,
                offload=offload,
                iterations=PACKETS // (receivers * burst),
            )
            found.append(Case(name, receivers, burst, offload, steps))
            say(f"[{len(found)}/{len(CASES) * len(NAMES)}] " + "  ".join(_row(found[-1])))


def report(found: list[Case]) -> Report:
    """Nanoseconds per step."""
    return Report(
        name="plane",
        title="The floor: a C loop that receives, unprotects, rewrites, protects and sends",
        method=(
            "1200-byte packets on loopback, everything in one thread with warm caches; median of the iterations.",
            "Elapsed time of each step. A server pays for waking up as well, and for what else it does per packet.",
        ),
        sections=(
            Section("ns per outgoing packet", Table(("profile", "case", *STEPS, "total"), tuple(map(_row, found)))),
        ),
        raw=[
            {
                **{name: getattr(case, name) for name in ("profile", "receivers", "burst", "offload")},
                **case.steps._asdict(),
            }
            for case in found
        ],
    )


def _row(case: Case) -> tuple[str, ...]:
    label = f"1 to {case.receivers}, burst {case.burst}{', GSO' if case.offload else ''}"
    return (case.profile, label, *(f"{step:.0f}" for step in case.steps), f"{sum(case.steps):.0f}")
