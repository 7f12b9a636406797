"""Bandwidth is shared: screens first, everybody's smallest before anybody's second."""

import math

from hypothesis import given
from hypothesis import strategies as st

from sfu.core.allocation import Demand, Grant, allocate
from sfu.core.selection import LayerState

CAMERA = (LayerState(150_000, True), LayerState(450_000, True), LayerState(1_500_000, True))
SCREEN = (LayerState(1_000_000, True),)


def camera(subscription: int, *, wanted: int = 2, current: int = -1, paused: bool = False) -> Demand:
    return Demand(subscription, False, wanted, CAMERA, current, paused)


def test_without_a_limit_everybody_gets_what_it_wants() -> None:
    assert allocate([camera(1), camera(2, wanted=0), camera(3, wanted=-1)], math.inf) == {
        1: Grant(2),
        2: Grant(0),
        3: Grant(-1),
    }


def test_everybody_gets_the_smallest_layer_before_anybody_gets_the_second() -> None:
    grants = allocate([camera(1), camera(2), camera(3)], 800_000)
    assert grants == {1: Grant(1), 2: Grant(0), 3: Grant(0)}


def test_a_screen_share_comes_before_the_cameras() -> None:
    grants = allocate([camera(1), camera(2), Demand(3, True, 0, SCREEN)], 1_200_000)
    assert grants == {1: Grant(0), 2: Grant(-1, paused=True), 3: Grant(0)}


def test_what_does_not_fit_at_all_is_paused_and_says_so() -> None:
    assert allocate([camera(1), camera(2)], 100_000) == {1: Grant(-1, paused=True), 2: Grant(-1, paused=True)}


def test_a_disabled_video_is_not_paused() -> None:
    assert allocate([camera(1, wanted=-1)], 0) == {1: Grant(-1)}


def test_keeping_a_layer_is_cheaper_than_rising_to_it() -> None:
    budget = 460_000
    assert allocate([camera(1, current=1)], budget) == {1: Grant(1)}
    assert allocate([camera(1, current=0)], budget) == {1: Grant(0)}
    assert allocate([camera(1, current=0)], 520_000) == {1: Grant(1)}


def test_a_paused_video_comes_back_only_with_room_to_spare() -> None:
    assert allocate([camera(1, paused=True)], 180_000) == {1: Grant(-1, paused=True)}
    assert allocate([camera(1, paused=True)], 200_000) == {1: Grant(0)}


def test_layers_that_send_nothing_are_no_rungs() -> None:
    layers = (CAMERA[0], LayerState(0, False), CAMERA[2])
    assert allocate([Demand(1, False, 1, layers)], math.inf) == {1: Grant(0)}
    assert allocate([Demand(1, False, 2, layers)], math.inf) == {1: Grant(2)}


@st.composite
def demands(draw: st.DrawFn) -> list[Demand]:
    layer = st.builds(LayerState, bitrate=st.integers(10_000, 3_000_000), live=st.just(True))
    count = draw(st.integers(0, 6))
    result = []
    for subscription in range(count):
        layers = tuple(sorted(draw(st.lists(layer, min_size=1, max_size=3)), key=lambda each: each.bitrate))
        wanted = draw(st.integers(-1, len(layers) - 1))
        result.append(Demand(subscription, draw(st.booleans()), wanted, layers))
    return result


@given(demands(), st.integers(0, 5_000_000))
def test_never_more_than_the_budget_and_never_above_the_wish(wanted: list[Demand], budget: int) -> None:
    grants = allocate(wanted, budget)
    spent = sum(d.layers[grants[d.subscription].layer].bitrate for d in wanted if grants[d.subscription].layer >= 0)
    assert spent <= budget
    assert all(grants[d.subscription].layer <= d.wanted for d in wanted)
