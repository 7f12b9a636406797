"""The room service, driven by LiveKit's own server SDK."""

import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from livekit import api
from livekit.protocol import models, rtc

from tests.support.fake_media import FakeMedia
from tests.support.signalling_server import KEY, SECRET, Server, running

Reason = models.DisconnectReason
Action = rtc.LeaveRequest.Action
State = models.ParticipantInfo.State


@asynccontextmanager
async def backend(media: FakeMedia | None = None) -> AsyncIterator[tuple[Server, api.LiveKitAPI]]:
    async with running(media) as server, api.LiveKitAPI(server.url, KEY, SECRET) as lk:
        yield server, lk


async def test_rooms_are_created_listed_changed_and_deleted() -> None:
    async with backend() as (server, lk):
        made = await lk.room.create_room(api.CreateRoomRequest(name="class", metadata="one", empty_timeout=30))
        assert (made.name, made.metadata, made.empty_timeout) == ("class", "one", 30) and made.sid.startswith("RM_")
        again = await lk.room.create_room(api.CreateRoomRequest(name="class", max_participants=2))
        assert (again.sid, again.metadata, again.max_participants) == (made.sid, "one", 2)
        await lk.room.create_room(api.CreateRoomRequest(name="other"))
        assert {r.name for r in (await lk.room.list_rooms(api.ListRoomsRequest())).rooms} == {"class", "other"}
        named = await lk.room.list_rooms(api.ListRoomsRequest(names=["other", "none"]))
        assert [r.name for r in named.rooms] == ["other"]
        anna = await server.join("anna")
        changed = await lk.room.update_room_metadata(api.UpdateRoomMetadataRequest(room="class", metadata="two"))
        assert changed.metadata == "two"
        assert (await anna.expect("room_update")).room_update.room.metadata == "two"
        await lk.room.delete_room(api.DeleteRoomRequest(room="class"))
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.ROOM_DELETED, Action.DISCONNECT)
        with pytest.raises(api.TwirpError) as caught:
            await lk.room.delete_room(api.DeleteRoomRequest(room="class"))
        assert (caught.value.code, caught.value.status) == ("not_found", 404)


async def test_participants_are_listed_and_removed() -> None:
    async with backend() as (server, lk):
        anna, boris = await server.join("anna"), await server.join("boris")
        listed = await lk.room.list_participants(api.ListParticipantsRequest(room="class"))
        assert [p.identity for p in listed.participants] == ["anna", "boris"]
        who = api.RoomParticipantIdentity(room="class", identity="anna")
        assert (await lk.room.get_participant(who)).sid == anna.joined.participant.sid
        await lk.room.remove_participant(who)
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.PARTICIPANT_REMOVED, Action.DISCONNECT)
        gone = await boris.expect("update", lambda m: m.update.participants[0].state == State.DISCONNECTED)
        assert gone.update.participants[0].disconnect_reason == Reason.PARTICIPANT_REMOVED
        with pytest.raises(api.TwirpError) as caught:
            await lk.room.get_participant(who)
        assert caught.value.code == "not_found"


async def entry(server: Server, token: str) -> tuple[int, int]:
    """What validation and joining answer to a token; 101 for a connection."""
    parameters = {"access_token": token, "protocol": "16"}
    async with server.session.get(f"{server.url}/rtc/validate", params=parameters) as validated:
        pass
    try:
        async with server.session.ws_connect(f"{server.url}/rtc", params=parameters) as socket:
            await socket.receive(timeout=10)
    except aiohttp.WSServerHandshakeError as refusal:
        return validated.status, refusal.status
    return validated.status, 101


def issued(identity: str, seconds_ago: float, room: str = "class") -> str:
    """A token of that age that the server SDK might have made."""
    made = api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(api.VideoGrants(room_join=True, room=room))
    claims = jwt.decode(made.to_jwt(), OctKey.import_key(SECRET), algorithms=["HS256"]).claims
    return jwt.encode({"alg": "HS256"}, claims | {"nbf": int(time.time() - seconds_ago)}, OctKey.import_key(SECRET))


