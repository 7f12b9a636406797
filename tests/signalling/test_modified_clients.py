"""What a pupil's modified client tries: every rule of a call holds on the server, whatever a page shows."""

from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import msgpack
import pytest
from livekit.protocol import models, rtc

from signalling.core.call.messages import Request
from signalling.events import EndAsked
from signalling.ports import Admission
from tests.support.call_page_client import PageClient, open_page
from tests.support.memory_calls import MemoryCallStore
from tests.support.signalling_server import Server, SignalClient, running

CALL = "call_1"
TEACHER = Admission("t1", "Иванова Анна", "administrator")
PUPIL = Admission("s1", "Петров Илья", "student")
OTHER = Admission("s2", "Смирнова Полина", "student")

Source = models.TrackSource
AUDIO, VIDEO = models.TrackType.AUDIO, models.TrackType.VIDEO
RIGHTS = {
    "microphone": True,
    "unmute": True,
    "camera": True,
    "screen": False,
    "board": False,
    "chat": True,
    "hand": True,
}


@asynccontextmanager
async def lesson():
    """A running call with its teacher's page."""
    async with running() as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        yield server, await enter(server, TEACHER)


def token(server: Server, admission: Admission) -> str:
    return server.service.calls.admit(CALL, admission)


async def enter(server: Server, admission: Admission) -> PageClient:
    return await open_page(server, token(server, admission))


async def connect(server: Server, admission: Admission, with_token: str = "", room: str = CALL) -> SignalClient:
    """With media, which is connected when this returns and the call has heard of it."""
    client = await server.connect(with_token or token(server, admission))
    offer = (await client.expect("offer")).offer
    await client.send(answer=rtc.SessionDescription(type="answer", sdp="fine", id=offer.id))
    server.peer(admission.identity, room).connect()
    await client.roundtrip()
    return client


async def announce(
    client: SignalClient, source: models.TrackSource, kind: models.TrackType = AUDIO, **fields: Any
) -> rtc.SignalResponse:
    """The server's answer to a track that the client announces: published, or refused."""
    await client.send(add_track=rtc.AddTrackRequest(cid=f"c{source}{kind}", type=kind, source=source, **fields))
    while True:
        response = await client.receive()
        if response.WhichOneof("message") in ("track_published", "request_response"):
            return response


def is_refused(response: rtc.SignalResponse) -> bool:
    return response.WhichOneof("message") == "request_response"


def status_of(server: Server, path: str, with_token: str) -> Any:
    return server.session.get(f"{server.url}{path}", params={"access_token": with_token})


# -- publishing


async def test_a_screen_is_shared_with_the_right_to_and_ends_when_that_is_withdrawn():
    async with lesson() as (server, teacher):
        pupil = await connect(server, PUPIL)
        for source, kind in ((Source.SCREEN_SHARE, VIDEO), (Source.SCREEN_SHARE_AUDIO, AUDIO), (Source.UNKNOWN, VIDEO)):
            assert is_refused(await announce(pupil, source, kind))
        await teacher.done("set_person_rights", identity="s1", rights=RIGHTS | {"screen": True})
        published = (await announce(pupil, Source.SCREEN_SHARE, VIDEO)).track_published.track.sid
        server.peer("s1", CALL).go_live(published, video=True)
        await teacher.done("set_person_rights", identity="s1", rights=None)
        unpublished = await pupil.expect("track_unpublished")
        assert unpublished.track_unpublished.track_sid == published
        assert ("unpublish", published) in server.peer("s1", CALL).asked


async def test_a_source_cannot_pass_as_another():
    async with lesson() as (server, teacher):
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"microphone": False, "screen": True})
        pupil = await connect(server, PUPIL)
        for source in (Source.MICROPHONE, Source.CAMERA, Source.SCREEN_SHARE, Source.SCREEN_SHARE_AUDIO):
            assert is_refused(await announce(pupil, source, AUDIO))


