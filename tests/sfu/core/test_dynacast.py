"""Qualities go on at once and off after a while."""

import pytest

from sfu.core.dynacast import DOWN_DELAY, Dynacast, enabled_qualities


@pytest.mark.parametrize(
    ("top", "layers", "enabled"),
    [
        (2, 3, (True, True, True)),
        (1, 3, (True, True, False)),
        (0, 3, (True, False, False)),
        (-1, 3, (False, False, False)),
        (1, 2, (True, True, True)),
        (0, 2, (True, False, False)),
        (0, 1, (True, True, True)),
        (-1, 1, (False, False, False)),
    ],
)
def test_every_quality_up_to_the_top_is_on(top: int, layers: int, enabled: tuple[bool, ...]) -> None:
    assert tuple(enabled_qualities(top, layers).values()) == enabled


def test_everything_is_on_at_first() -> None:
    dynacast = Dynacast(3)
    assert dynacast.want(2, 0.0) is None


def test_down_comes_after_the_delay_and_once() -> None:
    dynacast = Dynacast(3)
    assert dynacast.want(0, 10.0) is None
    assert dynacast.want(0, 10.0 + DOWN_DELAY - 0.1) is None
    assert dynacast.want(0, 10.0 + DOWN_DELAY) == {"low": True, "medium": False, "high": False}
    assert dynacast.want(0, 30.0) is None


def test_a_short_dip_changes_nothing() -> None:
    dynacast = Dynacast(3)
    dynacast.want(0, 10.0)
    assert dynacast.want(2, 12.0) is None
    assert dynacast.want(0, 15.5) is None
    assert dynacast.want(0, 15.5 + DOWN_DELAY) is not None


def test_up_comes_at_once() -> None:
    dynacast = Dynacast(3)
    dynacast.want(-1, 0.0)
    assert dynacast.want(-1, DOWN_DELAY) == {"low": False, "medium": False, "high": False}
    assert dynacast.want(1, DOWN_DELAY + 0.1) == {"low": True, "medium": True, "high": False}
