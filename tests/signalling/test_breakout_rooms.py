"""Breakout rooms over sockets and signal connections, with media that is not there."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from livekit.protocol import models

from signalling.core.grants import Claims, Grants
from signalling.events import ParticipantJoined, ParticipantLeft, RoomsClosed, RoomsOpened
from signalling.ports import Admission, Expected
from tests.support.call_page_client import PageClient, open_page
from tests.support.fake_media import FakeMedia
from tests.support.memory_calls import MemoryCallStore
from tests.support.signalling_server import Server, SignalClient, running

CALL = "call_1"
TEACHER = Admission("t1", "Иванова Анна", "administrator")
Reason = models.DisconnectReason


def pupil(number: int) -> Admission:
    return Admission(f"s{number}", f"Ученик {number}", "student")


class Lesson:
    """A call with its teacher's page and media, and pupils."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.media: dict[str, SignalClient] = {}
        self.teacher: PageClient

    async def page(self, who: Admission) -> PageClient:
        return await open_page(self.server, self.server.service.calls.admit(CALL, who))

    async def come(self, who: Admission, token: str = "", **parameters: str) -> str:
        """With media; the name of the room where they got to."""
        client = await self.server.connect(token or self.server.service.calls.admit(CALL, who), **parameters)
        self.media[who.identity] = client
        room = str((await client.expect("join")).join.room.name)
        await client.expect("offer")
        self.server.peer(who.identity, room).connect()
        return room

    async def moved(self, identity: str) -> str:
        """The room that somebody is taken to next."""
        moved = (await self.media[identity].expect("room_moved")).room_moved
        assert self.server.service.tokens.verify(moved.token).call
        return str(moved.room.name)

    def where(self) -> dict[str, str]:
        """Who is in which room, without guests."""
        rooms = self.server.service.rooms.of_call(CALL)
        return {p.identity: room.name for room in rooms for p in room.room.participants.values() if not p.is_guest}

    def guests(self, room: str) -> set[str]:
        live = self.server.service.rooms.find(room)
        return {p.identity for p in live.room.participants.values() if p.is_guest} if live else set()

    async def present(self, *identities: str) -> None:
        await self.teacher.until(
            lambda state: set(identities) <= {one["identity"] for one in state["people"] if one["present"]}
        )

    async def divide(self, rooms: int, **assigned: int) -> None:
        await self.teacher.done("prepare_rooms", mode="manual", count=rooms)
        for identity, room in assigned.items():
            await self.teacher.done("assign", identity=identity, room=room)


@asynccontextmanager
async def lesson(
    *pupils: int, store: MemoryCallStore | None = None, lanes: int = 1, expected: int = 0, **config: Any
) -> AsyncIterator[Lesson]:
    async with AsyncExitStack() as stack:
        media = FakeMedia(lanes)
        server = await stack.enter_async_context(running(media, store=store or MemoryCallStore(), **config))
        people = [Expected(f"s{number}", f"Ученик {number}", "student") for number in range(1, expected + 1)]
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v", people=people)
        found = Lesson(server)
        found.teacher = await found.page(TEACHER)
        await found.come(TEACHER)
        for number in pupils:
            await found.come(pupil(number))
        await found.present("t1", *(f"s{number}" for number in pupils))
        yield found


async def test_pupils_go_to_their_rooms_with_their_media_and_come_back() -> None:
    async with lesson(1, 2, lanes=3) as told:
        await told.divide(2, s1=1, s2=2)
        peers = {identity: told.server.peer(identity, CALL) for identity in ("s1", "s2")}
        await told.teacher.done("open_rooms")
        assert [await told.moved("s1"), await told.moved("s2")] == [f"{CALL}:1", f"{CALL}:2"]
        assert told.where() == {"t1": CALL, "s1": f"{CALL}:1", "s2": f"{CALL}:2"}
        assert peers["s1"] is told.server.peer("s1", f"{CALL}:1"), "the same connections"
        await told.teacher.done("close_rooms")
        assert [await told.moved("s1"), await told.moved("s2")] == [CALL, CALL]
        assert told.where() == {"t1": CALL, "s1": CALL, "s2": CALL}
        kinds = [type(event) for event in told.server.events]
        assert kinds.count(RoomsOpened) == kinds.count(RoomsClosed) == 1
        titles = [event.title for event in told.server.events if isinstance(event, ParticipantJoined)]
        assert titles == ["", "", "", "1", "2", "", ""]
        assert {event.call for event in told.server.events} == {CALL}


