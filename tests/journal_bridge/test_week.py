"""The diary week over HTTP."""

from typing import Any

import pytest

from tests.journal_bridge.world import World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def week(world: World, person: str, start: str = "2026-01-26") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await world.done("GET", f"/v1/people/{person}/week?start={start}"))["data"]
    return found


async def test_a_pupil_sees_planned_and_running_lessons_in_order(school: World) -> None:
    await school.plan("late", subject="physics", lesson_no=2, starts_at="2026-01-30T13:00:00+03:00")
    call = await school.plan("early")
    await school.plan("foreign", **{"class": "8a", "teacher": "t16"})
    await school.done("POST", "/v1/calls/ext:early/start")
    first, second = await week(school, "s201")
    assert first == {
        "date": "2026-01-26",
        "lesson_no": 1,
        "starts_at": "2026-01-26T12:00:00+03:00",
        "class": call["class"],
        "subject": call["subject"],
        "call": {
            "id": call["id"],
            "ext_id": "early",
            "status": "running",
            "title": "Онлайн-урок №1, Алгебра",
            "full_title": "Онлайн-урок 7В · №1, Алгебра - 26.01 12:00",
            "join": True,
        },
        "children": [],
    }
    assert (second["call"]["status"], second["call"]["join"]) == ("planned", False)


async def test_a_parent_sees_the_lessons_of_their_children(school: World) -> None:
    await school.plan("a")
    [line] = await week(school, "p1")
    assert line["children"] == ["s201"]
    assert await week(school, "p3") == []


async def test_a_teacher_sees_the_lessons_they_hold(school: World) -> None:
    await school.plan("a")
    await school.plan("b", teacher="t16", subject="physics")
    assert [line["call"]["ext_id"] for line in await week(school, "t16")] == ["b"]
    assert {line["call"]["ext_id"] for line in await week(school, "t15")} == {"a", "b"}


@pytest.mark.parametrize(
    ("starts_at", "date"),
    [
        ("2026-01-25T23:59:00+03:00", None),
        ("2026-01-26T00:00:00+03:00", "2026-01-26"),
        ("2026-02-01T23:59:00+03:00", "2026-02-01"),
        ("2026-02-02T00:00:00+03:00", None),
    ],
)
async def test_a_week_is_cut_at_the_schools_midnight(school: World, starts_at: str, date: str | None) -> None:
    await school.plan(starts_at=starts_at)
    assert [line["date"] for line in await week(school, "s201")] == ([date] if date else [])


async def test_a_far_schools_day_is_its_own(school: World) -> None:
    await school.done("PUT", "/v1/schools/s1", {"name": "Школа", "tz": "Asia/Kamchatka"})
    await school.plan(starts_at="2026-01-26T00:30:00+12:00")
    [line] = await week(school, "s201")
    assert (line["date"], line["starts_at"]) == ("2026-01-26", "2026-01-26T00:30:00+12:00")


async def test_polling_a_quiet_week_costs_no_body(school: World) -> None:
    await school.plan()
    path = "/v1/people/s201/week?start=2026-01-26"
    first = await school.ask("GET", path)
    assert first.headers["Last-Modified"] == "Mon, 26 Jan 2026 09:00:00 GMT"
    unchanged = await school.ask("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status, await unchanged.read()) == (304, b"")
    school.clock.now += 60
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    started = await school.ask("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert started.status == 200
    assert started.headers["Last-Modified"] == "Mon, 26 Jan 2026 09:01:00 GMT"
    school.clock.now += 60
    await school.ask("DELETE", "/v1/calls/ext:lesson-1")
    removed = await school.ask("GET", path)
    assert (await removed.json())["data"] == []
    assert removed.headers["Last-Modified"] == "Mon, 26 Jan 2026 09:02:00 GMT"


@pytest.mark.parametrize("query", ["", "start=", "start=monday", "start=9999-12-31", "start=0001-01-01", "begin=1"])
async def test_a_week_needs_its_first_day(school: World, query: str) -> None:
    assert (await school.refused("GET", f"/v1/people/s201/week?{query}"))["code"] == "query_invalid"


async def test_nobody_elses_diary_is_shown(school: World) -> None:
    person = (await school.done("PUT", "/v1/people/zz", {"role": "student", "family_name": "А", "given_name": "Б"}))[
        "id"
    ]
    refused = await school.refused("GET", f"/v1/people/{person}/week?start=2026-01-26", key="sk_test_journal-two-key")
    assert (refused["status"], refused["code"]) == (404, "person_unknown")
