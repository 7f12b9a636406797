from dataclasses import replace
from typing import Any

from benchmarks.rooms.judge import caveats, client_bound
from benchmarks.rooms.outcome import Arrival, Failure
from tests.support.outcomes import GOOD, MANY, NONE, OUTCOME


def said(**changes: Any) -> str:
    return " ".join(caveats(replace(OUTCOME, windows=(replace(GOOD, **changes),))))


def test_a_good_outcome_has_no_caveats() -> None:
    assert caveats(OUTCOME) == []
    assert not client_bound(GOOD)


def test_a_client_that_costs_more_than_a_third_is_said() -> None:
    assert "40% of the server's CPU per packet (2.0 us)" in said(client_cpu=0.2)


def test_of_a_remote_server_only_the_clients_own_limit_is_known() -> None:
    assert said(client_cpu=1.0, server=None) == ""
    assert "at its limit: 0.95 CPU seconds per second" in said(client_cpu=5.7, server=None)
    assert client_bound(replace(GOOD, client_cpu=5.7))


def test_skipped_packets_are_said() -> None:
    assert "skipped 2.9%" in said(skipped=100)
    assert client_bound(replace(GOOD, skipped=100))
    assert said(skipped=3) == ""


def test_nobody_receiving_is_told_apart_from_nobody_taking() -> None:
    nothing = {"packets_received": 0, "octets_received": 0, "video": NONE, "audio": NONE}
    assert "Nobody received anything." in said(**nothing)
    assert "Nobody took what was sent" in said(**nothing, expected=0)


def test_few_samples_are_said() -> None:
    assert "told from 7 packets only" in said(video=replace(MANY, packets=7), audio=NONE)


def test_what_a_server_held_back_is_said() -> None:
    assert "10.0% of what was due did not come" in said(packets_received=90_000)
    assert said(packets_received=90_000, lost=10_000) == ""


def test_of_those_who_come_and_go_something_is_always_missing() -> None:
    windows = (replace(GOOD, packets_received=90_000),)
    returned = (Arrival("a", 0.1, 0.2, 0.3, 0.4, again=True),)
    assert caveats(replace(OUTCOME, windows=windows, arrivals=returned)) == []


def test_an_early_end_and_failures_are_said() -> None:
    failures = (Failure("a", 1.0, "503"), Failure("a", 2.0, "lost"), Failure("b", 3.0, "503"))
    assert caveats(replace(OUTCOME, failures=failures, stopped="interrupted")) == [
        "The run ended early: interrupted.",
        "2 participants failed, the first with: 503.",
    ]


def test_what_holds_for_many_windows_is_said_once() -> None:
    (text,) = caveats(replace(OUTCOME, windows=(replace(GOOD, client_cpu=0.3),) * 3))
    assert text.endswith("(3 windows)")
