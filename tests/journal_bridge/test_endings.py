"""A moderator ends a call from inside: the lesson or the meeting ends as if its journal or platform had ended it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from journal_bridge import endings
from signalling.events import EndAsked
from tests.journal_bridge.world import World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def ends(world: World, *events: EndAsked) -> None:
    """The events are heard, and all that follows from them is over."""
    tasks: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        tasks.append(asyncio.get_running_loop().create_task(work))
        return tasks[-1]

    ending = endings.Endings(world.bridge.calls, world.bridge.meetings, spawn)
    for event in events:
        ending.heard(event)
    await asyncio.gather(*tasks)


async def test_a_lesson_ends_and_its_journal_is_told(school: World) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    await ends(school, EndAsked(call["id"], "t1", 0.0), EndAsked(call["id"], "t1", 1.0))
    assert school.rooms.open == {}
    assert (await school.done("GET", "/v1/calls/ext:lesson-1"))["status"] == "ended"
    told = [event["type"] for event in (await school.done("GET", "/v1/events"))["data"]]
    assert told.count("call.ended") == 1


async def test_a_meeting_ends_as_well(world: World) -> None:
    meeting, _ = await world.bridge.meetings.create("lti:one", "lesson", "Урок")
    await world.bridge.meetings.start(meeting.id)
    await ends(world, EndAsked(meeting.id, "vis_1", 0.0))
    assert world.rooms.open == {}
    ended = await world.bridge.meetings.by_id(meeting.id)
    assert ended is not None and ended.status == "ended"


async def test_it_is_tried_again_until_it_is_done(school: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(endings, "AGAIN_SECONDS", 0.0)
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    tries = 0
    real = school.bridge.calls.end_by_moderator

    async def fails_first(call_id: str) -> bool:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the database is away")
        return await real(call_id)

    monkeypatch.setattr(school.bridge.calls, "end_by_moderator", fails_first)
    await ends(school, EndAsked(call["id"], "t1", 0.0))
    assert tries == 2 and school.rooms.open == {}


async def test_a_call_that_nobody_knows_is_left_alone(world: World) -> None:
    await ends(world, EndAsked("call_nobody", "t1", 0.0))
    assert world.rooms.log == []