async def test_without_the_right_to_unmute_a_microphone_stays_silent():
    async with lesson() as (server, teacher):
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"unmute": False})
        pupil = await connect(server, PUPIL)
        track = (await announce(pupil, Source.MICROPHONE)).track_published.track
        assert track.muted and server.peer("s1", CALL).muted[track.sid]
        server.peer("s1", CALL).go_live(track.sid)
        assert (await pupil.expect("mute")).mute.muted
        await pupil.send(mute=rtc.MuteTrackRequest(sid=track.sid, muted=False))
        refused = await pupil.expect("request_response")
        assert refused.request_response.reason == rtc.RequestResponse.Reason.NOT_ALLOWED
        assert server.peer("s1", CALL).muted[track.sid]


async def test_a_voice_cannot_pass_as_the_sound_of_a_screen():
    async with lesson() as (server, teacher):
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"screen": True})
        pupil = await connect(server, PUPIL)
        sound = (await announce(pupil, Source.SCREEN_SHARE_AUDIO)).track_published.track.sid
        server.peer("s1", CALL).go_live(sound)
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"screen": True, "unmute": False})
        assert (await pupil.expect("track_unpublished")).track_unpublished.track_sid == sound
        assert is_refused(await announce(pupil, Source.SCREEN_SHARE_AUDIO))
        await teacher.done("ask_to_unmute", identity="s1")  # once, and for the microphone
        assert is_refused(await announce(pupil, Source.SCREEN_SHARE_AUDIO))
        assert not is_refused(await announce(pupil, Source.SCREEN_SHARE, VIDEO))


async def test_who_is_asked_to_unmute_may_do_so_once():
    async with lesson() as (server, teacher):
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"unmute": False})
        page, pupil = await enter(server, PUPIL), await connect(server, PUPIL)
        sid = (await announce(pupil, Source.MICROPHONE)).track_published.track.sid
        await teacher.done("ask_to_unmute", identity="s1")
        assert (await page.hears("note"))["what"] == "asked_to_unmute"
        await page.until(lambda state: state["you"]["may_unmute"])
        for muted in (False, True):
            await pupil.send(mute=rtc.MuteTrackRequest(sid=sid, muted=muted))
            await pupil.roundtrip()
            assert server.peer("s1", CALL).muted[sid] is muted
        await page.until(lambda state: not state["you"]["may_unmute"])
        await pupil.send(mute=rtc.MuteTrackRequest(sid=sid, muted=False))
        await pupil.expect("request_response")
        assert server.peer("s1", CALL).muted[sid]


async def test_a_muted_pupil_is_told_by_whom_and_who_was_silent_is_not():
    async with lesson() as (server, teacher):
        page, pupil = await enter(server, PUPIL), await connect(server, PUPIL)
        sid = (await announce(pupil, Source.MICROPHONE)).track_published.track.sid
        await teacher.done("mute_all")
        assert await page.hears("note") == {"is": "note", "what": "muted", "by": TEACHER.name}
        assert server.peer("s1", CALL).muted[sid]
        await teacher.done("mute_all")
        await page.done("raise_hand")
        assert all(message["is"] != "note" for message in page.told)


async def test_an_old_token_gives_no_right_that_was_withdrawn():
    async with lesson() as (server, teacher):
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"screen": True})
        old = token(server, PUPIL)
        await teacher.done("set_rights", role="student", rights=RIGHTS)
        pupil = await connect(server, PUPIL, old)
        assert is_refused(await announce(pupil, Source.SCREEN_SHARE, VIDEO))


async def test_nobody_but_moderators_receives_a_hidden_camera():
    async with lesson() as (server, teacher):
        page, pupil = await enter(server, PUPIL), await connect(server, PUPIL)
        sid = (await announce(pupil, Source.CAMERA, VIDEO)).track_published.track.sid
        await connect(server, TEACHER)
        other = await connect(server, OTHER)
        server.peer("s1", CALL).go_live(sid, video=True)
        assert sid in server.peer("s2", CALL).subscribed
        await page.done("hide_camera", on=True)
        assert sid not in server.peer("s2", CALL).subscribed
        await other.send(subscription=rtc.UpdateSubscription(track_sids=[sid], subscribe=True))
        await other.roundtrip()
        assert sid not in server.peer("s2", CALL).subscribed
        assert sid in server.peer("t1", CALL).subscribed
        await teacher.done("set_co_teacher", identity="s2", on=True)
        assert sid in server.peer("s2", CALL).subscribed
        await teacher.done("set_co_teacher", identity="s2", on=False)
        assert sid not in server.peer("s2", CALL).subscribed


