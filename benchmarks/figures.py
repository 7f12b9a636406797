"""Statistics of a run: histograms and repeated measurements in, medians, spreads and percentiles out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

LINEAR = 64  # microseconds that have a bucket each
PER_DOUBLING = 32  # buckets of each doubling beyond


def bucket_edge(bucket: int) -> float:
    """Seconds: the middle of a latency bucket of the native histogram (at most 1.6 % from any value in it)."""
    if bucket < LINEAR:
        return (bucket + 0.5) / 1e6
    doubling, step = divmod(bucket - PER_DOUBLING, PER_DOUBLING)
    return (step + PER_DOUBLING + 0.5) * 2.0**doubling / 1e6


def percentile(counts: Sequence[int], share: float) -> float:
    """Seconds below which `share` (0..1) of the packets stay; 0.0 for an empty histogram."""
    wanted = share * sum(counts)
    passed = 0
    for bucket, count in enumerate(counts):
        passed += count
        if count and passed >= wanted:
            return bucket_edge(bucket)
    return 0.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Added one-way latency in seconds, from before the client's send to the arrival at the receiver's socket."""

    packets: int
    p50: float
    p90: float
    p99: float
    longest: float


def latency(counts: Sequence[int], longest: float) -> Latency:
    """Summary of one histogram; `longest` in seconds is kept exactly by the engine."""
    p50, p90, p99 = (percentile(counts, share) for share in (0.5, 0.9, 0.99))
    return Latency(sum(counts), p50, p90, p99, longest)


def latency_of(seconds: Sequence[float]) -> Latency:
    """Summary of single values, none of them rounded."""
    if not seconds:
        return Latency(0, 0.0, 0.0, 0.0, 0.0)
    p50, p90, p99, longest = (percentile_of(seconds, share) for share in (0.5, 0.9, 0.99, 1.0))
    return Latency(len(seconds), p50, p90, p99, longest)


def percentile_of(values: Sequence[float], share: float) -> float:
    """The smallest of the values that `share` (above 0, up to 1) of them do not exceed. Raises IndexError for none."""
    ordered = sorted(values)
    return ordered[ceil(share * len(ordered)) - 1]


@dataclass(frozen=True, slots=True)
class Spread:
    """Several measurements of one thing."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError when there is none."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(median(values), min(values), max(values))
