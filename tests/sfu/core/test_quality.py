"""Loss and delay make the score."""

import pytest

from sfu.core.loss import Direction
from sfu.core.quality import BEST, WORST, Observation, QualityMeter, score


def test_a_perfect_link_has_the_best_score() -> None:
    assert score(0.0, 0.0) == pytest.approx(BEST)


def test_the_score_falls_with_loss_and_with_delay_and_stays_above_lost() -> None:
    by_loss = [score(loss / 100, 0.03) for loss in range(0, 101, 5)]
    by_delay = [score(0.0, delay / 10) for delay in range(31)]
    assert by_loss == sorted(by_loss, reverse=True)
    assert by_delay == sorted(by_delay, reverse=True)
    assert min(*by_loss, *by_delay) == WORST


@pytest.mark.parametrize(
    ("loss", "round_trip", "low", "high"),
    [(0.0, 0.05, 4.7, 5.0), (0.01, 0.05, 4.0, 4.9), (0.05, 0.1, 2.5, 4.0), (0.2, 0.1, 0.5, 2.5), (0.0, 0.8, 2.0, 4.0)],
)
def test_scores_of_typical_links(loss: float, round_trip: float, low: float, high: float) -> None:
    assert low <= score(loss, round_trip) <= high


def run(meter: QualityMeter, *, loss: float, intervals: int, start: int = 0) -> float:
    """Upstream perfect, downstream with loss, 100 packets each per interval."""
    for interval in range(start + 1, start + intervals + 1):
        down = Direction(packets=int(100 * interval * (1 - loss)), lost=int(100 * interval * loss))
        meter.observe(Observation(Direction(100 * interval), down, round_trip=0.02))
    return meter.score


def test_the_worse_direction_decides_and_the_score_recovers() -> None:
    meter = QualityMeter()
    assert run(meter, loss=0.0, intervals=5) > 4.8
    assert run(meter, loss=0.3, intervals=10) < 2.0
    assert run(meter, loss=0.3, intervals=1, start=10) < 2.0


def test_silence_of_both_directions_is_not_a_bad_connection() -> None:
    meter = QualityMeter()
    for _ in range(10):
        meter.observe(Observation(Direction(), Direction()))
    assert meter.score == BEST


def test_only_a_failed_connection_is_lost_and_it_comes_back_with_its_score() -> None:
    meter = QualityMeter()
    before = run(meter, loss=0.05, intervals=5)
    assert meter.observe(Observation(Direction(), Direction(), failed=True)) == 0.0
    assert meter.observe(Observation(Direction(), Direction())) == before


def test_totals_that_shrink_start_anew() -> None:
    meter = QualityMeter()
    meter.observe(Observation(Direction(1000, 0), Direction(1000, 500)))
    before = meter.score
    meter.observe(Observation(Direction(500, 0), Direction(300, 20)))
    assert meter.score == before
