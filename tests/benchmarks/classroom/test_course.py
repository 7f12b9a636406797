"""A small class on a real server: its rooms, a restart in the middle, the way back."""

from benchmarks.classroom.course import Findings, Plan, run
from benchmarks.classroom.report import report

PLAN = Plan(people=4, rooms=2, rounds=0, settle=0.0)


async def test_a_class_goes_to_its_rooms_and_is_whole_after_a_restart() -> None:
    found: list[Findings] = []
    said: list[str] = []
    await run(PLAN, found.append, said.append)
    (findings,) = found
    assert [step.name for step in findings.steps] == [
        "everybody comes",
        "rooms open",
        "teacher speaks to all rooms",
        "everybody is back after a restart",
        "everybody is called back",
    ], said
    assert findings.same_rooms is True
    for step in findings.steps:
        assert step.lost == ()
        assert [arrival.whole is not None for arrival in step.arrivals] == [True] * PLAN.people
    table = report(PLAN, findings, name="Zvonok", version="").sections[0].table
    assert [row[:3] for row in table.rows] == [(step.name, "4", "0") for step in findings.steps]
    assert all(len(row) == len(table.headers) for row in table.rows)
