from dataclasses import replace

import pytest

from benchmarks.figures import Latency, Spread
from benchmarks.report.summary import Run, costs, noisy, ratio, summaries
from benchmarks.rooms.outcome import Accounting, Arrival, Failure, Messaging, Outcome
from tests.support.outcomes import GOOD, NONE, OUTCOME


def outcome(*cpu: float, title: str = "Lecture, 1 to 30", lost: int = 0) -> Outcome:
    """With a window for each number of CPU seconds; 0.1 is one microsecond for each packet."""
    windows = tuple(replace(GOOD, server=Accounting(one, 1 << 26, 4), lost=lost) for one in cpu)
    return replace(OUTCOME, title=title, windows=windows)


def test_cost_is_the_median_of_the_runs_with_its_ends() -> None:
    (found,) = summaries([Run("A", number, outcome(cpu)) for number, cpu in enumerate((0.7, 0.5, 0.4))])
    assert found.cost is not None
    assert (found.cost.median, found.cost.low, found.cost.high) == pytest.approx((5e-6, 4e-6, 7e-6))
    assert found.runs == 3


def test_a_run_counts_once_however_many_windows_it_has() -> None:
    (found,) = summaries([Run("A", 0, outcome(0.1, 0.1, 0.9)), Run("A", 1, outcome(0.3))])
    assert found.cost is not None
    assert (found.cost.low, found.cost.high) == pytest.approx((1e-6, 3e-6))


def test_a_single_run_spreads_over_its_windows() -> None:
    (found,) = summaries([Run("A", 0, outcome(0.1, 0.2, 0.4))])
    assert found.cost is not None
    assert (found.cost.median, found.cost.low, found.cost.high) == pytest.approx((2e-6, 1e-6, 4e-6))


def test_cases_stay_in_order_and_servers_within_them() -> None:
    runs = [
        Run("B", 0, outcome(0.1, title="1 to 10")),
        Run("A", 0, outcome(0.1, title="1 to 10")),
        Run("B", 0, outcome(0.1, title="1 to 30")),
        Run("B", 1, outcome(0.1, title="1 to 10")),
    ]
    assert [(one.case, one.server) for one in summaries(runs)] == [
        ("1 to 10", "B"),
        ("1 to 10", "A"),
        ("1 to 30", "B"),
    ]


def test_a_run_without_windows_is_left_out() -> None:
    assert summaries([Run("A", 0, outcome())]) == []


def test_loss_is_of_all_packets_of_all_runs() -> None:
    (found,) = summaries([Run("A", 0, outcome(0.1, lost=0)), Run("A", 1, outcome(0.1, lost=100_000))])
    assert found.loss == pytest.approx(1 / 3)


def test_latency_is_the_medians_and_the_longest_of_all() -> None:
    slow = replace(GOOD, video=Latency(10_000, 0.001, 0.002, 0.01, 0.5))
    (found,) = summaries([Run("A", 0, replace(OUTCOME, windows=(GOOD, slow, slow)))])
    assert (found.latency.p50, found.latency.longest) == (0.001, 0.5)


def test_without_video_the_latency_is_that_of_audio() -> None:
    quiet = replace(GOOD, video=NONE, audio=Latency(10, 0.003, 0.003, 0.003, 0.003))
    (found,) = summaries([Run("A", 0, replace(OUTCOME, windows=(quiet,)))])
    assert found.latency.p50 == 0.003


def test_a_remote_server_has_no_cost_and_no_memory() -> None:
    remote = replace(OUTCOME, windows=(replace(GOOD, server=None),), resident_empty=None)
    (found,) = summaries([Run("A", 0, remote)])
    assert (found.cost, found.memory, found.threads, found.client_share) == (None, None, None, None)


def test_waiting_of_those_who_came_and_failures_are_counted() -> None:
    arrivals = tuple(Arrival(f"p{number}", 0.01 * number, 0.1, None, None) for number in range(1, 11))
    failed = replace(outcome(0.1), arrivals=arrivals, failures=(Failure("x", 1.0, "full"),))
    (found,) = summaries([Run("A", 0, failed)])
    assert found.joined is not None
    assert (found.joined.p50, found.joined.longest) == pytest.approx((0.055, 0.1))
    assert found.first_packet is None
    assert found.failures == 1


def test_messages_that_are_missing() -> None:
    said = replace(GOOD, messages=Messaging(10, 100, 97, Latency(97, 0.001, 0.002, 0.003, 0.004)))
    (found,) = summaries([Run("A", 0, replace(OUTCOME, windows=(said,)))])
    assert found.messages is not None
    assert found.messages_lost == pytest.approx(0.03)


def test_costs_of_the_reference_by_case() -> None:
    found = summaries([Run("A", 0, outcome(0.1)), Run("B", 0, outcome(0.2))])
    assert costs(found, "B") == {"Lecture, 1 to 30": pytest.approx(2e-6)}
    assert costs(found, "") == {}


@pytest.mark.parametrize(
    ("value", "reference", "text"),
    [(4.9, 31.7, "1/6.5"), (31.7, 31.7, "1/1.0"), (4.0, 2.0, "2.0 x"), (0.0, 1.0, "-"), (1.0, 0.0, "-")],
)
def test_ratios(value: float, reference: float, text: str) -> None:
    assert ratio(value, reference) == text


def test_more_than_a_fifth_of_spread_is_noise() -> None:
    assert noisy(Spread(1.0, 0.9, 1.11))
    assert not noisy(Spread(1.0, 0.9, 1.09))
    assert not noisy(None)
