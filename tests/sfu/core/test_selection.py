"""Wishes become layers."""

from typing import Literal, NamedTuple

import pytest

from sfu.core.selection import ALL_TEMPORAL, LayerState, available_layer, wanted_layer, wanted_temporal

THREE = (
    LayerState(150_000, True, 320, 180),
    LayerState(450_000, True, 640, 360),
    LayerState(1_500_000, True, 1280, 720),
)


class Wish(NamedTuple):
    disabled: bool = False
    quality: Literal["low", "medium", "high"] = "high"
    width: int = 0
    height: int = 0
    fps: int = 0


@pytest.mark.parametrize(("quality", "layer"), [("low", 0), ("medium", 1), ("high", 2)])
def test_a_quality_names_a_layer(quality: Literal["low", "medium", "high"], layer: int) -> None:
    assert wanted_layer(Wish(quality=quality), THREE) == layer


def test_of_two_layers_the_second_is_the_top() -> None:
    assert wanted_layer(Wish(quality="medium"), THREE[:2]) == 1
    assert wanted_layer(Wish(quality="high"), THREE[:2]) == 1


def test_a_single_layer_serves_every_quality() -> None:
    assert wanted_layer(Wish(quality="low"), THREE[2:]) == 0


@pytest.mark.parametrize(
    ("width", "height", "layer"),
    [
        (100, 60, 0),
        (320, 180, 0),
        (350, 195, 0),  # within the tolerance
        (400, 225, 1),
        (640, 360, 1),
        (800, 450, 2),
        (4000, 2000, 2),
        (180, 320, 0),  # a turned phone
        (360, 360, 1),  # a square tile is covered
    ],
)
def test_a_size_gets_the_smallest_layer_that_is_large_enough(width: int, height: int, layer: int) -> None:
    assert wanted_layer(Wish(quality="low", width=width, height=height), THREE) == layer


def test_unknown_sizes_count_as_the_usual_ones() -> None:
    unknown = (LayerState(0, True), LayerState(0, True), LayerState(0, True))
    assert [wanted_layer(Wish(width=w, height=h), unknown) for w, h in ((320, 180), (640, 360), (1280, 720))] == [
        0,
        1,
        2,
    ]
    assert wanted_layer(Wish(width=320, height=180), unknown[:1]) == 0


def test_disabled_or_without_layers_is_nothing() -> None:
    assert wanted_layer(Wish(disabled=True), THREE) == -1
    assert wanted_layer(Wish(), ()) == -1


@pytest.mark.parametrize(("fps", "temporal"), [(0, ALL_TEMPORAL), (5, 0), (8, 0), (15, 1), (16, 1), (30, ALL_TEMPORAL)])
def test_a_frame_rate_names_a_temporal_layer(fps: int, temporal: int) -> None:
    assert wanted_temporal(Wish(fps=fps)) == temporal


@pytest.mark.parametrize(
    ("live", "wanted", "available"),
    [
        ((True, True, True), 2, 2),
        ((True, True, False), 2, 1),  # the encoder is not up to speed yet
        ((True, False, False), 2, 0),
        ((False, False, True), 0, 2),  # better a large picture than none
        ((False, True, True), 0, 1),
        ((False, False, False), 2, 2),
        ((True, True, True), -1, -1),
    ],
)
def test_a_silent_layer_is_replaced_by_the_next_lower_live_one(
    live: tuple[bool, ...], wanted: int, available: int
) -> None:
    assert available_layer(wanted, [LayerState(0, each) for each in live]) == available
