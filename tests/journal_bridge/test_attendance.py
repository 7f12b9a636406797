"""Who was in a call: heard from signalling, written in order, kept through crashes, shown to the journal."""

import asyncio
import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from livekit.protocol import models, rtc
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from journal_bridge.attendance import AttendanceBook
from journal_bridge.attendance_writing import Writing
from journal_bridge.core.attendance import BOM
from journal_bridge.store.attendance import KEEPERS, PRESENCES
from signalling.events import (
    CallEnded,
    Event,
    HandRaised,
    ParticipantJoined,
    ParticipantLeft,
    RoomsClosed,
    RoomsOpened,
)
from signalling.ports import Admission
from tests.journal_bridge.world import NOON, OTHER_KEY, World
from tests.support.databases import ON_BOTH
from tests.support.signalling_server import running

ATTENDANCE = "/v1/calls/ext:lesson-1/attendance"


class Lesson:
    """A running lesson; people come and go as signalling would tell it."""

    def __init__(self, world: World, call: str, people: Mapping[str, str]) -> None:
        self.world = world
        self.call = call
        self.people = people  # ext_id to our id

    def hear(self, *events: Event) -> None:
        for event in events:
            self.world.bridge.heard(event)

    def joined(self, person: str, participant: str, at: float, room: str = "", title: str = "") -> ParticipantJoined:
        identity = self.people.get(person, person)
        return ParticipantJoined(self.call, room or self.call, identity, participant, NOON + at, title)

    def left(self, person: str, participant: str, at: float, reason: str = "CLIENT_INITIATED") -> ParticipantLeft:
        identity = self.people.get(person, person)
        return ParticipantLeft(self.call, self.call, identity, participant, NOON + at, reason)

    def raised(self, person: str, participant: str, at: float) -> HandRaised:
        return HandRaised(self.call, self.call, self.people[person], participant, NOON + at)

    async def end(self, at: float) -> None:
        self.world.clock.now = NOON + at
        await self.world.done("POST", "/v1/calls/ext:lesson-1/end")
        self.hear(CallEnded(self.call, NOON + at))
        await self.world.bridge.attendance.flush()

    async def lines(self) -> dict[str, dict[str, Any]]:
        await self.world.bridge.attendance.flush()
        found = await self.world.done("GET", ATTENDANCE)
        return {line["person"]["ext_id"]: line for line in found["data"]}


@pytest.fixture
async def lesson(school: World) -> Lesson:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    people = {}
    for name in ("t15", "s201", "s202", "p1"):
        role = {"t": "teacher", "s": "student", "p": "parent"}[name[0]]
        body = {"role": role, "family_name": name, "given_name": "Имя", "children": ["s201"] if name == "p1" else []}
        people[name] = (await school.done("PUT", f"/v1/people/{name}", body))["id"]
    return Lesson(school, call["id"], people)


async def told(world: World, *types: str) -> list[dict[str, Any]]:
    query = f"&types={','.join(types)}" if types else ""
    found: list[dict[str, Any]] = (await world.done("GET", f"/v1/events?limit=200{query}"))["data"]
    return found


# -- what is heard


@ON_BOTH
async def test_joins_leaves_hands_and_rooms_become_a_register(lesson: Lesson) -> None:
    lesson.hear(
        lesson.joined("t15", "PA_1", 0),
        lesson.joined("s201", "PA_2", 10),
        lesson.raised("s201", "PA_2", 20),
        lesson.raised("s201", "PA_2", 30),
        lesson.left("s201", "PA_2", 70),
        lesson.joined("s201", "PA_3", 100, "group-1"),
        lesson.left("s201", "PA_3", 130.4),
        lesson.joined("s201", "PA_4", 131),
    )
    lesson.world.clock.now = NOON + 200
    lines = await lesson.lines()
    anna = lines["s201"]
    assert anna["joins"] == [f"2026-01-26T12:0{m}:{s}+03:00" for m, s in ((0, 10), (1, 40), (2, 11))]
    assert anna["leaves"] == ["2026-01-26T12:01:10+03:00", "2026-01-26T12:02:10+03:00"]
    assert (anna["seconds"], anna["hand_raises"], anna["present"]) == (159, 2, True)
    assert anna["rooms"] == ["main", "group-1"]
    assert anna["person"] == {"id": lesson.people["s201"], "ext_id": "s201", "name": "s201 Имя", "role": "student"}
    assert lines["t15"]["seconds"] == 200
    absent = lines["s202"]
    assert (absent["joins"], absent["seconds"], absent["present"]) == ([], 0, False)
    assert "p1" not in lines
    assert list(lines) == ["t15", "s201", "s202"]


