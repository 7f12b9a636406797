"""How cheap forwarding can be on this machine: the plain loop at full speed, and at the pace of a call."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median

from benchmarks.figures import Spread, spread
from benchmarks.plane.floor import FloorLoop, Steps
from benchmarks.plane.paced import feed, serve
from sfu.plane.model import SrtpProfile

NAMES = {SrtpProfile.AES_CM_128_HMAC_SHA1_80: "CM80", SrtpProfile.AEAD_AES_128_GCM: "GCM128"}
PER_SECOND = 550  # packets into the floor: the lecture's 500 of video and 50 of audio
TURN = 1.0  # seconds of one turn, about
PACED_PACKETS = 495  # of one turn
WARM_UP = 33  # packets
HOT_PACKETS = 20_000  # out, of one turn
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class FloorCost:
    """What one outgoing packet costs at least; seconds."""

    profile: SrtpProfile
    receivers: int
    paced: Spread
    """CPU of the forwarding thread, evenly spaced as in the scenarios: it sleeps and wakes between packets, and finds
    its caches cold. This is what a server at that rate stands beside."""
    hot: Spread
    """One packet at once after the other, no waiting, warm caches: what a saturated core stands beside."""
    steps: Steps
    """Of `hot`, in nanoseconds."""

    @property
    def name(self) -> str:
        """Of the profile, as reports have it."""
        return NAMES[self.profile]


@dataclass
class _Turns:
    """Seconds per packet in each turn of one setting."""

    paced: list[float] = field(default_factory=list)
    hot: list[Steps] = field(default_factory=list)


def measure(
    profiles: tuple[SrtpProfile, ...] = tuple(NAMES), receivers: tuple[int, ...] = (10, 30), rounds: int = ROUNDS
) -> Iterator[tuple[FloorCost, ...]]:
    """All settings by turns, several rounds; after each turn, which takes about TURN seconds, what is known by then.

    There are `turns(...)` of them. Raises OSError when the kernel does not let the packets through.
    """
    found = {(profile, count): _Turns() for profile in profiles for count in receivers}
    for _ in range(rounds):
        for (profile, count), turns_of in found.items():
            turns_of.paced.append(paced(profile, count, PACED_PACKETS))
            turns_of.hot.append(hot(profile, count, HOT_PACKETS))
            yield tuple(_cost(*key, done) for key, done in found.items() if done.paced)


def turns(profiles: int = len(NAMES), receivers: int = 2, rounds: int = ROUNDS) -> int:
    """How many turns a measurement of so many profiles and numbers of receivers takes."""
    return profiles * receivers * rounds


def paced(profile: SrtpProfile, receivers: int, packets: int) -> float:
    """Seconds of CPU per outgoing packet at PER_SECOND."""
    loop = FloorLoop(profile=profile, receivers=receivers)
    try:
        with ThreadPoolExecutor(1) as pool:
            feeding = pool.submit(feed, loop, WARM_UP + packets, PER_SECOND)
            serve(loop, WARM_UP)
            spent = serve(loop, packets)
            if feeding.result() < (WARM_UP + packets) * receivers:
                raise OSError("packets were lost on loopback")
    finally:
        loop.close()
    return spent / packets / receivers * 1e-9


def hot(profile: SrtpProfile, receivers: int, packets: int, *, burst: int = 1, offload: bool = False) -> Steps:
    """Nanoseconds of each step per outgoing packet of 1200 bytes, `packets` of them."""
    loop = FloorLoop(profile=profile, receivers=receivers, burst=burst, offload=offload)
    try:
        return loop.steps(max(1, packets // (receivers * burst)))
    finally:
        loop.close()


def _cost(profile: SrtpProfile, receivers: int, done: _Turns) -> FloorCost:
    steps = Steps(*(median(column) for column in zip(*done.hot, strict=True)))
    return FloorCost(profile, receivers, spread(done.paced), spread([sum(each) * 1e-9 for each in done.hot]), steps)