async def test_only_who_may_draws():
    async with lesson() as (server, teacher):
        await enter(server, PUPIL)
        calls = server.service.calls
        assert calls.may_draw(CALL, "t1") and not calls.may_draw(CALL, "s1") and not calls.may_draw(CALL, "nobody")
        await teacher.done("set_person_rights", identity="s1", rights=RIGHTS | {"board": True})
        assert calls.may_draw(CALL, "s1")
        await teacher.done("remove_person", identity="s1")
        assert not calls.may_draw(CALL, "s1")


# -- rooms


async def test_nobody_gets_into_another_group_s_room_or_onto_a_wall():
    async with lesson() as (server, teacher):
        await enter(server, PUPIL)
        await enter(server, OTHER)
        await teacher.done("prepare_rooms", mode="manual", count=2)
        await teacher.done("assign", identity="s1", room=1)
        await teacher.done("assign", identity="s2", room=2)
        await teacher.done("open_rooms")
        stolen = token(server, OTHER)  # names room 2
        await teacher.done("assign", identity="s2", room=1)
        await connect(server, OTHER, stolen, f"{CALL}:1")
        second = server.service.rooms.find(f"{CALL}:2")
        assert second is None or second.room.by_identity("s2") is None
        page = await enter(server, PUPIL)
        for request in ({"do": "visit_room", "room": 2}, {"do": "open_wall"}, {"do": "speak_to_rooms", "rooms": (2,)}):
            fields = {key: value for key, value in request.items() if key != "do"}
            assert (await page.ask(str(request["do"]), **fields))["error"] == "not_allowed"


async def test_who_waits_hears_nothing_and_asks_for_nothing_until_let_in():
    async with lesson() as (server, teacher):
        await teacher.done("set_lobby", on=True)
        await teacher.done("say", text="Тема урока", to="call")
        waiting = token(server, PUPIL)
        async with status_of(server, "/rtc/validate", waiting) as response:
            assert response.status == 403
        page = await open_page(server, waiting)
        assert page.state["you"]["standing"] == "lobby" and "hands" not in page.state and "rooms" not in page.state
        for do in ("raise_hand", "say", "admit"):
            fields = {"say": {"text": "a"}, "admit": {"identity": "s1"}}.get(do, {})
            assert (await page.ask(do, **fields))["error"] == "not_allowed"
        assert all(message["is"] == "reply" for message in page.told)
        await teacher.done("admit", identity="s1")
        admitted = (await page.hears("admitted"))["token"]
        assert [said["text"] for said in (await page.hears("chat"))["messages"]] == ["Тема урока"]
        await connect(server, PUPIL, admitted)
        async with status_of(server, "/rtc/validate", waiting) as response:
            assert response.status == 403  # the token itself permits to join nothing


async def test_who_is_refused_is_told_and_waits_again():
    async with lesson() as (server, teacher):
        await teacher.done("set_lobby", on=True)
        page = await enter(server, PUPIL)
        await teacher.done("refuse", identity="s1")
        assert (await page.hears("goodbye"))["why"] == "refused"
        page = await enter(server, PUPIL)
        await teacher.done("set_lobby", on=False)
        await page.hears("admitted")


async def test_who_was_removed_is_out_with_all_tokens_and_waits_to_come_back():
    async with lesson() as (server, teacher):
        old = token(server, PUPIL)
        page, pupil = await open_page(server, old), await connect(server, PUPIL)
        await teacher.done("remove_person", identity="s1")
        assert (await page.hears("goodbye"))["why"] == "removed"
        left = await pupil.expect("leave")
        assert left.leave.reason == models.DisconnectReason.PARTICIPANT_REMOVED
        async with status_of(server, "/rtc/validate", old) as response:
            assert response.status == 403
        turned_away = PageClient(await server.open("/rtc/call", access_token=old))
        assert await turned_away.hears("goodbye") == {"is": "goodbye", "why": "removed"}
        page = await enter(server, PUPIL)
        assert page.state["you"]["standing"] == "lobby"
        async with status_of(server, "/rtc/validate", old) as response:
            assert response.status == 403
        await teacher.done("admit", identity="s1")
        await connect(server, PUPIL, (await page.hears("admitted"))["token"])


