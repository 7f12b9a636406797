"""Calls over HTTP: planned, started, ended, changed, removed, listed."""

import asyncio
from typing import Any

import pytest

from tests.journal_bridge.world import CALL, OTHER_KEY, World, problem
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def test_a_planned_call_is_shown_with_the_titles_people_read(school: World) -> None:
    response = await school.ask("POST", "/v1/calls", {**CALL, "ext_id": "lesson-1"})
    call = await response.json()
    assert response.status == 201
    assert response.headers["Location"] == f"/v1/calls/{call['id']}"
    assert call["status"] == "planned"
    assert call["title"] == "Онлайн-урок №1, Алгебра"
    assert call["full_title"] == "Онлайн-урок 7В · №1, Алгебра - 26.01 12:00"
    assert call["starts_at"] == "2026-01-26T12:00:00+03:00"
    assert call["teacher"]["name"] == "Иванова Анна Сергеевна"
    assert school.rooms.log == []


async def test_a_call_is_found_by_our_id_and_by_the_journals(school: World) -> None:
    call = await school.plan("урок-1")
    for reference in (call["id"], "ext:урок-1", "урок-1"):
        assert await school.done("GET", f"/v1/calls/{reference}") == call


async def test_planning_the_same_lesson_again_finds_it(school: World) -> None:
    call = await school.plan()
    again = await school.ask("POST", "/v1/calls", {**CALL, "ext_id": "lesson-1"})
    assert again.status == 200
    assert await again.json() == call
    other = await school.refused("POST", "/v1/calls", {**CALL, "ext_id": "lesson-1", "lesson_no": 2})
    assert (other["code"], other["errors"][0]["field"]) == ("call_exists", "lesson_no")
    assert other["call"]["id"] == call["id"]


async def test_starting_opens_the_room_and_ending_closes_it(school: World) -> None:
    call = await school.plan()
    started = await school.done("POST", "/v1/calls/ext:lesson-1/start")
    assert started["status"] == "running"
    assert started["started_at"] == "2026-01-26T12:00:00+03:00"
    assert school.rooms.open == {call["id"]: "Онлайн-урок №1, Алгебра"}
    assert await school.done("POST", "/v1/calls/ext:lesson-1/start") == started
    ended = await school.done("POST", "/v1/calls/ext:lesson-1/end")
    assert ended["status"] == "ended"
    assert await school.done("POST", "/v1/calls/ext:lesson-1/end") == ended
    assert school.rooms.open == {}
    assert (await school.refused("POST", "/v1/calls/ext:lesson-1/start"))["code"] == "call_ended"


async def test_a_planned_call_cannot_be_ended(school: World) -> None:
    await school.plan()
    assert (await school.refused("POST", "/v1/calls/ext:lesson-1/end"))["code"] == "call_not_running"


async def test_a_second_call_of_the_class_and_subject_must_wait(school: World) -> None:
    first = await school.plan("one")
    await school.plan("two", lesson_no=2)
    await school.plan("physics", subject="physics")
    await school.done("POST", "/v1/calls/ext:one/start")
    conflict = await school.refused("POST", "/v1/calls/ext:two/start")
    assert (conflict["status"], conflict["code"]) == (409, "active_call_exists")
    assert conflict["active_call"] == {
        "id": first["id"],
        "ext_id": "one",
        "title": first["full_title"],
        "started_at": "2026-01-26T12:00:00+03:00",
    }
    assert (await school.done("GET", "/v1/calls/ext:two"))["status"] == "planned"
    await school.done("POST", "/v1/calls/ext:physics/start")
    await school.done("POST", "/v1/calls/ext:one/end")
    await school.done("POST", "/v1/calls/ext:two/start")


async def test_of_concurrent_starts_exactly_one_wins(school: World) -> None:
    calls = [await school.plan(f"lesson-{number}") for number in range(6)]
    answers = await asyncio.gather(*(school.ask("POST", f"/v1/calls/{call['id']}/start") for call in calls))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]
    winner = next(call["id"] for call, answer in zip(calls, answers, strict=True) if answer.status == 200)
    assert list(school.rooms.open) == [winner]
    for answer in answers:
        if answer.status == 409:
            assert (await problem(answer))["active_call"]["id"] == winner


