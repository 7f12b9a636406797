"""When a meeting is over, and who is there."""

from datetime import UTC, datetime, timedelta

import pytest

from journal_bridge.core.meetings import Meeting, Overdue, Presence, Rules, overdue

NINE = datetime(2026, 1, 26, 9, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def meeting(rules: Rules, *, started: bool = True, visited: bool = True) -> Meeting:
    begun, seen = NINE if started else None, NINE if visited else None
    status = "running" if started else "planned"
    return Meeting("call_1", "bbb:a", "x", "X", status, NINE, begun, seen, rules=rules)


@pytest.mark.parametrize(
    ("rules", "empty_since", "now", "expected"),
    [
        (Rules(duration_minutes=45), None, 44.99, None),
        (Rules(duration_minutes=45), None, 45, "duration"),
        (Rules(), None, 10_000, None),
        (Rules(), 5, 14.99, None),
        (Rules(), 5, 15, "empty"),
        (Rules(empty_minutes=0), 5, 10_000, None),
        (Rules(unvisited_minutes=60), 0, 61, "empty"),
    ],
)
def test_a_visited_meeting_ends_by_its_rules(
    rules: Rules, empty_since: float | None, now: float, expected: Overdue | None
) -> None:
    since = after(empty_since) if empty_since is not None else None
    assert overdue(meeting(rules), since, after(now)) == expected


@pytest.mark.parametrize("started", [True, False])
def test_a_meeting_to_which_nobody_came_waits_for_its_own_time(started: bool) -> None:
    waiting = meeting(Rules(unvisited_minutes=60, duration_minutes=0), started=started, visited=False)
    assert overdue(waiting, NINE, after(59.99)) is None
    assert overdue(waiting, NINE, after(60)) == "unvisited"
    assert overdue(meeting(Rules(), started=started, visited=False), NINE, after(1e6)) is None


def test_a_planned_meeting_has_no_duration_yet() -> None:
    assert overdue(meeting(Rules(duration_minutes=45), started=False, visited=False), NINE, after(90)) is None


def test_presence_counts_people_and_not_connections() -> None:
    there = Presence()
    there.joined("call_1", "PA_0", "vis_a")  # not open: not ours
    assert there.people("call_1") == () and not there.visited("call_1")
    there.opened("call_1", 100.0)
    assert there.empty_since("call_1") == 100.0
    there.joined("call_1", "PA_1", "vis_a")
    there.joined("call_1", "PA_2", "vis_b")
    there.joined("call_1", "PA_3", "vis_a")  # connected anew before the old connection was given up
    there.opened("call_1", 150.0)
    assert there.people("call_1") == ("vis_a", "vis_b")
    assert there.empty_since("call_1") is None
    for number, at in ((1, 200.0), (2, 210.0), (2, 211.0), (3, 220.0)):
        there.left("call_1", f"PA_{number}", at)
    assert (there.people("call_1"), there.empty_since("call_1")) == ((), 220.0)
    assert there.visited("call_1")
    there.closed("call_1")
    assert there.empty_since("call_1") is None and not there.visited("call_1")