async def test_a_lobby_is_for_those_who_have_not_been_in():
    async with lesson() as (server, teacher):
        await enter(server, PUPIL)
        await teacher.done("set_lobby", on=True)
        assert (await enter(server, PUPIL)).state["you"]["standing"] == "in"
        assert (await enter(server, OTHER)).state["you"]["standing"] == "lobby"


async def test_another_call_s_token_opens_nothing_here():
    async with lesson() as (server, teacher):
        await server.service.calls.open_call("call_2", title="Физика")
        stranger = server.service.calls.admit("call_2", Admission("s9", "Чужой", "administrator"))
        page = await open_page(server, stranger)
        assert page.state["call"]["title"] == "Физика"
        assert (await page.ask("remove_person", identity="t1"))["error"] == "not_found"
        assert not await administers(server, stranger)
        assert (await teacher.ask("remove_person", identity="s9"))["error"] == "not_found"


# -- acting as administrator


async def administers(server: Server, with_token: str, room: str = CALL) -> bool:
    async with server.session.post(
        f"{server.url}/twirp/livekit.RoomService/ListParticipants",
        json={"room": room},
        headers={"Authorization": f"Bearer {with_token}"},
    ) as response:
        return response.status == 200


async def test_the_server_interface_is_for_moderators_as_long_as_they_are():
    async with lesson() as (server, teacher):
        await connect(server, TEACHER)
        await enter(server, PUPIL)
        assert await administers(server, token(server, TEACHER))
        assert not await administers(server, token(server, PUPIL))
        await teacher.done("set_co_teacher", identity="s1", on=True)
        as_co_teacher = token(server, PUPIL)
        assert await administers(server, as_co_teacher)
        await teacher.done("set_co_teacher", identity="s1", on=False)
        assert not await administers(server, as_co_teacher)


def moderators_requests() -> list[dict[str, Any]]:
    person, rights = {"identity": "t1"}, {"rights": RIGHTS}
    more: dict[str, dict[str, Any]] = {
        "set_rights": {"role": "student", **rights},
        "set_person_rights": {"identity": "s1", **rights},
        "set_co_teacher": {"identity": "s1", "on": True},
        "set_lobby": {"on": True},
        "prepare_rooms": {"mode": "random"},
        "assign": {"identity": "s1", "room": 1},
        "rename_room": {"room": 1, "name": "a"},
        "tell_rooms": {"text": "a"},
        "keep_groups": {"name": "a"},
        "forget_groups": {"name": "a"},
        **{do: {"room": 1} for do in ("close_room", "open_room", "remove_room", "visit_room")},
        **dict.fromkeys(("mute", "ask_to_unmute", "remove_person", "admit", "refuse"), person),
    }
    plain = (
        "lower_all_hands mute_all keep_template admit_all set_layout end_call open_rooms close_rooms set_timer "
        "add_room speak_to_rooms open_wall close_wall"
    )
    return [{"do": do, **more.get(do, {})} for do in (*more, *plain.split())]


def test_every_request_is_known_to_these_tests():
    everybody = {"ping", "raise_hand", "lower_hand", "hide_camera", "react", "say", "choose_room", "call_teacher"}
    assert {request["do"] for request in moderators_requests()} | everybody == {
        str(kind.__struct_config__.tag) for kind in Request.__subclasses__()
    }


async def test_no_request_of_moderators_is_done_for_a_pupil_or_a_teacher_who_is_none():
    async with lesson() as (server, _):
        for admission in (PUPIL, Admission("t2", "Коллега", "teacher")):
            page = await enter(server, admission)
            for request in moderators_requests():
                fields = {key: value for key, value in request.items() if key != "do"}
                assert (await page.ask(request["do"], **fields))["error"] == "not_allowed", request
            assert (await page.ask("say", text="a", to="call"))["error"] == "not_allowed"
            assert (await page.ask("lower_hand", identity="t1"))["error"] == "not_allowed"


