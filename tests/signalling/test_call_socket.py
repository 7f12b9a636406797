"""The socket of a call's page, on a real port, with media that is not there."""

import aiohttp
import msgpack
import pytest

from signalling.events import HandRaised
from signalling.ports import Admission, Expected
from tests.support.call_page_client import PageClient, open_page
from tests.support.memory_calls import MemoryCallStore
from tests.support.signalling_server import Server, SignalClient, running

CALL = "call_1"
TEACHER = Admission("t1", "Иванова Анна", "administrator")
PUPIL = Admission("s1", "Петров Илья", "student")


async def enter(server: Server, admission: Admission) -> PageClient:
    return await open_page(server, server.service.calls.admit(CALL, admission))


async def connect_media(server: Server, admission: Admission, room: str = CALL) -> SignalClient:
    client = await server.connect(server.service.calls.admit(CALL, admission))
    await client.expect("offer")
    server.peer(admission.identity, room).connect()
    return client


async def test_a_page_is_told_at_once_what_it_may_see():
    async with running() as server:
        await server.service.calls.open_call(
            CALL, title="Алгебра", people=[Expected("s2", "Смирнова Полина", "student")]
        )
        teacher, pupil = await enter(server, TEACHER), await enter(server, PUPIL)
        assert teacher.state["call"]["title"] == "Алгебра"
        assert teacher.state["you"]["moderator"]
        assert not pupil.state["you"]["moderator"]
        assert not pupil.state["you"]["rights"]["screen"]
        assert "people" not in pupil.state
        await teacher.until(lambda state: {one["identity"] for one in state["people"]} == {"t1", "s1", "s2"})


async def test_a_raised_hand_is_seen_by_all_and_lowered_by_the_teacher():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        teacher, pupil = await enter(server, TEACHER), await enter(server, PUPIL)
        await pupil.done("raise_hand")
        state = await teacher.until(lambda state: state.get("hands"))
        assert [hand["identity"] for hand in state["hands"]] == ["s1"]
        assert [event.identity for event in server.events if isinstance(event, HandRaised)] == ["s1"]
        await teacher.done("lower_hand", identity="s1")
        assert (await pupil.hears("note"))["what"] == "hand_lowered"
        await teacher.until(lambda state: not state["hands"])


async def test_everybody_may_ask_whether_the_server_is_there():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        teacher = await enter(server, TEACHER)
        await teacher.done("set_lobby", on=True)
        waiting = await enter(server, PUPIL)
        assert waiting.state["you"]["standing"] == "lobby"
        for page in (teacher, waiting):
            await page.done("ping")


async def test_who_is_connected_is_present():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        teacher = await enter(server, TEACHER)
        client = await connect_media(server, PUPIL)
        await teacher.until(lambda state: any(one["identity"] == "s1" and one["present"] for one in state["people"]))
        await client.socket.close()
        server.service.rooms.get(CALL)


async def test_a_pupil_may_not_do_what_moderators_do():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        await enter(server, TEACHER)
        pupil = await enter(server, PUPIL)
        assert (await pupil.ask("lower_all_hands"))["error"] == "not_allowed"
        assert (await pupil.ask("lower_hand", identity="t1"))["error"] == "not_allowed"


async def test_a_second_page_of_a_person_ends_the_first():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        first = await enter(server, PUPIL)
        second = await enter(server, PUPIL)
        assert (await first.hears("goodbye"))["why"] == "elsewhere"
        await second.done("raise_hand")


@pytest.mark.parametrize(
    "frame",
    [b"", b"\xc1", b"\x93\x01\x02", msgpack.packb({"do": "nothing", "id": 1}), msgpack.packb({"do": "raise_hand"})],
)
async def test_a_frame_that_is_no_request_closes_the_socket_with_a_reason(frame: bytes):
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        pupil = await enter(server, PUPIL)
        await pupil.socket.send_bytes(frame)
        assert await pupil.is_closed() == (aiohttp.WSCloseCode.PROTOCOL_ERROR, "not a request of a call")


async def test_tokens_of_other_kinds_open_no_socket():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        for token, status in ((server.token("anna", CALL), 404), ("nonsense", 401)):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await open_page(server, token)
            assert refused.value.status == status


async def test_pages_are_told_that_the_call_ended():
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        pupil = await enter(server, PUPIL)
        await server.service.calls.end_call(CALL)
        assert (await pupil.hears("goodbye"))["why"] == "ended"


async def test_what_was_kept_is_there_after_a_restart():
    store = MemoryCallStore()
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        teacher, _ = await enter(server, TEACHER), await enter(server, PUPIL)
        await teacher.done("prepare_rooms", mode="manual", count=3)
        await teacher.done("assign", identity="s1", room=3)
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра")
        pupil = await enter(server, PUPIL)
        assert pupil.state["you"]["assigned"] == 3
