"""Waiting for receivers of data."""

from sfu.core.backlog import LITTLE, PATIENCE, TOO_MUCH, Backlog


def test_a_receiver_is_behind_until_little_is_left() -> None:
    backlog = Backlog()
    assert not backlog.is_behind(TOO_MUCH, 0.0)
    assert backlog.is_behind(TOO_MUCH + 1, 0.1)
    assert backlog.is_behind(LITTLE + 1, 0.2)
    assert not backlog.is_behind(LITTLE, 0.3)
    assert not backlog.is_behind(LITTLE + 1, 0.4)


def test_one_that_never_catches_up_is_waited_for_no_longer() -> None:
    backlog = Backlog()
    assert backlog.is_behind(2 * TOO_MUCH, 1.0)
    assert backlog.is_behind(2 * TOO_MUCH, 0.9 + PATIENCE)
    assert not backlog.is_behind(2 * TOO_MUCH, 1.0 + PATIENCE)
    assert not backlog.is_behind(0, 20.0)
    assert backlog.is_behind(2 * TOO_MUCH, 21.0), "a new chance"
