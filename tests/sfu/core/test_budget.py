"""A receiver's limit in virtual time."""

import math

from sfu.core.budget import HOLD, MINIMUM, REMB_MINIMUM, Budget, LinkReport


def feed(budget: Budget, report: LinkReport, start: float, seconds: float) -> float:
    """The same report twice a second; returns the time after it."""
    now = start
    while now < start + seconds:
        budget.receive(report, now)
        now += 0.5
    return now


def test_a_link_that_never_complained_has_no_limit() -> None:
    budget = Budget()
    feed(budget, LinkReport(sent=3e6, wanted=3e6), 100.0, 10.0)
    assert budget.limit == math.inf


def test_a_remb_that_follows_a_rise_is_no_congestion() -> None:
    budget = Budget()
    now = feed(budget, LinkReport(sent=150e3, wanted=1.5e6, remb=200_000, remb_age=0.1), 0.0, 5.0)
    for step in range(10):
        remb = int(200_000 * 1.08**step)
        now = feed(budget, LinkReport(sent=1.5e6, wanted=1.5e6, remb=remb, remb_age=0.1), now, 1.0)
    assert budget.limit == math.inf


def test_a_falling_remb_is_the_limit() -> None:
    budget = Budget()
    now = feed(budget, LinkReport(sent=2e6, wanted=2e6, remb=2_200_000, remb_age=0.1), 0.0, 5.0)
    budget.receive(LinkReport(sent=2e6, wanted=2e6, remb=900_000, remb_age=0.1), now)
    assert budget.limit == 900_000


def test_an_old_remb_says_nothing() -> None:
    budget = Budget()
    feed(budget, LinkReport(sent=2e6, wanted=2e6, remb=100_000, remb_age=60.0), 0.0, 5.0)
    assert budget.limit == math.inf


def test_a_first_remb_far_below_the_sent_rate_is_the_limit() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=2e6, wanted=2e6, remb=500_000, remb_age=0.1), 0.0)
    assert budget.limit == 500_000


def test_heavy_loss_lowers_the_limit_below_what_was_sent() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=1e6, wanted=1e6, loss=0.2), 0.0)
    assert budget.limit == 850_000
    budget.receive(LinkReport(sent=1e3, wanted=1e6, loss=0.5), 1.0)
    assert budget.limit == MINIMUM


def test_reports_in_quick_succession_are_one_decision() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=1e6, wanted=1e6, loss=0.2), 0.0)
    budget.receive(LinkReport(sent=1e5, wanted=1e6, loss=0.2), 0.1)
    assert budget.limit == 850_000


def test_after_an_overload_the_limit_waits_then_grows_and_is_forgotten_in_the_end() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=1e6, wanted=1e6, loss=0.2), 0.0)
    calm = LinkReport(sent=500e3, wanted=1e6)
    now = feed(budget, calm, 0.5, HOLD - 1.0)
    assert budget.limit == 850_000
    now = feed(budget, calm, now, 3.0)
    assert 900_000 < budget.limit < 1_200_000
    feed(budget, calm, now, 60.0)
    assert budget.limit == math.inf


def test_middling_loss_freezes_the_limit() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=1e6, wanted=1e6, loss=0.2), 0.0)
    feed(budget, LinkReport(sent=500e3, wanted=1e6, loss=0.05), 0.5, 30.0)
    assert budget.limit == 850_000


def test_growth_that_ends_in_overload_waits_longer_each_time() -> None:
    budget = Budget()
    calm, lossy = LinkReport(sent=500e3, wanted=1e6), LinkReport(sent=800e3, wanted=1e6, loss=0.2)
    budget.receive(lossy, 0.0)
    now, waits = 0.5, []
    for _ in range(3):
        start, limit = now, budget.limit
        while budget.limit == limit:
            budget.receive(calm, now)
            now += 0.5
        waits.append(now - start)
        budget.receive(lossy, now)
        now += 0.5
    assert waits == sorted(waits) and waits[-1] >= 3 * waits[0]


def test_a_tiny_remb_without_loss_leaves_a_small_picture() -> None:
    budget = Budget()
    feed(budget, LinkReport(sent=2e6, wanted=2e6, remb=30_000, remb_age=0.1), 0.0, 1.0)
    assert budget.limit == REMB_MINIMUM


def test_a_tiny_remb_with_loss_is_believed() -> None:
    budget = Budget()
    budget.receive(LinkReport(sent=2e6, wanted=2e6, remb=150_000, remb_age=0.1, loss=0.05), 0.0)
    assert budget.limit == 150_000
