"""Meetings of platforms and visitors, without any platform's door."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.attendance import KEEP_SECONDS
from journal_bridge.core.meetings import Meeting, Rules
from journal_bridge.core.problems import ProblemError
from journal_bridge.meetings import FORGET_EVERY, LOOK_SECONDS
from signalling.events import ParticipantJoined, ParticipantLeft
from tests.journal_bridge.world import World, build, close
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def visitor(world: World, call: str, ext_id: str | None = "7", name: str = "Илья") -> str:
    async with world.database.write() as connection:
        return await world.bridge.meetings.add_visitor(
            connection, call, name=name, role="student", administrator=False, ext_id=ext_id
        )


async def test_a_meeting_goes_its_way(world: World) -> None:
    meetings = world.bridge.meetings
    meeting, new = await meetings.create("lti:one", "lesson", "Урок", details={"a": [1]})
    assert (new, meeting.status, meeting.details) == (True, "planned", {"a": [1]})
    assert await meetings.create("lti:one", "lesson", "Другой") == (meeting, False)
    started = await meetings.start(meeting.id)
    assert (started.status, world.rooms.open) == ("running", {meeting.id: "Урок"})
    world.clock.now += 60
    assert await meetings.start(meeting.id) == started == await meetings.of("lti:one", "lesson")
    ended = await meetings.end(meeting.id)
    assert (ended.status, world.rooms.open) == ("ended", {})
    assert await meetings.end(meeting.id) == ended == await meetings.by_id(meeting.id)
    assert await meetings.of("lti:one", "lesson") is None
    with pytest.raises(ProblemError) as refused:
        await meetings.start(meeting.id)
    assert refused.value.code == "call_ended"
    again, new = await meetings.create("lti:one", "lesson", "Урок")
    assert new and again.id != meeting.id


async def test_of_concurrent_requests_one_makes_the_meeting(world: World) -> None:
    made = await asyncio.gather(*(world.bridge.meetings.create("lti:one", "lesson", "Урок") for _ in range(6)))
    assert len({meeting.id for meeting, _ in made}) == 1
    assert sorted(new for _, new in made) == [False] * 5 + [True]


async def test_an_end_is_noted_once_and_in_its_transaction(world: World) -> None:
    noted: list[str] = []

    async def note(connection: AsyncConnection, meeting: Meeting) -> None:
        noted.append(meeting.id)
        if len(noted) == 1:
            raise RuntimeError("the note cannot be written")

    meetings = world.bridge.meetings
    meetings.endings.append(note)
    meeting, _ = await meetings.create("lti:one", "lesson", "Урок")
    await meetings.start(meeting.id)
    with pytest.raises(RuntimeError):
        await meetings.end(meeting.id)
    assert (await meetings.by_id(meeting.id) or meeting).status == "running"
    assert list(world.rooms.open) == [meeting.id]
    await meetings.end(meeting.id)
    await meetings.end(meeting.id)
    assert noted == [meeting.id] * 2


async def test_the_same_person_is_the_same_visitor(world: World) -> None:
    meeting, _ = await world.bridge.meetings.create("lti:one", "lesson", "Урок")
    first = await visitor(world, meeting.id)
    assert await visitor(world, meeting.id, name="Илья С.") == first
    assert await visitor(world, meeting.id, "8") != first
    assert await visitor(world, meeting.id, None) != await visitor(world, meeting.id, None)
    assert (await world.bridge.meetings.visitors(meeting.id))[first].name == "Илья С."
    same = await asyncio.gather(*(visitor(world, meeting.id, "9") for _ in range(4)))
    assert len(set(same)) == 1
    with pytest.raises(ValueError, match="too long"):
        await visitor(world, meeting.id, "x" * 257)


async def test_a_visitor_sees_its_own_call_only(world: World) -> None:
    meetings = world.bridge.meetings
    (one, _), (two, _) = [await meetings.create("lti:one", name, name) for name in ("lesson-1", "lesson-2")]
    person = await visitor(world, one.id)
    seen = await meetings.visit(person, one.id)
    assert seen is not None and (seen.title, seen.claims.name, seen.administrator) == ("lesson-1", "Илья", False)
    for stranger, call in ((person, two.id), ("vis_nobody", one.id), ("per_other", one.id)):
        with pytest.raises(ProblemError) as refused:
            await meetings.visit(stranger, call)
        assert refused.value.code == "not_invited"
    assert await meetings.visit(person, "call_of_a_lesson") is None


async def test_running_meetings_go_on_after_a_restart(world: World) -> None:
    meetings = world.bridge.meetings
    running, _ = await meetings.create("lti:one", "running", "Идёт")
    await meetings.create("lti:one", "planned", "Ждёт")
    await meetings.start(running.id)
    world.rooms.open.clear()
    await world.bridge.resume_running_calls()
    assert world.rooms.open == {running.id: "Идёт"}


async def test_an_empty_meeting_ends_after_a_while(world: World) -> None:
    meetings = world.bridge.meetings
    meeting, _ = await meetings.create("lti:one", "lesson", "Урок", rules=Rules(empty_minutes=10))
    await meetings.start(meeting.id)
    person = await visitor(world, meeting.id)
    world.bridge.heard(ParticipantJoined(meeting.id, meeting.id, person, "PA_1", world.clock.now))
    assert meetings.people(meeting.id) == (person,)
    world.clock.now += 3600
    await meetings.look()
    assert (await meetings.by_id(meeting.id) or meeting).visited_at is not None
    world.bridge.heard(ParticipantLeft(meeting.id, meeting.id, person, "PA_1", world.clock.now, "CLIENT_INITIATED"))
    world.clock.now += 599
    await meetings.look()
    assert list(world.rooms.open) == [meeting.id]
    world.clock.now += 1
    await meetings.look()
    assert world.rooms.open == {}
    assert (await meetings.by_id(meeting.id) or meeting).status == "ended"


async def test_a_meeting_whose_people_are_in_breakout_rooms_is_not_empty(world: World) -> None:
    meetings = world.bridge.meetings
    meeting, _ = await meetings.create("lti:one", "lesson", "Урок", rules=Rules(empty_minutes=10))
    await meetings.start(meeting.id)
    person, now = await visitor(world, meeting.id), world.clock.now
    world.bridge.heard(ParticipantJoined(meeting.id, meeting.id, person, "PA_1", now))
    world.bridge.heard(ParticipantLeft(meeting.id, meeting.id, person, "PA_1", now, "MIGRATION"))
    world.bridge.heard(ParticipantJoined(meeting.id, f"{meeting.id}:1", person, "PA_2", now))
    world.clock.now += 3600
    await meetings.look()
    assert list(world.rooms.open) == [meeting.id]
    world.bridge.heard(ParticipantLeft(meeting.id, f"{meeting.id}:1", person, "PA_2", world.clock.now, "ROOM_CLOSED"))
    world.clock.now += 600
    await meetings.look()
    assert world.rooms.open == {}


async def test_after_a_restart_people_have_time_to_come_back(world: World, database_url: str) -> None:
    meeting, _ = await world.bridge.meetings.create("lti:one", "lesson", "Урок")
    await world.bridge.meetings.start(meeting.id)
    person = await visitor(world, meeting.id)
    world.bridge.heard(ParticipantJoined(meeting.id, meeting.id, person, "PA_1", world.clock.now))
    await world.bridge.meetings.look()
    restarted = await build(database_url)
    restarted.clock.now += 3600
    meetings = restarted.bridge.meetings
    await meetings.resume_running()
    await meetings.look()
    assert list(restarted.rooms.open) == [meeting.id]
    restarted.clock.now += 600
    await meetings.look()
    assert restarted.rooms.open == {}
    await close(restarted)


async def test_visitors_are_forgotten_with_the_attendance(world: World) -> None:
    meetings = world.bridge.meetings
    meeting, _ = await meetings.create("lti:one", "lesson", "Урок")
    person = await visitor(world, meeting.id)
    await meetings.end(meeting.id)
    world.clock.now += KEEP_SECONDS
    await meetings.look()
    assert await meetings.visitor(person) is not None
    world.clock.now += FORGET_EVERY
    await meetings.look()
    assert await meetings.visitor(person) is None
    assert await meetings.by_id(meeting.id) is None


async def test_the_watch_ends_at_once_when_the_server_closes(world: World) -> None:
    watching = world.spawner.spawn(world.bridge.meetings.watch())
    world.bridge.meetings.close()
    async with asyncio.timeout(LOOK_SECONDS / 2):
        await watching
