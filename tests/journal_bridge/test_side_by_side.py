"""Promises that matter most where transactions really run side by side."""

import asyncio

from tests.journal_bridge.world import CALL, World, problem
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def test_concurrent_requests_keep_the_rules(school: World) -> None:
    calls = [await school.plan(f"lesson-{number}") for number in range(6)]
    starts = await asyncio.gather(*(school.ask("POST", f"/v1/calls/{call['id']}/start") for call in calls))
    assert sorted(answer.status for answer in starts) == [200, 409, 409, 409, 409, 409]
    assert len(school.rooms.open) == 1
    for answer in starts:
        if answer.status == 409:
            assert (await problem(answer))["active_call"]["id"] in school.rooms.open

    puts = await asyncio.gather(*(school.ask("PUT", "/v1/subjects/chem", {"title": "Химия"}) for _ in range(6)))
    assert sorted(answer.status for answer in puts) == [200, 200, 200, 200, 200, 201]

    planned = await asyncio.gather(*(school.ask("POST", "/v1/calls", {**CALL, "ext_id": "same"}) for _ in range(6)))
    assert sorted(answer.status for answer in planned) == [200, 200, 200, 200, 200, 201]

    once = {"Idempotency-Key": "k"}
    posts = await asyncio.gather(*(school.ask("POST", "/v1/calls", CALL, headers=once) for _ in range(6)))
    assert {answer.status for answer in posts} <= {201, 409}
    assert len((await school.done("GET", "/v1/calls"))["data"]) == 8


async def test_a_lesson_goes_its_way(school: World) -> None:
    call = await school.plan()
    running = await school.done("POST", "/v1/calls/ext:lesson-1/start")
    assert running["starts_at"] == call["starts_at"] == "2026-01-26T12:00:00+03:00"
    cookies = await school.browser("p1")
    shown = await (await school.client.get(f"/api/calls/{call['id']}", cookies=cookies)).json()
    assert (shown["status"], shown["person"]["role"]) == ("running", "parent")
    week = await school.ask("GET", "/v1/people/p1/week?start=2026-01-26")
    assert (await week.json())["data"][0]["children"] == ["s201"]
    page = await school.done("GET", "/v1/calls?limit=1&person=s201")
    assert page["has_more"] is False
    await school.plan("lesson-2", lesson_no=2)
    page = await school.done("GET", "/v1/calls?limit=1&from=2026-01-26")
    following = await school.done("GET", f"/v1/calls?limit=1&after={page['next']}")
    assert {page["data"][0]["ext_id"], following["data"][0]["ext_id"]} == {"lesson-1", "lesson-2"}
    await school.done("PATCH", "/v1/calls/ext:lesson-1", {"ends_at": "2026-01-26T12:45:00+03:00"})
    assert (await school.ask("DELETE", "/v1/calls/ext:lesson-1")).status == 204
