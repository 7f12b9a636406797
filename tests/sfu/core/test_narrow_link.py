"""Budget and allocation together on a narrow link, in virtual time: the picture settles and stays."""

import itertools
from dataclasses import dataclass, field
from random import Random

import pytest

from sfu.core.allocation import Demand, Grant, allocate
from sfu.core.budget import Budget, LinkReport
from sfu.core.selection import LayerState

STEP = 0.5
LAYERS = (LayerState(150_000, True), LayerState(450_000, True), LayerState(1_500_000, True))


@dataclass
class Link:
    """A receiver behind a link that drops what does not fit and whose REMB follows what arrives, as browsers' do."""

    capacity: float
    random: Random
    remb: float = 300_000
    layers: list[int] = field(default_factory=list)

    def carry(self, sent: float) -> float:
        """Takes half a second of packets; returns the loss."""
        overload = sent > self.capacity
        arrived = min(sent, self.capacity)
        self.remb = 0.85 * arrived if overload else min(self.remb * 1.04, 1.5 * max(arrived, 50_000))
        return 1 - self.capacity / sent if overload else self.random.uniform(0, 0.01)


def run(link: Link, seconds: float, *, cameras: int = 1, start: float = 0.0, budget: Budget | None = None) -> Budget:
    """The receiver wants the top layer of every camera; `link.layers` notes what the first one got."""
    budget = budget or Budget()
    grants = dict.fromkeys(range(cameras), Grant(-1))
    for step in range(int(seconds / STEP)):
        now = start + step * STEP
        sent = float(sum(LAYERS[grant.layer].bitrate for grant in grants.values() if grant.layer >= 0))
        loss = link.carry(sent) if sent else 0.0
        report = LinkReport(sent, 1_500_000.0 * cameras, int(link.remb), 0.1, loss)
        limit = budget.receive(report, now)
        demands = [Demand(n, False, 2, LAYERS, grant.layer, grant.paused) for n, grant in grants.items()]
        grants = dict(allocate(demands, limit))
        link.layers.append(grants[0].layer)
    return budget


def switches(layers: list[int]) -> int:
    return sum(a != b for a, b in itertools.pairwise(layers))


@pytest.mark.parametrize(("capacity", "layer"), [(300_000, 0), (700_000, 1), (5_000_000, 2)])
def test_the_picture_settles_at_what_the_link_takes(capacity: float, layer: int) -> None:
    link = Link(capacity, Random(7))
    run(link, 180)
    late = link.layers[len(link.layers) // 3 :]
    assert late.count(layer) / len(late) > 0.85
    assert switches(late) <= 12


def test_several_cameras_share_a_link_without_starving_the_first() -> None:
    link = Link(1_000_000, Random(8))
    run(link, 180, cameras=4)
    late = link.layers[len(link.layers) // 3 :]
    assert all(layer >= 0 for layer in late)


def test_the_picture_comes_back_when_the_link_recovers() -> None:
    link = Link(250_000, Random(9))
    budget = run(link, 60)
    assert link.layers[-1] == 0
    link.capacity = 10_000_000
    run(link, 90, start=60, budget=budget)
    assert link.layers[-1] == 2