async def test_late_pupils_and_those_with_any_other_token_of_the_call_get_to_their_own_room() -> None:
    async with lesson(1, expected=3) as told:
        early = told.server.service.calls.admit(CALL, pupil(2))
        await told.divide(3, s1=1, s2=2, s3=3)
        await told.teacher.done("open_rooms")
        assert await told.come(pupil(2), early) == f"{CALL}:2"
        foreign = Claims("s3", "Ученик 3", attributes={"role": "student"}, grants=Grants(f"{CALL}:1", True), call=True)
        assert await told.come(pupil(3), told.server.service.tokens.sign(foreign, 60)) == f"{CALL}:3"
        claims = told.server.service.rooms.seat(f"{CALL}:3", "s3").participant.claims
        assert claims.grants.room == f"{CALL}:3" and not claims.grants.admin
        assert await told.come(pupil(4)) == CALL


async def test_who_dropped_out_comes_back_to_the_own_room() -> None:
    async with lesson(1) as told:
        await told.divide(2, s1=2)
        await told.teacher.done("open_rooms")
        await told.moved("s1")
        token = told.server.service.tokens.sign(
            told.server.service.rooms.seat(f"{CALL}:2", "s1").participant.current_claims(), 60
        )
        await told.media["s1"].send(leave={})
        await told.teacher.until(
            lambda state: not any(one["present"] for one in state["people"] if one["identity"] == "s1")
        )
        assert await told.come(pupil(1), token) == f"{CALL}:2"
        await told.present("s1")
        await told.teacher.done("close_rooms")
        assert await told.moved("s1") == CALL
        assert await told.come(pupil(1), token) == CALL, "its room is closed now"


async def test_whose_connection_is_interrupted_while_rooms_open_connects_anew_in_the_own_room() -> None:
    async with lesson(1) as told:
        await told.divide(1, s1=1)
        seat = told.server.service.rooms.seat(CALL, "s1")
        sid, token = seat.participant.sid, told.server.service.tokens.sign(seat.participant.current_claims(), 60)
        await told.media["s1"].socket.close()
        while seat.connection is not None:
            await told.teacher.done("rename_room", room=1, name="Зал")
        await told.teacher.done("open_rooms")
        again = await told.server.connect(token, reconnect="1", sid=sid)
        assert (await again.expect("leave")).leave.action == 2  # reconnect
        assert await told.come(pupil(1), token) == f"{CALL}:1"


async def test_a_client_that_cannot_be_moved_connects_anew_with_the_token_it_is_given() -> None:
    async with lesson() as told:
        await told.come(pupil(1), protocol="15")
        await told.present("s1")
        await told.divide(1, s1=1)
        await told.teacher.done("open_rooms")
        old = told.media["s1"]
        token = (await old.expect("refresh_token")).refresh_token
        assert (await old.expect("leave")).leave.reason == Reason.MIGRATION
        assert await told.come(pupil(1), token) == f"{CALL}:1"


async def test_ninety_move_to_forty_five_rooms_and_back_and_nobody_is_lost() -> None:
    everybody = range(1, 91)
    async with lesson(*everybody) as told:
        reply = await told.teacher.done("prepare_rooms", mode="random", count=45, seed=3)
        assert "error" not in reply
        await told.teacher.done("open_rooms")
        for number in everybody:
            await told.moved(f"s{number}")
        where = told.where()
        rooms = [where[f"s{number}"] for number in everybody]
        assert sorted(rooms.count(f"{CALL}:{room}") for room in range(1, 46)) == [2] * 45
        await told.teacher.done("close_rooms")
        for number in everybody:
            assert await told.moved(f"s{number}") == CALL
        assert set(told.where().values()) == {CALL} and len(told.where()) == 91