async def test_an_administrator_is_not_removed_by_a_co_teacher():
    async with lesson() as (server, teacher):
        page = await enter(server, PUPIL)
        await teacher.done("set_co_teacher", identity="s1", on=True)
        await page.until(lambda state: state["you"]["moderator"])
        assert (await page.ask("remove_person", identity="t1"))["error"] == "not_allowed"
        assert (await page.ask("set_co_teacher", identity="t1", on=False))["error"] == "precondition"


async def test_ending_is_asked_of_whoever_opened_the_call():
    async with lesson() as (server, teacher):
        await teacher.done("end_call")
        assert [(event.call, event.identity) for event in server.events if isinstance(event, EndAsked)] == [
            (CALL, "t1")
        ]


# -- frames


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81" * 5_000,  # nested deeper than any request
        b"\xdf\xff\xff\xff\xff",  # a map of four thousand million entries
        msgpack.packb({"do": "say", "id": 1, "text": "a" * 9_000}),
        msgpack.packb({"do": "say", "id": 1, "text": "a", "more": 1}),
        msgpack.packb({"do": "say", "id": "1", "text": b"a"}),
        msgpack.packb({"do": "speak_to_rooms", "id": 1, "rooms": list(range(200))}),
    ],
)
async def test_a_malformed_frame_costs_its_sender_the_socket(frame: bytes):
    async with lesson() as (server, teacher):
        page = await enter(server, PUPIL)
        await page.socket.send_bytes(frame)
        assert (await page.is_closed())[0] == aiohttp.WSCloseCode.PROTOCOL_ERROR
        await teacher.done("raise_hand")


async def test_an_oversized_frame_and_text_cost_it_too():
    async with lesson() as (server, _):
        page = await enter(server, PUPIL)
        await page.socket.send_bytes(b"a" * 20_000)
        assert (await page.is_closed())[0] == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        page = await enter(server, PUPIL)
        await page.socket.send_str("{}")
        assert (await page.is_closed())[0] == aiohttp.WSCloseCode.PROTOCOL_ERROR


async def test_a_flood_costs_it_too():
    async with lesson() as (server, teacher):
        page = await enter(server, PUPIL)
        with suppress(aiohttp.ClientConnectionResetError):
            for number in range(2_000):
                await page.socket.send_bytes(msgpack.packb({"do": "react", "id": number, "reaction": "heart"}))
        assert await page.is_closed() == (aiohttp.WSCloseCode.PROTOCOL_ERROR, "too many requests")
        await teacher.done("raise_hand")


# -- what is kept


async def test_rights_lobby_and_people_outlive_a_restart_and_a_template_begins_the_next_call():
    store = MemoryCallStore()
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        teacher = await enter(server, TEACHER)
        await enter(server, PUPIL)
        await enter(server, OTHER)
        await teacher.done("set_rights", role="student", rights=RIGHTS | {"screen": True})
        await teacher.done("set_lobby", on=True)
        await teacher.done("set_layout", layout="speaker")
        await teacher.done("set_co_teacher", identity="s1", on=True)
        await teacher.done("remove_person", identity="s2")
        await teacher.done("keep_template")
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        pupil = await enter(server, PUPIL)
        assert pupil.state["you"]["moderator"] and pupil.state["call"]["lobby"]
        assert (await enter(server, OTHER)).state["you"]["standing"] == "lobby"
        await server.service.calls.open_call("call_2", title="Алгебра", group="7v")
        next_lesson = await open_page(server, server.service.calls.admit("call_2", TEACHER))
        call = next_lesson.state["call"]
        assert call["lobby"] and call["layout"] == "speaker" and call["student"]["screen"]


async def test_a_store_that_is_away_is_said_and_the_call_goes_on():
    store = MemoryCallStore()
    async with running(store=store) as server:
        await server.service.calls.open_call(CALL, title="Алгебра", group="7v")
        teacher = await enter(server, TEACHER)
        await teacher.done("set_layout", layout="tiles")
        store.is_away = True
        assert (await teacher.ask("set_lobby", on=True))["error"] == "not_kept"
        assert (await teacher.ask("keep_template"))["error"] == "not_kept"
        assert (await enter(server, PUPIL)).state["you"]["standing"] == "lobby"
        store.is_away = False
    assert store.templates["7v"] and b"lobby" in store.states[CALL]
