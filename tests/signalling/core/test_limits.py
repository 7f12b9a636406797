"""Bounds."""

import pytest

from signalling.core.calls import MAX_ENDED, CallRegister
from signalling.core.errors import UserError
from signalling.core.grants import Claims, Grants
from signalling.core.limits import RateLimit, require_size


def test_sizes_are_bytes_of_utf_8() -> None:
    require_size("ы" * 5, 10, "text")
    with pytest.raises(UserError, match="text is longer than 10 bytes"):
        require_size("ы" * 6, 10, "text")
    require_size("\udc00", 10, "text")


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    limit = RateLimit(2.0, 3, 0.0)
    assert [limit.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert limit.take(0.5) and not limit.take(0.5)
    assert [limit.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_what_costs_more_takes_more_and_may_have_to_leave_something() -> None:
    limit = RateLimit(1.0, 10, 0.0)
    assert limit.take(0.0, 4.0, spare=0.5)
    assert not limit.take(0.0, 4.0, spare=0.5)
    assert limit.take(0.0, 6.0) and not limit.take(0.0)


def test_what_costs_more_than_there_can_ever_be_takes_all() -> None:
    limit = RateLimit(1.0, 10, 0.0)
    assert limit.take(0.0, 50.0, spare=0.5) and not limit.take(0.0, 1.0, spare=0.5)
    assert not limit.take(4.0, 50.0) and limit.take(5.0, 50.0) and not limit.take(5.0)


def test_ended_calls_are_remembered_up_to_a_bound() -> None:
    register = CallRegister()
    for number in range(MAX_ENDED + 5):
        register.open(f"c{number}", "t")
        assert register.end(f"c{number}") and not register.end(f"c{number}")
    assert len(register) == 0
    register.check(Claims(grants=Grants(room="c0")))  # forgotten: a room like any other
    with pytest.raises(UserError):
        register.check(Claims(grants=Grants(room=f"c{MAX_ENDED}")))
    with pytest.raises(UserError):
        register.check(Claims(grants=Grants(room="c0"), call=True))
    register.open("c0", "t")
    register.check(Claims(grants=Grants(room="c0"), call=True))