async def test_rooms_people_and_time_are_there_after_a_restart_in_the_middle() -> None:
    store = MemoryCallStore()
    async with lesson(1, 2, store=store, lanes=3) as told:
        await told.divide(2, s1=1, s2=2)
        await told.teacher.done("rename_room", room=2, name="Юг")
        await told.teacher.done("open_rooms", minutes=30)
        await told.moved("s2")
        tokens = {
            identity: told.server.service.tokens.sign(
                told.server.service.rooms.seat(room, identity).participant.current_claims(), 60
            )
            for identity, room in told.where().items()
        }
    async with running(FakeMedia(3), store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        again = Lesson(server)
        # The first one back opens a room somewhere; all others follow to its lane.
        assert await again.come(pupil(2), tokens["s2"]) == f"{CALL}:2"
        assert await again.come(pupil(1), tokens["s1"]) == f"{CALL}:1"
        assert await again.come(TEACHER, tokens["t1"]) == CALL
        assert {room.lane for room in server.service.rooms.of_call(CALL)} == {0}
        again.teacher = await again.page(TEACHER)
        rooms = again.teacher.state["rooms"]
        assert [room["name"] for room in rooms["rooms"]] == ["1", "Юг"]
        assert rooms["phase"] == "open" and rooms["ends_at"] is not None
        await again.present("s1", "s2")
        await again.teacher.done("close_rooms")
        assert [await again.moved("s1"), await again.moved("s2")] == [CALL, CALL]


async def test_a_voice_reaches_chosen_rooms_also_those_that_open_later() -> None:
    async with lesson(1, 2) as told:
        await told.divide(2, s1=1, s2=2)
        await told.teacher.done("open_room", room=1)
        await told.moved("s1")
        await told.teacher.done("speak_to_rooms", rooms=[1, 2])
        told.media["s1"].seen.clear()
        await told.server.publish(told.media["t1"], "t1", room=CALL)
        await told.teacher.done("open_rooms")
        await told.moved("s2")
        await told.media["s1"].roundtrip()
        assert told.guests(f"{CALL}:1") == told.guests(f"{CALL}:2") == {"t1"}
        assert told.server.peer("s1", f"{CALL}:1").subscribed and told.server.peer("s2", f"{CALL}:2").subscribed
        await told.teacher.done("speak_to_rooms", rooms=[2])
        await told.media["s1"].roundtrip()
        assert (told.guests(f"{CALL}:1"), told.guests(f"{CALL}:2")) == (set(), {"t1"})
        await told.teacher.done("visit_room", room=1)
        assert await told.moved("t1") == f"{CALL}:1"
        assert told.guests(f"{CALL}:2") == set()


async def test_a_wall_shows_all_rooms_to_its_moderator_alone_and_costs_nothing_until_looked_at() -> None:
    async with lesson(1, 2, 3) as told:
        await told.divide(2, s1=1, s2=2)
        await told.teacher.done("open_rooms")
        await told.moved("s2")
        for identity, room in (("s1", f"{CALL}:1"), ("s2", f"{CALL}:2")):
            await told.server.publish(told.media[identity], identity, video=True, room=room)
        await told.present("s1", "s2")
        token = (await told.teacher.done("open_wall"))["token"]
        wall = f"{CALL}:wall:t1"
        viewer = await told.server.connect(token, auto_subscribe="0")
        joined = (await viewer.expect("join")).join
        assert joined.room.name == wall and joined.participant.permission.hidden
        assert not joined.participant.permission.can_publish
        await viewer.expect("offer")
        told.server.peer("t1", wall).connect()
        await viewer.roundtrip()
        assert told.guests(wall) == {"s1", "s2"}
        assert told.server.peer("t1", wall).subscribed == {}, "nothing is sent before it is asked for"
        await told.teacher.done("assign", identity="s3", room=1)
        await told.moved("s3")
        await told.present("s3")
        await viewer.expect("update", lambda m: any(p.identity == "s3" for p in m.update.participants))
        await told.teacher.done("assign", identity="s1", room=2)
        await told.moved("s1")
        await viewer.expect(
            "update", lambda m: any(p.identity == "s1" and p.state == p.ACTIVE for p in m.update.participants)
        )
        assert told.guests(wall) == {"s1", "s2", "s3"}
        await told.teacher.done("close_wall")
        assert (await viewer.expect("leave")).leave.reason == Reason.ROOM_DELETED
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await told.server.connect(token)
        assert not any(
            wall in (event.room,)
            for event in told.server.events
            if isinstance(event, ParticipantJoined | ParticipantLeft)
        )


async def test_a_pupil_gets_on_no_wall_and_into_no_other_room_by_any_request() -> None:
    async with lesson(1, 2) as told:
        await told.divide(2, s1=1, s2=2)
        await told.teacher.done("open_rooms")
        await told.moved("s1")
        page = await told.page(pupil(1))
        for request in (
            ("open_wall", {}),
            ("visit_room", {"room": 2}),
            ("assign", {"identity": "s1", "room": 2}),
            ("speak_to_rooms", {"rooms": [2]}),
            ("tell_rooms", {"text": "Эй"}),
            ("open_rooms", {}),
            ("close_rooms", {}),
            ("set_timer", {"minutes": 1}),
            ("add_room", {}),
            ("remove_room", {"room": 2}),
            ("keep_groups", {"name": "а"}),
        ):
            assert (await page.ask(request[0], **request[1]))["error"] == "not_allowed", request
        assert (await page.ask("choose_room", room=2))["error"] == "precondition"
        assert [room["id"] for room in page.state["rooms"]["rooms"]] == [1]
        for name in (f"{CALL}:wall:t1", f"{CALL}:wall:s1", f"{CALL}:x"):
            forged = Claims("s1", attributes={"role": "student"}, grants=Grants(name, True), call=True)
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await told.server.connect(told.server.service.tokens.sign(forged, 60))
            assert refused.value.status == 403


async def test_the_room_waits_for_its_teacher_until_one_comes() -> None:
    async with lesson(1) as told:
        await told.divide(1, s1=1)
        await told.teacher.done("open_rooms")
        await told.moved("s1")
        page = await told.page(pupil(1))
        await page.done("call_teacher", on=True)
        await page.until(lambda state: state["you"]["called_teacher"])
        await told.teacher.until(lambda state: any(room["called_at"] for room in state["rooms"]["rooms"]))
        await told.teacher.done("tell_rooms", text="Иду!")
        assert (await page.hears("note"))["text"] == "Иду!"
        await told.teacher.done("visit_room", room=1)
        assert await told.moved("t1") == f"{CALL}:1"
        await page.until(lambda state: not state["you"]["called_teacher"])


async def test_rooms_that_empty_do_not_end_the_call() -> None:
    async with lesson(1) as told:
        await told.divide(1, s1=1)
        await told.teacher.done("open_rooms")
        await told.moved("s1")
        room = told.server.service.rooms.get(f"{CALL}:1")
        room.close(Reason.ROOM_CLOSED, 0)  # type: ignore[arg-type]
        assert told.server.service.rooms.find(f"{CALL}:1") is None
        assert await told.come(pupil(1)) == f"{CALL}:1"


async def test_rooms_prepared_before_the_call_open_when_it_runs() -> None:
    store = MemoryCallStore()
    async with running(store=store) as server:
        calls = server.service.calls
        people = [Expected("s1", "Ученик 1", "student")]
        await calls.prepare_call(CALL, title="Алгебра", group="7v", people=people)
        with pytest.raises(LookupError):
            calls.admit(CALL, pupil(1))
        token = calls.admit(CALL, TEACHER)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await server.connect(token)
        teacher = await open_page(server, token)
        await teacher.done("prepare_rooms", mode="manual", count=2)
        await teacher.done("assign", identity="s1", room=2)
        assert (await teacher.ask("open_rooms"))["error"] == "precondition"
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        told = Lesson(server)
        told.teacher = await told.page(TEACHER)
        await told.teacher.done("open_rooms")
        assert await told.come(pupil(1)) == f"{CALL}:2"


async def test_a_prepared_call_becomes_the_running_one_and_its_page_goes_on() -> None:
    async with running() as server:
        await server.service.calls.prepare_call(CALL, title="Алгебра")
        told = Lesson(server)
        told.teacher = await told.page(TEACHER)
        await told.teacher.done("add_room", name="Север")
        await server.service.calls.open_call(CALL, title="Алгебра")
        await server.service.calls.prepare_call(CALL, title="Алгебра")  # too late: it runs
        assert await told.come(TEACHER) == CALL
        await told.teacher.done("open_rooms")