async def test_a_room_that_cannot_be_opened_is_told_and_tried_again(school: World) -> None:
    await school.plan()
    school.rooms.broken = True
    assert (await school.refused("POST", "/v1/calls/ext:lesson-1/start"))["code"] == "media_unavailable"
    school.rooms.broken = False
    started = await school.done("POST", "/v1/calls/ext:lesson-1/start")
    assert list(school.rooms.open) == [started["id"]]


async def test_running_calls_are_opened_again_when_the_server_starts(school: World) -> None:
    await school.plan("planned")
    running = await school.plan("running")
    await school.done("POST", "/v1/calls/ext:running/start")
    school.rooms.open.clear()
    await school.bridge.resume_running_calls()
    assert school.rooms.open == {running["id"]: running["title"]}


async def test_a_planned_call_can_be_changed(school: World) -> None:
    await school.plan()
    school.clock.now += 60
    changes = {"title": "Разбор контрольной", "lesson_no": 3, "starts_at": "2026-01-27T09:30:00+03:00"}
    changed = await school.done("PATCH", "/v1/calls/ext:lesson-1", changes)
    assert changed["full_title"] == "Разбор контрольной · 7В · №3, Алгебра - 27.01 09:30"
    assert changed["updated_at"] > changed["created_at"]
    school.clock.now += 60
    assert await school.done("PATCH", "/v1/calls/ext:lesson-1", changes) == changed
    default = await school.done("PATCH", "/v1/calls/ext:lesson-1", {"title": None})
    assert default["title"] == "Онлайн-урок №3, Алгебра"


async def test_a_running_call_keeps_its_lesson_and_hour(school: World) -> None:
    await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    refused = await school.refused("PATCH", "/v1/calls/ext:lesson-1", {"lesson_no": 2, "teacher": "t16", "title": "x"})
    assert refused["code"] == "field_fixed"
    assert [error["field"] for error in refused["errors"]] == ["lesson_no", "teacher"]
    assert (await school.done("GET", "/v1/calls/ext:lesson-1"))["title"] == "Онлайн-урок №1, Алгебра"
    assert (await school.done("PATCH", "/v1/calls/ext:lesson-1", {"lesson_no": 1, "title": "x"}))["title"] == "x"
    await school.done("POST", "/v1/calls/ext:lesson-1/end")
    assert (await school.refused("PATCH", "/v1/calls/ext:lesson-1", {"title": "y"}))["code"] == "call_ended"


async def test_removing_ends_a_running_call_and_frees_its_ext_id(school: World) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    for _ in range(2):
        assert (await school.ask("DELETE", f"/v1/calls/{call['id']}")).status == 204
    assert (await school.ask("DELETE", "/v1/calls/ext:lesson-1")).status == 204
    assert school.rooms.open == {}
    assert (await school.refused("GET", f"/v1/calls/{call['id']}"))["code"] == "call_unknown"
    assert (await school.refused("POST", f"/v1/calls/{call['id']}/start"))["code"] == "call_unknown"
    assert (await school.done("GET", "/v1/calls"))["data"] == []
    assert (await school.plan())["id"] != call["id"]
    assert (await school.refused("DELETE", "/v1/calls/ext:never"))["code"] == "call_unknown"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"class": "9z"}, "class", "unknown"),
        ({"subject": "latin"}, "subject", "unknown"),
        ({"teacher": "nobody"}, "teacher", "unknown"),
        ({"teacher": "s201"}, "teacher", "role_mismatch"),
        ({"school": "s2"}, "school", "unknown"),
        ({"lesson_no": 0}, "lesson_no", "invalid"),
        ({"lesson_no": "1"}, "lesson_no", "invalid"),
        ({"starts_at": "2026-01-26T12:00:00"}, "starts_at", "invalid"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at", "out_of_range"),
        ({"ends_at": "2026-01-26T11:00:00+03:00"}, "ends_at", "before_start"),
        ({"title": " "}, "title", "invalid"),
        ({"title": "a\x00b"}, "title", "invalid"),
        ({"ext_id": "a/b"}, "ext_id", "invalid"),
        ({"ext_id": "ext:"}, "ext_id", "invalid"),
        ({"lessonno": 1}, "lessonno", "unknown"),
    ],
)
async def test_a_call_that_cannot_be_is_refused_with_the_field(
    school: World, change: dict[str, Any], field: str, code: str
) -> None:
    refused = await school.refused("POST", "/v1/calls", {**CALL, **change})
    assert refused["status"] == 422
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert (await school.done("GET", "/v1/calls"))["data"] == []


