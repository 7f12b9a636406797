import itertools

import pytest

from benchmarks.figures import Latency, bucket_edge, latency, latency_of, percentile, spread

BUCKETS = 768


def test_edges_grow_and_stay_within_two_percent_of_their_neighbours() -> None:
    edges = [bucket_edge(bucket) for bucket in range(BUCKETS)]
    assert edges == sorted(edges)
    assert all(later / earlier < 1.035 for earlier, later in itertools.pairwise(edges[64:]))


def test_the_first_buckets_are_microseconds() -> None:
    assert bucket_edge(0) == pytest.approx(0.5e-6)
    assert bucket_edge(63) == pytest.approx(63.5e-6)
    assert bucket_edge(64) == pytest.approx(65e-6)


def test_percentiles_of_a_known_histogram() -> None:
    counts = [0] * BUCKETS
    counts[10], counts[20], counts[30] = 50, 45, 5
    assert percentile(counts, 0.5) == bucket_edge(10)
    assert percentile(counts, 0.9) == bucket_edge(20)
    assert percentile(counts, 0.99) == bucket_edge(30)


def test_an_empty_histogram_has_no_latency() -> None:
    assert latency([0] * BUCKETS, 0.0).p99 == 0.0


def test_the_longest_is_kept_exactly() -> None:
    counts = [0] * BUCKETS
    counts[200] = 1
    assert latency(counts, 0.0123).longest == 0.0123


def test_spread_needs_measurements() -> None:
    assert spread([3.0, 1.0, 2.0]).median == 2.0
    with pytest.raises(ValueError, match="nothing"):
        spread([])


def test_single_values_are_summed_up_exactly() -> None:
    values = [number / 1000 for number in range(100, 0, -1)]
    assert latency_of(values) == Latency(100, 0.05, 0.09, 0.099, 0.1)
    assert latency_of([0.5]) == Latency(1, 0.5, 0.5, 0.5, 0.5)
    assert latency_of([]).packets == 0
