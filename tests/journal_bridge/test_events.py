"""What happened in a journal: each once, in order, for catching up and for following."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponse

from journal_bridge.events import STREAMS_PER_JOURNAL
from server.storage import Database
from tests.journal_bridge.world import KEY, OTHER_KEY, World
from tests.support.databases import ON_BOTH

PATIENCE = 10.0  # seconds of real time: a stream that hangs fails the test


async def types(world: World, query: str = "", key: str = KEY) -> list[str]:
    return [event["type"] for event in (await world.done("GET", f"/v1/events{query}", key=key))["data"]]


@ON_BOTH
async def test_the_life_of_a_call_is_told_once_and_in_order(school: World) -> None:
    call = await school.plan()
    await school.plan()
    await school.done("PATCH", "/v1/calls/ext:lesson-1", {"title": "Контрольная", "lesson_no": 2})
    await school.done("PATCH", "/v1/calls/ext:lesson-1", {"lesson_no": 2})
    for _ in range(2):
        await school.done("POST", "/v1/calls/ext:lesson-1/start")
    for _ in range(2):
        await school.done("POST", "/v1/calls/ext:lesson-1/end")
    for _ in range(2):
        assert (await school.ask("DELETE", f"/v1/calls/{call['id']}")).status == 204
    found = (await school.done("GET", "/v1/events"))["data"]
    assert [event["type"] for event in found] == [
        "call.planned",
        "call.updated",
        "call.started",
        "call.ended",
        "call.deleted",
    ]
    assert [event["data"]["sequence"] for event in found] == [1, 2, 3, 4, 5]
    assert found[1]["data"]["changed"] == ["lesson_no", "title"]
    assert found[2]["data"]["call"] == {
        "id": call["id"],
        "ext_id": "lesson-1",
        "status": "running",
        "title": "Контрольная",
        "class": "7v",
        "subject": "algebra",
        "teacher": "t15",
        "starts_at": "2026-01-26T12:00:00+03:00",
        "started_at": "2026-01-26T12:00:00+03:00",
        "ended_at": None,
    }
    assert found[0]["timestamp"] == "2026-01-26T09:00:00Z"


async def test_a_running_call_that_is_removed_ends_first(school: World) -> None:
    await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    await school.ask("DELETE", "/v1/calls/ext:lesson-1")
    assert (await types(school))[2:] == ["call.ended", "call.deleted"]


@ON_BOTH
async def test_catching_up_goes_on_where_it_was(school: World) -> None:
    for number in range(7):
        await school.plan(f"lesson-{number}", lesson_no=number + 1)
    seen, page = [], await school.done("GET", "/v1/events?limit=3")
    while True:
        seen += [event["data"]["call"]["ext_id"] for event in page["data"]]
        if not page["has_more"]:
            break
        page = await school.done("GET", f"/v1/events?limit=3&after={page['next']}")
    assert seen == [f"lesson-{number}" for number in range(7)]
    nothing = await school.done("GET", f"/v1/events?after={page['next']}")
    assert nothing == {"data": [], "has_more": False, "next": page["next"]}
    await school.plan("later", lesson_no=8)
    assert len((await school.done("GET", f"/v1/events?after={page['next']}"))["data"]) == 1


async def test_only_the_types_that_are_asked_for(school: World) -> None:
    await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    await school.done("POST", "/v1/calls/ext:lesson-1/end")
    assert await types(school, "?types=call.started,call.ended") == ["call.started", "call.ended"]
    for wrong in ("?types=call.exploded", "?types=", "?after=", "?limit=0", "?what=1"):
        assert (await school.refused("GET", f"/v1/events{wrong}"))["code"] == "query_invalid"


async def test_a_place_of_another_journal_or_of_none_is_refused(school: World) -> None:
    await school.plan()
    place = (await school.done("GET", "/v1/events"))["next"]
    assert await types(school, key=OTHER_KEY) == []
    for path in ("/v1/events", "/v1/events/stream"):
        assert (await school.refused("GET", f"{path}?after={place}", key=OTHER_KEY))["code"] == "cursor_invalid"
        assert (await school.refused("GET", f"{path}?after=evt_nonsense"))["code"] == "cursor_invalid"


async def test_a_reader_that_was_away_for_long_still_knows_its_place_when_nothing_happened(school: World) -> None:
    await school.plan()
    place = (await school.done("GET", "/v1/events"))["next"]
    school.clock.now += 100 * 86400
    await school.bridge.events.prune()
    assert (await school.done("GET", f"/v1/events?after={place}"))["data"] == []


@ON_BOTH
async def test_a_reader_never_misses_what_was_begun_earlier_and_committed_later(school: World) -> None:
    """Two transactions of one journal: the second waits, so positions are in the order of the commits."""
    journal = (await school.done("GET", "/v1/me"))["journal"]["id"]
    outbox, database = school.bridge.outbox, school.database
    order: list[str] = []

    async def second(database: Database) -> None:
        async with database.write() as connection:
            await outbox.record(connection, journal, "webhook.test", {"endpoint": "second"})
        order.append("second")

    async with database.write() as connection:
        await outbox.record(connection, journal, "webhook.test", {"endpoint": "first"})
        waiting = school.spawner.spawn(second(database))
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done, "the second transaction must wait for the first"
        assert await types(school) == []
        order.append("first")
    await waiting
    assert order == ["first", "second"]
    found = (await school.done("GET", "/v1/events"))["data"]
    assert [event["data"]["endpoint"] for event in found] == ["first", "second"]


@ON_BOTH
async def test_concurrent_changes_of_calls_count_without_gaps(school: World) -> None:
    await school.plan()
    changes = (school.ask("PATCH", "/v1/calls/ext:lesson-1", {"title": f"Тема {n}"}) for n in range(12))
    assert {answer.status for answer in await asyncio.gather(*changes)} == {200}
    found = (await school.done("GET", "/v1/events"))["data"]
    assert [event["data"]["sequence"] for event in found] == list(range(1, 14))


# -- the stream


async def follow(world: World, query: str = "", **headers: str) -> ClientResponse:
    sent = {"Authorization": f"Bearer {KEY}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = await world.client.get(f"/v1/events/stream{query}", headers=sent)
    assert response.status == 200, await response.text()
    return response


async def messages(response: ClientResponse) -> AsyncIterator[dict[str, str]]:
    """As EventSource reads them; comments are {"": text}."""
    lines: dict[str, str] = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            lines[name] = value
        elif lines:
            yield lines
            lines = {}


async def following(stream: AsyncIterator[dict[str, str]]) -> dict[str, str]:
    async with asyncio.timeout(PATIENCE):
        return await anext(stream)


@ON_BOTH
async def test_a_stream_tells_what_happens_from_now_on_at_once(school: World) -> None:
    await school.plan("before")
    response = await follow(school)
    assert response.content_type == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    stream = messages(response)
    assert await following(stream) == {"retry": "2000"}
    call = await school.plan("after", lesson_no=2)
    message = await following(stream)
    assert message["event"] == "call.planned"
    told = json.loads(message["data"])
    assert told["type"] == "call.planned"
    assert told["data"]["call"]["id"] == call["id"]
    assert (await school.done("GET", "/v1/events"))["next"] == message["id"]
    response.close()


@ON_BOTH
async def test_a_stream_goes_on_behind_the_last_event_id(school: World) -> None:
    for number in range(3):
        await school.plan(f"lesson-{number}", lesson_no=number + 1)
    first = (await school.done("GET", "/v1/events?limit=1"))["next"]
    for response in (await follow(school, Last_Event_ID=first), await follow(school, f"?after={first}")):
        stream = messages(response)
        await following(stream)
        found = [json.loads((await following(stream))["data"])["data"]["call"]["ext_id"] for _ in range(2)]
        assert found == ["lesson-1", "lesson-2"]
        response.close()


async def test_a_stream_sees_what_another_server_wrote(school: World) -> None:
    response = await follow(school, "?types=call.planned")
    stream = messages(response)
    await following(stream)
    school.bridge.outbox.bell.ring_soon = lambda journal: None  # type: ignore[method-assign]  # as if it were another's
    await school.plan()
    assert (await following(stream))["event"] == "call.planned"
    response.close()


async def test_a_stream_hears_nothing_of_other_journals(school: World) -> None:
    await school.seed(OTHER_KEY)
    response = await follow(school)
    stream = messages(response)
    await following(stream)
    await school.plan("theirs", key=OTHER_KEY)
    await school.plan("ours")
    assert json.loads((await following(stream))["data"])["data"]["call"]["ext_id"] == "ours"
    response.close()


async def test_a_journal_has_no_more_streams_than_it_may_and_closed_ones_make_room(school: World) -> None:
    open_streams = [await follow(school) for _ in range(STREAMS_PER_JOURNAL)]
    refused = await school.refused("GET", "/v1/events/stream")
    assert (refused["status"], refused["code"]) == (429, "streams_full")
    for response in open_streams:
        response.close()
    async with asyncio.timeout(PATIENCE):
        for number in range(100):  # a server notices it when it writes
            await school.plan(f"lesson-{number}")
            answer = await school.client.get("/v1/events/stream", headers={"Authorization": f"Bearer {KEY}"})
            if answer.status == 200:
                break
            await answer.release()
    assert answer.status == 200
    answer.close()


async def test_streams_end_when_the_server_closes(school: World) -> None:
    response = await follow(school)
    stream = messages(response)
    await following(stream)
    async with asyncio.timeout(PATIENCE):
        school.bridge.events.close()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)


async def test_a_quiet_stream_shows_that_it_lives(school: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journal_bridge.events.LOOK_SECONDS", 0.01)
    monkeypatch.setattr("journal_bridge.http.events.HEARTBEAT_SECONDS", 0.02)
    response = await follow(school)
    stream = messages(response)
    await following(stream)
    assert await following(stream) == {"": "still here"}
    response.close()
