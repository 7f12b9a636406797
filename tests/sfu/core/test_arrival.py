"""Layers are live relative to each other."""

from sfu.core.arrival import LAYER_TIMEOUT, layer_states
from sfu.core.selection import LayerState
from tests.sfu.fakes import layer_figures, video_figures


def test_a_layer_that_never_sent_is_not_live() -> None:
    silent = layer_figures(packets=0, last=0.0)
    assert [state.live for state in layer_states(video_figures(layer_figures(last=0.5), silent))] == [True, False]


def test_a_layer_that_lags_behind_the_newest_is_not_live_and_costs_nothing() -> None:
    figures = video_figures(layer_figures(last=10.0), layer_figures(last=10.0 - LAYER_TIMEOUT - 0.01, height=360))
    assert layer_states(figures) == (LayerState(150_000, True, 320, 180), LayerState(0, False, 640, 360))


def test_a_publisher_that_stalls_altogether_keeps_its_layers() -> None:
    assert all(state.live for state in layer_states(video_figures(layer_figures(last=1.0), layer_figures(last=1.2))))


def test_no_layers_are_no_states() -> None:
    assert layer_states(video_figures()) == ()