async def test_a_missing_field_is_named(school: World) -> None:
    refused = await school.refused("POST", "/v1/calls", {name: CALL[name] for name in CALL if name != "class"})
    assert refused["errors"][0]["field"] == "class"
    assert refused["errors"][0]["code"] == "missing"


async def test_a_list_is_read_in_pages(school: World) -> None:
    for number in range(5):
        await school.plan(f"lesson-{number}", starts_at=f"2026-01-2{6 - number // 2}T12:00:00+03:00")
    seen: list[str] = []
    after = ""
    while True:
        page = await school.done("GET", f"/v1/calls?limit=2{after}")
        seen += [call["id"] for call in page["data"]]
        assert page["has_more"] == (page["next"] is not None)
        if not page["has_more"]:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 5
    everything = await school.done("GET", "/v1/calls")
    assert [call["id"] for call in everything["data"]] == seen
    starts = [call["starts_at"] for call in everything["data"]]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("class=7v", ["a", "p", "r"]),
        ("class=ext:8a", ["o"]),
        ("subject=physics", ["p"]),
        ("class=7v&subject=algebra", ["a", "r"]),
        ("person=s201", ["a", "p", "r"]),
        ("person=s301", ["o"]),
        ("person=p1", ["a", "p", "r"]),
        ("person=t16", ["o"]),
        ("person=nobody", []),
        ("status=running", ["r"]),
        ("status=ended", []),
        ("from=2026-01-27", ["o"]),
        ("to=2026-01-27", ["a", "p", "r"]),
        ("from=2026-01-26T12:30:00%2B03:00&to=2026-01-26T13:30:00+03:00", ["p"]),
    ],
)
async def test_a_list_is_filtered(school: World, query: str, expected: list[str]) -> None:
    await school.plan("a")
    await school.plan("p", subject="physics", starts_at="2026-01-26T13:00:00+03:00")
    await school.plan("r", lesson_no=3, starts_at="2026-01-26T14:00:00+03:00")
    await school.plan("o", **{"class": "8a", "teacher": "t16", "starts_at": "2026-01-28T12:00:00+03:00"})
    await school.done("POST", "/v1/calls/ext:r/start")
    found = await school.done("GET", f"/v1/calls?{query}")
    assert [call["ext_id"] for call in found["data"]] == expected


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=²",
        "status=open",
        "from=yesterday",
        "to=0001-01-01T00:00:00%2B14:00",
        "after=x",
        "class=%00",
        "clas=7v",
        "class=7v&class=8a",
    ],
)
async def test_a_query_that_means_nothing_is_refused(school: World, query: str) -> None:
    assert (await school.refused("GET", f"/v1/calls?{query}"))["status"] == 422


async def test_an_unchanged_call_costs_no_body(school: World) -> None:
    await school.plan()
    first = await school.ask("GET", "/v1/calls/ext:lesson-1")
    tag = first.headers["ETag"]
    same = await school.ask("GET", "/v1/calls/ext:lesson-1", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (same.status, await same.read(), same.headers["ETag"]) == (304, b"", tag)
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    changed = await school.ask("GET", "/v1/calls/ext:lesson-1", headers={"If-None-Match": tag})
    assert changed.status == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"title": "x"}),
        ("POST", "/start", None),
        ("POST", "/end", None),
        ("POST", "/tickets", {"person": "t15"}),
        ("DELETE", "", None),
    ],
)
async def test_another_journal_cannot_touch_a_call(school: World, method: str, path: str, body: Any) -> None:
    await school.seed(OTHER_KEY)
    call = await school.plan()
    for reference in (call["id"], "ext:lesson-1"):
        refused = await school.refused(method, f"/v1/calls/{reference}{path}", body, key=OTHER_KEY)
        assert (refused["status"], refused["code"]) == (404, "call_unknown")
    assert await school.done("GET", f"/v1/calls/{call['id']}") == call
    assert (await school.done("GET", "/v1/calls", key=OTHER_KEY))["data"] == []


async def test_a_call_cannot_name_another_journals_records(school: World) -> None:
    call = await school.plan()
    await school.seed(OTHER_KEY)
    for field in ("class", "subject", "teacher"):
        refused = await school.refused("POST", "/v1/calls", {**CALL, field: call[field]["id"]}, key=OTHER_KEY)
        assert refused["errors"][0]["field"] == field
    assert await school.plan("own", key=OTHER_KEY) is not None
    assert (await school.done("GET", "/v1/calls/ext:own", key=OTHER_KEY))["class"]["id"] != call["class"]["id"]
