"""Shares a receiver's bandwidth among its video subscriptions.

In: what each subscription wants, what its layers cost and how many bit/s there are. Out: the layer of each.
Audio is not asked: its rate is taken off before. Screen shares come first, then the cameras in rounds, so that
everybody's smallest layer comes before anybody's second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sfu.core.selection import NO_LAYER, LayerState, available_layer

NOMINAL_BITRATES: Final = (150_000, 450_000, 1_500_000)
"""Bit/s of the usual three encodings, for layers that have not been measured yet."""

RAISE_MARGIN: Final = 1.15
"""A layer above the present one must fit with this much to spare, or small swings would switch to and fro."""

RESUME_MARGIN: Final = 1.3
"""The same for a paused video: a picture that comes and goes is worse than one that stays away a little longer."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One video subscription: the layer it wants (-1 = none) and the one it was given last (-1 = none).

    `paused` says that it was given none for want of bandwidth.
    """

    subscription: int
    screen: bool
    wanted: int
    layers: tuple[LayerState, ...]
    current: int = NO_LAYER
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """The layer a subscription gets (-1 = none); `paused` when bandwidth is the reason for none."""

    layer: int
    paused: bool = False


def allocate(demands: Sequence[Demand], budget: float) -> Mapping[int, Grant]:
    """Grants by subscription. `budget` in bit/s without audio; infinity gives everybody what it wants."""
    grants = {d.subscription: Grant(NO_LAYER) for d in demands}
    left = budget
    active = [d for d in demands if d.wanted != NO_LAYER]
    for group in ([d for d in active if d.screen], [d for d in active if not d.screen]):
        left = _share(group, left, grants)
    return grants


@dataclass(slots=True)
class _Climb:
    """A subscription on its way up: `rungs` from the smallest useful layer to the one that can be had now."""

    demand: Demand
    rungs: Sequence[int]
    granted: int = NO_LAYER
    at: int = 0

    @property
    def done(self) -> bool:
        return self.granted == NO_LAYER or self.at + 1 == len(self.rungs)


def _share(group: Sequence[Demand], left: float, grants: dict[int, Grant]) -> float:
    """First everybody's smallest useful layer, then one step up each until nothing more fits."""
    climbs = [_Climb(demand, _ladder(demand)) for demand in group]
    if sum(max(_price(climb.demand, rung) for rung in climb.rungs) for climb in climbs) <= left:
        # Whatever the others have by then, each step will fit: most receivers have bandwidth to spare.
        grants.update({climb.demand.subscription: Grant(climb.rungs[-1]) for climb in climbs})
        return left - sum(cost(climb.demand.layers, climb.rungs[-1]) for climb in climbs)
    for climb in climbs:
        floor = climb.rungs[0]
        if _price(climb.demand, floor) <= left:
            climb.granted = floor
            left -= cost(climb.demand.layers, floor)
    raised = True
    while raised:
        raised = False
        for climb in climbs:
            step = _rise(climb, left)
            if step is not None:
                left -= step
                raised = True
    for climb in climbs:
        grants[climb.demand.subscription] = Grant(climb.granted, paused=climb.granted == NO_LAYER)
    return left


def _rise(climb: _Climb, left: float) -> float | None:
    """Takes the next rung when it fits; what it costs more, or None."""
    if climb.done:
        return None
    rung = climb.rungs[climb.at + 1]
    had = cost(climb.demand.layers, climb.granted)
    if _price(climb.demand, rung) - had > left:
        return None
    climb.granted = rung
    climb.at += 1
    return cost(climb.demand.layers, rung) - had


def _ladder(demand: Demand) -> list[int]:
    """The layers to climb: live ones up to the one that can be had now."""
    top = available_layer(demand.wanted, demand.layers)
    below = [index for index in range(top) if demand.layers[index].live]
    return [*below, top]


def _price(demand: Demand, layer: int) -> float:
    """What must be left over for the layer: more than its cost when it is a rise."""
    price = cost(demand.layers, layer)
    if demand.paused:
        return price * RESUME_MARGIN
    return price * RAISE_MARGIN if demand.current != NO_LAYER and layer > demand.current else price


def cost(layers: tuple[LayerState, ...], layer: int) -> float:
    """Bit/s of a layer; the nominal rate until it is measured. One layer alone may be of any size: take the middle."""
    if layer == NO_LAYER:
        return 0.0
    measured = layers[layer].bitrate
    if measured:
        return float(measured)
    if len(layers) == 1:
        return float(NOMINAL_BITRATES[1])
    return float(NOMINAL_BITRATES[min(layer, 2)])