@ON_BOTH
async def test_the_journal_hears_of_comers_and_leavers_and_of_the_end_last(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("t15", "PA_1", 0), lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    await lesson.world.bridge.attendance.flush()
    lesson.hear(lesson.left("t15", "PA_1", 90, "ROOM_DELETED"))
    await lesson.end(90)
    events = await told(lesson.world)
    assert [event["type"] for event in events] == [
        "call.planned",
        "call.started",
        "participant.joined",
        "participant.joined",
        "participant.left",
        "call.ended",
        "participant.left",
        "attendance.ready",
    ]
    assert [event["data"]["sequence"] for event in events] == list(range(1, 9))
    assert events[4]["data"] == {
        "call": {"id": lesson.call, "ext_id": "lesson-1"},
        "person": {"id": lesson.people["s201"], "ext_id": "s201", "role": "student"},
        "room": "main",
        "at": "2026-01-26T09:01:10Z",
        "seconds": 60,
        "reason": "CLIENT_INITIATED",
        "sequence": 5,
    }
    ready = events[7]["data"]
    assert (ready["present"], ready["absent"], ready["url"]) == (2, 1, f"/v1/calls/{lesson.call}/attendance")
    found = await lesson.world.done("GET", ready["url"])
    assert found["ready"] is True
    assert found["call"]["status"] == "ended"


async def test_events_carry_no_names(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    await lesson.world.bridge.attendance.flush()
    assert "Имя" not in str(await told(lesson.world, "participant.joined", "participant.left"))


async def test_hearing_the_same_twice_changes_nothing(lesson: Lesson) -> None:
    for _ in range(2):
        lesson.hear(lesson.joined("s201", "PA_2", 10))
    for _ in range(2):
        lesson.hear(lesson.left("s201", "PA_2", 70))
    assert (await lesson.lines())["s201"]["seconds"] == 60
    assert len(await told(lesson.world, "participant.joined", "participant.left")) == 2
    await lesson.end(90)
    lesson.hear(CallEnded(lesson.call, NOON + 90))
    await lesson.world.bridge.attendance.flush()
    assert len(await told(lesson.world, "attendance.ready")) == 1


async def test_whose_leaving_was_not_heard_left_with_the_call(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10))
    await lesson.end(100)
    line = (await lesson.lines())["s201"]
    assert (line["seconds"], line["present"]) == (90, False)
    assert [event["data"]["reason"] for event in await told(lesson.world, "participant.left")] == ["ROOM_DELETED"]


async def test_rooms_that_are_no_calls_are_not_kept(lesson: Lesson) -> None:
    lesson.world.bridge.heard(ParticipantJoined("", "some-room", "anna", "PA_9", NOON))
    await lesson.world.bridge.attendance.flush()
    async with lesson.world.database.read() as connection:
        assert (await connection.execute(select(PRESENCES))).all() == []


@ON_BOTH
async def test_guests_and_meetings_have_attendance_too(lesson: Lesson) -> None:
    bridge = lesson.world.bridge
    async with lesson.world.database.write() as connection:
        guest = await bridge.meetings.add_visitor(
            connection, lesson.call, name="Бабушка", role="parent", administrator=False
        )
    meeting, _ = await bridge.meetings.create("bbb:moodle", "room-1", "Планёрка")
    async with lesson.world.database.write() as connection:
        colleague = await bridge.meetings.add_visitor(
            connection, meeting.id, name="Коллега", role="teacher", administrator=True, ext_id="17"
        )
    lesson.hear(lesson.joined(guest, "PA_5", 0), lesson.left(guest, "PA_5", 60))
    lesson.hear(
        ParticipantJoined(meeting.id, meeting.id, colleague, "PA_6", NOON),
        ParticipantLeft(meeting.id, meeting.id, colleague, "PA_6", NOON + 30, "CLIENT_INITIATED"),
        CallEnded(meeting.id, NOON + 30),
    )
    lines = await lesson.lines()
    assert (lines[None]["person"]["name"], lines[None]["seconds"]) == ("Бабушка", 60)  # type: ignore[index]
    found = await bridge.attendance.of(meeting.id)
    assert [(one.attendee.ext_id, one.attendee.name, one.seconds) for one in found] == [("17", "Коллега", 30)]
    assert {event["data"]["call"]["id"] for event in await told(lesson.world)} == {lesson.call}


@ON_BOTH
async def test_two_thousand_comers_and_leavers_are_all_written(lesson: Lesson) -> None:
    lesson.hear(*(lesson.joined("s201", f"PA_{n}", n) for n in range(1000)))
    lesson.hear(*(lesson.left("s201", f"PA_{n}", n + 1) for n in range(1000)))
    line = (await lesson.lines())["s201"]
    assert (len(line["joins"]), line["seconds"]) == (1000, 1000)


# -- what goes wrong


async def test_what_the_database_does_not_take_now_is_written_later(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = Writing.write, 0

    async def fails_first(self: Writing, heard: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OperationalError("INSERT", {}, Exception("gone"))
        await real(self, heard)

    monkeypatch.setattr(Writing, "write", fails_first)
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    with pytest.raises(OperationalError):
        await lesson.world.bridge.attendance.flush()
    assert (await lesson.lines())["s201"]["seconds"] == 60


@ON_BOTH
async def test_one_event_that_can_never_be_written_costs_the_others_nothing(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10))
    bad = ParticipantJoined(lesson.call, "x" * 300, lesson.people["s202"], "PA_" + "y" * 60, NOON)
    lesson.hear(bad, lesson.left("s201", "PA_2", 70))
    assert (await lesson.lines())["s201"]["seconds"] == 60


async def test_closing_writes_everything_that_was_heard(lesson: Lesson) -> None:
    lesson.world.bridge.start()
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    await lesson.world.bridge.close()
    async with lesson.world.database.read() as connection:
        row = (await connection.execute(select(PRESENCES))).one()
        assert row.left_at == NOON + 70
        assert (await connection.execute(select(KEEPERS))).all() == []


def another_server(world: World, number: int) -> AttendanceBook:
    return AttendanceBook(
        world.database, world.bridge.outbox, clock=world.clock, random=lambda count: bytes([number] * count)
    )


@ON_BOTH
async def test_who_was_on_a_server_that_crashed_left_when_it_was_last_there(lesson: Lesson) -> None:
    world, crashed = lesson.world, another_server(lesson.world, 1)
    crashed.heard(lesson.joined("s201", "PA_2", 10))
    await crashed.flush()
    world.clock.now = NOON + 60
    await crashed.tend()
    world.clock.now = NOON + 90
    await world.bridge.attendance.tend()
    assert (await lesson.lines())["s201"]["present"] is True
    world.clock.now = NOON + 180
    await world.bridge.attendance.tend()
    line = (await lesson.lines())["s201"]
    assert (line["seconds"], line["present"]) == (50, False)
    assert (await told(world, "participant.left"))[0]["data"]["reason"] == "SERVER_LOST"


@ON_BOTH
async def test_a_server_that_was_only_slow_tells_the_true_moment_of_leaving(lesson: Lesson) -> None:
    world, slow = lesson.world, another_server(lesson.world, 1)
    slow.heard(lesson.joined("s201", "PA_2", 10))
    await slow.flush()
    await slow.tend()
    world.clock.now = NOON + 300
    await world.bridge.attendance.tend()
    slow.heard(lesson.left("s201", "PA_2", 310))
    await slow.flush()
    assert (await lesson.lines())["s201"]["seconds"] == 300
    assert len(await told(world, "participant.left")) == 1


@ON_BOTH
async def test_the_register_of_a_call_whose_server_crashed_at_its_end_becomes_ready_all_the_same(
    lesson: Lesson,
) -> None:
    world = lesson.world
    await world.done("POST", "/v1/calls/ext:lesson-1/end")
    await world.bridge.attendance.tend()
    assert await told(world, "attendance.ready") == []
    world.clock.now += 61
    for _ in range(2):
        await world.bridge.attendance.tend()
    assert [event["data"]["absent"] for event in await told(world, "attendance.ready")] == [2]


async def test_a_planned_call_that_is_removed_has_no_register(school: World) -> None:
    await school.plan()
    await school.ask("DELETE", "/v1/calls/ext:lesson-1")
    school.clock.now += 600
    await school.bridge.attendance.tend()
    assert await told(school, "attendance.ready") == []


# -- real signalling


async def test_real_signalling_is_heard_from_join_to_end(lesson: Lesson) -> None:
    world = lesson.world
    async with running() as server:
        calls = server.service.calls
        await calls.open_call(lesson.call, title="Онлайн-урок")
        token = calls.admit(lesson.call, Admission(lesson.people["s201"], "Анна", "student"))
        client = await server.connect(token)
        await client.expect("join")
        offer = (await client.expect("offer")).offer
        await client.send(answer=rtc.SessionDescription(type="answer", sdp="fine", id=offer.id))
        server.peer(lesson.people["s201"], lesson.call).connect()
        active = models.ParticipantInfo.State.ACTIVE
        await client.expect("update", lambda message: message.update.participants[0].state == active)
        await calls.end_call(lesson.call)
        await client.expect("leave")
        heard = server.events
    await world.done("POST", "/v1/calls/ext:lesson-1/end")
    lesson.hear(*heard)
    await world.bridge.attendance.flush()
    assert [
        event["type"] for event in await told(world, "participant.joined", "participant.left", "attendance.ready")
    ] == [
        "participant.joined",
        "participant.left",
        "attendance.ready",
    ]


# -- the interface


@ON_BOTH
async def test_the_register_is_a_file_when_it_is_asked_for(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    await lesson.world.bridge.attendance.flush()
    by_accept = await lesson.world.ask("GET", ATTENDANCE, headers={"Accept": "text/csv"})
    by_query = await lesson.world.ask("GET", f"{ATTENDANCE}?format=csv")
    for response in (by_accept, by_query):
        assert response.content_type == "text/csv"
        assert response.headers["Content-Disposition"] == f'attachment; filename="attendance-{lesson.call}.csv"'
        assert response.headers["Vary"] == "Accept"
    text = (await by_query.read()).decode()
    assert text.startswith(BOM)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), delimiter=";"))
    assert [(row["Код"], row["Секунд в звонке"]) for row in rows] == [("s201", "60"), ("s202", "0")]
    assert (await lesson.world.ask("GET", ATTENDANCE, headers={"Accept": "*/*"})).content_type == "application/json"
    assert (await lesson.world.refused("GET", f"{ATTENDANCE}?format=pdf"))["code"] == "query_invalid"


