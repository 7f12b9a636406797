"""Layers are live relative to each other, and those that come and go have to prove themselves."""

from sfu.core.arrival import LAYER_TIMEOUT, RETURN_DELAY, Arrival
from sfu.core.selection import LayerState
from sfu.plane.model import PublicationStats
from tests.sfu.fakes import layer_figures, video_figures

ALL = 2


def figures(low: float, high: float) -> PublicationStats:
    """Two layers whose last packets came at these times."""
    return video_figures(layer_figures(last=low), layer_figures(last=high, height=360))


def live(arrival: Arrival, low: float, high: float, *, enabled: int = ALL) -> list[bool]:
    return [state.live for state in arrival.observe(figures(low, high), enabled)]


def test_a_layer_that_never_sent_is_not_live() -> None:
    silent = layer_figures(packets=0, last=0.0)
    states = Arrival().observe(video_figures(layer_figures(last=0.5), silent), ALL)
    assert [state.live for state in states] == [True, False]


def test_a_layer_that_lags_behind_the_newest_is_not_live_and_costs_nothing() -> None:
    states = Arrival().observe(figures(10.0, 10.0 - LAYER_TIMEOUT - 0.01), ALL)
    assert states == (LayerState(150_000, True, 320, 180), LayerState(0, False, 640, 360))


def test_a_publisher_that_stalls_altogether_keeps_its_layers() -> None:
    assert live(Arrival(), 1.0, 1.2) == [True, True]


def test_no_layers_are_no_states() -> None:
    assert Arrival().observe(video_figures(), ALL) == ()


def test_the_first_time_a_layer_counts_at_once() -> None:
    arrival = Arrival()
    arrival.observe(video_figures(layer_figures(last=1.0), layer_figures(packets=0, last=0.0)), ALL)
    assert live(arrival, 20.0, 20.0) == [True, True]


def test_a_layer_that_its_encoder_gave_up_counts_again_after_a_while() -> None:
    arrival = Arrival()
    assert live(arrival, 10.0, 10.0) == [True, True]
    assert live(arrival, 12.0, 10.0) == [True, False]
    assert live(arrival, 13.0, 13.0) == [True, False]
    assert live(arrival, 13.0 + RETURN_DELAY - 0.1, 13.0 + RETURN_DELAY - 0.1) == [True, False]
    assert live(arrival, 13.0 + RETURN_DELAY, 13.0 + RETURN_DELAY) == [True, True]


def test_one_that_stops_again_in_between_begins_anew() -> None:
    arrival = Arrival()
    for low, high in ((10.0, 10.0), (12.0, 10.0), (13.0, 13.0), (15.0, 13.0), (16.0, 16.0)):
        live(arrival, low, high)
    assert live(arrival, 19.0, 19.0) == [True, False]
    assert live(arrival, 16.0 + RETURN_DELAY, 16.0 + RETURN_DELAY) == [True, True]


def test_a_layer_that_nobody_wanted_comes_back_at_once() -> None:
    arrival = Arrival()
    live(arrival, 10.0, 10.0)
    assert live(arrival, 12.0, 10.0, enabled=0) == [True, False]
    assert live(arrival, 20.0, 20.0, enabled=1) == [True, True]