async def test_who_was_removed_needs_a_newer_token_to_come_back() -> None:
    async with backend() as (server, lk):
        await server.join("boris")
        old, latest, new = (issued("anna", seconds) for seconds in (5, 0, -30))
        anna = await server.connect(old)
        await anna.expect("join")
        await lk.room.remove_participant(api.RoomParticipantIdentity(room="class", identity="anna"))
        await anna.expect("leave")
        assert await entry(server, old) == (403, 403)
        assert await entry(server, latest) == (403, 403)
        assert await entry(server, new) == (200, 101)
        assert await entry(server, issued("vera", 5)) == (200, 101)
        assert await entry(server, issued("anna", 5, "other")) == (200, 101)
        assert await entry(server, old) == (403, 403)


async def test_a_removal_may_name_the_time_from_which_tokens_are_good() -> None:
    async with backend() as (server, lk):
        await server.join("boris")
        anna = await server.connect(issued("anna", 5))
        await anna.expect("join")
        request = api.RoomParticipantIdentity(room="class", identity="anna", revoke_token_ts=int(time.time()) - 60)
        await lk.room.remove_participant(request)
        await anna.expect("leave")
        assert await entry(server, issued("anna", 90)) == (403, 403)
        assert await entry(server, issued("anna", 5)) == (200, 101)


async def test_a_new_room_knows_nothing_of_removals_from_the_one_before() -> None:
    async with backend() as (server, lk):
        token = issued("anna", 5)
        anna = await server.connect(token)
        await anna.expect("join")
        await lk.room.remove_participant(api.RoomParticipantIdentity(room="class", identity="anna"))
        await lk.room.delete_room(api.DeleteRoomRequest(room="class"))
        assert await entry(server, token) == (200, 101)


async def test_a_track_is_muted_for_everybody_and_never_unmuted_from_afar() -> None:
    async with backend() as (server, lk):
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = await server.publish(anna, "anna")
        request = api.MuteRoomTrackRequest(room="class", identity="anna", track_sid=sid, muted=True)
        assert (await lk.room.mute_published_track(request)).track.muted
        assert (await anna.expect("mute")).mute.muted
        await boris.expect("update", lambda m: any(t.muted for p in m.update.participants for t in p.tracks))
        assert server.peer("anna").muted == {sid: True}
        request.muted = False
        with pytest.raises(api.TwirpError) as caught:
            await lk.room.mute_published_track(request)
        assert caught.value.code == "failed_precondition"
        assert server.peer("anna").muted == {sid: True}
        await anna.send(mute=rtc.MuteTrackRequest(sid=sid, muted=False))
        await boris.expect("update", lambda m: any(not t.muted for p in m.update.participants for t in p.tracks))


async def test_permission_that_is_taken_away_ends_tracks_at_once() -> None:
    async with backend() as (server, lk):
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = await server.publish(anna, "anna")
        await boris.expect("update", lambda m: any(p.tracks for p in m.update.participants))
        permission = models.ParticipantPermission(can_subscribe=True, can_publish=False, can_publish_data=True)
        request = api.UpdateParticipantRequest(
            room="class", identity="anna", name="Anna B.", metadata="m", attributes={"a": "1"}, permission=permission
        )
        info = await lk.room.update_participant(request)
        assert (info.name, info.metadata, dict(info.attributes)) == ("Anna B.", "m", {"a": "1"})
        assert not info.permission.can_publish
        assert (await anna.expect("track_unpublished")).track_unpublished.track_sid == sid
        told = await anna.expect("update", lambda m: not m.update.participants[0].permission.can_publish)
        assert told.update.participants[0].identity == "anna"
        token = (await anna.expect("refresh_token")).refresh_token
        assert not server.service.tokens.verify(token).grants.permission.publish
        assert server.peer("boris").subscribed == {}
        await boris.expect("update", lambda m: not m.update.participants[0].tracks)