async def test_the_register_of_a_removed_call_is_kept(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    await lesson.world.bridge.attendance.flush()
    await lesson.world.ask("DELETE", "/v1/calls/ext:lesson-1")
    found = await lesson.world.done("GET", f"/v1/calls/{lesson.call}/attendance")
    assert found["data"][0]["seconds"] == 60


async def test_the_register_of_another_journal_is_unknown_and_needs_its_scope(lesson: Lesson) -> None:
    path = f"/v1/calls/{lesson.call}/attendance"
    assert (await lesson.world.refused("GET", path, key=OTHER_KEY))["code"] == "call_unknown"
    await lesson.world.bridge.ensure_key("Журнал первый", "sk_test_reader-of-calls", ["calls:read"])
    assert (await lesson.world.refused("GET", path, key="sk_test_reader-of-calls"))["code"] == "scope_missing"


@ON_BOTH
async def test_a_developer_can_pretend_a_visit(lesson: Lesson) -> None:
    path = "/v1/sandbox/calls/ext:lesson-1/visits"
    lesson.world.clock.now = NOON + 3600
    made = await lesson.world.done("POST", path, {"person": "s201", "seconds": 1800})
    assert made == {"call": lesson.call, "person": lesson.people["s201"], "seconds": 1800}
    assert (await lesson.lines())["s201"]["seconds"] == 1800
    kinds = [event["type"] for event in await told(lesson.world, "participant.joined", "participant.left")]
    assert kinds == ["participant.joined", "participant.left"]
    for body in ({"person": "s201"}, {"person": "s201", "seconds": -1}, {"person": "s201", "seconds": 1, "at": 5}):
        assert (await lesson.world.refused("POST", path, body))["code"] == "body_invalid"
    nobody = {"person": "nobody", "seconds": 1}
    assert (await lesson.world.refused("POST", path, nobody))["code"] == "person_unknown"
    assert (await lesson.world.refused("POST", path, nobody, key=OTHER_KEY))["code"] == "call_unknown"
    await lesson.end(3700)
    ended = await lesson.world.refused("POST", path, {"person": "s201", "seconds": 1})
    assert ended["code"] == "call_not_running"


async def test_nobody_pretends_visits_with_a_live_key(lesson: Lesson) -> None:
    await lesson.world.bridge.ensure_key("Журнал живой", "sk_live_of-a-real-school", ["calls:write"])
    path = "/v1/sandbox/calls/ext:lesson-1/visits"
    refused = await lesson.world.refused("POST", path, {"person": "s201", "seconds": 1}, key="sk_live_of-a-real-school")
    assert refused["code"] == "sandbox_only"


async def test_old_stays_are_forgotten_after_three_years_and_a_persons_on_request(lesson: Lesson) -> None:
    lesson.hear(lesson.joined("s201", "PA_2", 10), lesson.left("s201", "PA_2", 70))
    lesson.hear(lesson.joined("s202", "PA_3", 10), lesson.left("s202", "PA_3", 70))
    await lesson.world.bridge.attendance.flush()
    async with lesson.world.database.write() as connection:
        await lesson.world.bridge.attendance.forget(connection, lesson.people["s201"])
    assert [line["seconds"] for line in (await lesson.lines()).values()] == [0, 60]
    lesson.world.clock.now += 3 * 366 * 86400
    await lesson.world.bridge.events.prune()
    assert [line["seconds"] for line in (await lesson.lines()).values()] == [0, 0]


async def test_what_goes_on_by_itself_writes_and_sends_without_being_asked(lesson: Lesson) -> None:
    lesson.world.bridge.start()
    lesson.hear(lesson.joined("s201", "PA_2", 10))
    async with asyncio.timeout(10):
        while not await told(lesson.world, "participant.joined"):
            pass


async def test_breakout_rooms_have_the_names_that_people_know(lesson: Lesson) -> None:
    lesson.hear(
        lesson.joined("s201", "PA_1", 0),
        RoomsOpened(lesson.call, ("Север", "Юг"), NOON + 10),
        lesson.left("s201", "PA_1", 10, "MIGRATION"),
        lesson.joined("s201", "PA_2", 10, f"{lesson.call}:2", "Юг"),
        lesson.left("s201", "PA_2", 70, "MIGRATION"),
        lesson.joined("s201", "PA_3", 70),
        RoomsClosed(lesson.call, NOON + 70),
    )
    line = (await lesson.lines())["s201"]
    assert line["rooms"] == ["main", "Юг"]
    assert [event["data"]["room"] for event in await told(lesson.world, "participant.left")] == ["main", "Юг"]
    opened, closed = await told(lesson.world, "rooms.opened", "rooms.closed")
    assert opened["data"]["rooms"] == ["Север", "Юг"] and opened["data"]["call"]["ext_id"] == "lesson-1"
    assert closed["data"]["at"] == "2026-01-26T09:01:10Z"
