"""Calls: opened, entered with the rights of a role, ended."""

import aiohttp
import pytest
from livekit.protocol import models

from signalling.events import CallEnded, ParticipantJoined, ParticipantLeft
from signalling.ports import Admission
from tests.support.signalling_server import Server, running

Source = models.TrackSource


async def status(server: Server, token: str) -> int:
    async with server.session.get(f"{server.url}/rtc/validate", params={"access_token": token}) as response:
        return response.status


async def test_a_call_lives_from_open_to_end() -> None:
    async with running() as server:
        calls = server.service.calls
        with pytest.raises(LookupError):
            calls.admit("call_1", Admission("anna", "Иванова Анна", "teacher"))
        await calls.open_call("call_1", title="Онлайн-урок")
        await calls.open_call("call_1", title="Онлайн-урок")
        token = calls.admit("call_1", Admission("anna", "Иванова Анна", "administrator", {"class": "7В"}))
        anna = await server.connect(token)
        joined = (await anna.expect("join")).join
        assert joined.room.name == "call_1" and joined.room.metadata == '{"title":"Онлайн-урок"}'
        assert dict(joined.participant.attributes) == {"class": "7В", "role": "administrator"}
        server.peer("anna", "call_1").connect()
        await calls.end_call("call_1")
        await calls.end_call("call_1")
        assert (await anna.expect("leave")).leave.reason == models.DisconnectReason.ROOM_DELETED
        assert await status(server, token) == 404
        assert [type(event) for event in server.events] == [ParticipantJoined, ParticipantLeft, CallEnded]
        first = server.events[0]
        assert isinstance(first, ParticipantJoined)
        assert (first.call, first.room, first.identity) == ("call_1", "call_1", "anna")
        await calls.open_call("call_1", title="again")
        assert await status(server, token) == 200


async def test_an_admission_is_worth_nothing_while_the_call_is_not_open() -> None:
    """As after a restart: rooms are created on joining, but not those of calls."""
    async with running() as before:
        await before.service.calls.open_call("call_1", title="t")
        token = before.service.calls.admit("call_1", Admission("anna", "Anna", "student"))
    async with running() as after:
        assert await status(after, token) == 404
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await after.connect(token)
        await after.service.calls.open_call("call_1", title="t")
        assert await status(after, token) == 200


async def test_rights_of_roles() -> None:
    async with running() as server:
        calls = server.service.calls
        await calls.open_call("c", title="t")

        def grants(role):  # type: ignore[no-untyped-def]
            return server.service.tokens.verify(calls.admit("c", Admission("x", "X", role))).grants

        for role in ("administrator", "teacher"):
            assert grants(role).permission.may_publish(Source.SCREEN_SHARE)
            assert grants(role).admin is (role == "administrator")
        for role in ("student", "parent"):
            permission = grants(role).permission
            assert permission.may_publish(Source.CAMERA) and permission.may_publish(Source.MICROPHONE)
            assert not permission.may_publish(Source.SCREEN_SHARE) and not grants(role).admin
            assert permission.subscribe and permission.publish_data and not permission.update_metadata
    async with running(learners_share_screen=True) as server:
        await server.service.calls.open_call("c", title="t")
        token = server.service.calls.admit("c", Admission("x", "X", "student"))
        assert server.service.tokens.verify(token).grants.permission.may_publish(Source.SCREEN_SHARE)


async def test_other_rooms_are_no_calls() -> None:
    async with running(auto_create=False) as server:
        await server.service.calls.open_call("c", title="t")
        assert await status(server, server.token(room="c")) == 200
        assert await status(server, server.token(room="d")) == 404
    async with running() as server:
        anna = await server.join("anna", "club")
        await anna.socket.close()
        assert [getattr(event, "call", None) for event in server.events] == [""]


async def test_a_fresh_token_keeps_a_caller_bound_to_the_call() -> None:
    async with running() as server:
        calls = server.service.calls
        await calls.open_call("c", title="t")
        anna = await server.connect(calls.admit("c", Admission("anna", "Anna", "student")))
        await anna.expect("join")
        claims = server.service.rooms.seat("c", "anna").participant.current_claims()
        assert claims.call
        fresh = server.service.tokens.sign(claims, 60)
        await calls.end_call("c")
        assert await status(server, fresh) == 404