async def test_subscriptions_are_updated() -> None:
    async with backend() as (server, lk):
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = await server.publish(anna, "anna")
        await boris.expect("update", lambda m: any(p.tracks for p in m.update.participants))
        for subscribe, expected in ((False, set()), (True, {sid})):
            request = api.UpdateSubscriptionsRequest(
                room="class", identity="boris", track_sids=[sid], subscribe=subscribe
            )
            await lk.room.update_subscriptions(request)
            assert set(server.peer("boris").subscribed) == expected


async def test_data_from_the_server_interface() -> None:
    async with backend() as (server, lk):
        await server.join("anna")
        await server.join("boris")
        request = api.SendDataRequest(
            room="class",
            data=b"bell",
            kind=models.DataPacket.Kind.RELIABLE,
            topic="lesson",
            destination_identities=["boris"],
        )
        await lk.room.send_data(request)
        ((channel, payload),) = server.peer("boris").data
        packet = models.DataPacket.FromString(payload)
        assert (channel, packet.user.payload, packet.user.topic) == ("reliable", b"bell", "lesson")
        assert packet.participant_identity == "" and server.peer("anna").data == []


async def test_a_participant_moves_with_its_media() -> None:
    async with backend(FakeMedia(lanes=2)) as (server, lk):
        anna, boris = await server.join("anna"), await server.join("boris")
        sid = await server.publish(anna, "anna")
        peer = server.peer("anna")
        request = api.MoveParticipantRequest(room="class", identity="anna", destination_room="group 1")
        await lk.room.move_participant(request)
        moved = (await anna.expect("room_moved")).room_moved
        assert moved.room.name == "group 1" and moved.participant.sid != anna.joined.participant.sid
        assert [track.sid for track in moved.participant.tracks] == [sid]
        assert server.service.tokens.verify(moved.token).grants.room == "group 1"
        assert not peer.closed and server.peer("anna", "group 1") is peer
        assert server.media.rooms[1].lane == server.media.rooms[0].lane
        gone = await boris.expect("update", lambda m: m.update.participants[0].state == State.DISCONNECTED)
        assert gone.update.participants[0].disconnect_reason == Reason.MIGRATION
        await anna.roundtrip()
        vera = await server.join("vera", "group 1")
        assert [p.identity for p in vera.joined.other_participants] == ["anna"]
        assert list(server.peer("vera", "group 1").subscribed) == [sid]
        resumed = await server.connect(moved.token, reconnect="1", sid=moved.participant.sid)
        assert (await resumed.receive()).WhichOneof("message") == "reconnect"


async def test_between_lanes_a_participant_is_sent_to_connect_anew() -> None:
    async with backend(FakeMedia(lanes=2)) as (server, lk):
        anna, _ = await server.join("anna"), await server.join("vera", "elsewhere")
        await lk.room.move_participant(
            api.MoveParticipantRequest(room="class", identity="anna", destination_room="elsewhere")
        )
        token = (await anna.expect("refresh_token")).refresh_token
        leave = (await anna.expect("leave")).leave
        assert (leave.reason, leave.action) == (Reason.MIGRATION, Action.RECONNECT)
        again = await server.connect(token)
        assert (await again.expect("join")).join.room.name == "elsewhere"


METHODS = [
    ("CreateRoom", "roomCreate"),
    ("ListRooms", "roomList"),
    ("DeleteRoom", "roomCreate"),
    ("ListParticipants", "roomAdmin"),
    ("GetParticipant", "roomAdmin"),
    ("RemoveParticipant", "roomAdmin"),
    ("MutePublishedTrack", "roomAdmin"),
    ("UpdateParticipant", "roomAdmin"),
    ("UpdateSubscriptions", "roomAdmin"),
    ("SendData", "roomAdmin"),
    ("UpdateRoomMetadata", "roomAdmin"),
    ("MoveParticipant", "roomAdmin"),
    ("ForwardParticipant", "roomAdmin"),
]


@pytest.mark.parametrize(("method", "grant"), METHODS)
async def test_every_method_asks_for_its_grant(method: str, grant: str) -> None:
    async with running() as server:
        await server.join("anna")
        every = {"room_create": True, "room_list": True, "room_admin": True}
        every[{"roomCreate": "room_create", "roomList": "room_list", "roomAdmin": "room_admin"}[grant]] = False
        url = f"{server.url}/twirp/livekit.RoomService/{method}"
        body = '{"room": "class", "identity": "anna", "name": "new", "metadata": "changed", "destinationRoom": "b"}'

        async def post(token: str) -> tuple[int, str]:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            async with server.session.post(url, data=body, headers=headers) as response:
                return response.status, (await response.json())["code"]

        builder = api.AccessToken(KEY, SECRET)
        missing = builder.with_grants(api.VideoGrants(room="class", destination_room="b", **every)).to_jwt()
        assert await post(missing) == (403, "permission_denied")
        assert await post("nonsense") == (401, "unauthenticated")
        assert await post("") == (401, "unauthenticated")
        if grant == "roomAdmin":
            elsewhere = api.VideoGrants(room="another", room_admin=True, destination_room="b")
            assert await post(api.AccessToken(KEY, SECRET).with_grants(elsewhere).to_jwt()) == (
                403,
                "permission_denied",
            )
        who = server.service.rooms.seat("class", "anna").participant
        assert (who.name, who.metadata, len(server.service.rooms)) == ("Anna", "", 1)
        assert server.service.rooms.get("class").room.settings.metadata == ""


async def test_moving_asks_for_the_destination_as_well() -> None:
    async with running() as server:
        await server.join("anna")
        grants = api.VideoGrants(room="class", room_admin=True, destination_room="b")
        headers = {
            "Authorization": f"Bearer {api.AccessToken(KEY, SECRET).with_grants(grants).to_jwt()}",
            "Content-Type": "application/json",
        }
        url = f"{server.url}/twirp/livekit.RoomService/MoveParticipant"
        body = '{"room": "class", "identity": "anna", "destination_room": "c"}'
        async with server.session.post(url, data=body, headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (403, "permission_denied")


async def test_requests_that_mean_nothing() -> None:
    async with running() as server:
        token = api.AccessToken(KEY, SECRET).with_grants(api.VideoGrants(room_list=True)).to_jwt()
        headers = {"Authorization": f"Bearer {token}"}

        async def post(path: str, body: bytes | io.BytesIO, kind: str) -> tuple[int, str]:
            merged = {**headers, "Content-Type": kind}
            async with server.session.post(f"{server.url}/twirp/{path}", data=body, headers=merged) as response:
                return response.status, (await response.json())["code"]

        service = "livekit.RoomService"
        assert await post(f"{service}/ListRooms", b"{", "application/json") == (400, "malformed")
        assert await post(f"{service}/ListRooms", b"[1]", "application/json") == (400, "malformed")
        assert await post(f"{service}/ListRooms", b"\xff\xff", "application/protobuf") == (400, "malformed")
        assert await post(f"{service}/ListRooms", b"", "text/plain") == (404, "bad_route")
        assert await post(f"{service}/Nothing", b"", "application/protobuf") == (404, "bad_route")
        assert await post("livekit.Egress/ListEgress", b"", "application/protobuf") == (404, "bad_route")
        large = io.BytesIO(bytes(2_000_000))
        assert await post(f"{service}/ListRooms", large, "application/protobuf") == (429, "resource_exhausted")
        async with server.session.post(f"{server.url}/twirp/{service}/ListRooms", json={}, headers=headers) as response:
            assert await response.json() == {}
