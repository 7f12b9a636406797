"""A participant forwarded to another room, with the unmodified LiveKit Python SDK against a real server process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from livekit import api, rtc

from tests.support.sdk import HEIGHT, WIDTH, Member, members
from tests.support.server_process import KEY, SECRET, ServerProcess, running_server

pytestmark = [
    pytest.mark.sdk,
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

MICROPHONE = rtc.TrackSource.SOURCE_MICROPHONE
AUDIBLE = 500.0  # root mean square of 16-bit samples; the tone sent is at 5600


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with running_server(tmp_path) as server:
        yield server


@pytest.fixture
async def rooms(server: ServerProcess) -> AsyncIterator[api.LiveKitAPI]:
    async with api.LiveKitAPI(server.url, KEY, SECRET) as rooms:
        yield rooms


@asynccontextmanager
async def forwarded(server: ServerProcess, rooms: api.LiveKitAPI) -> AsyncIterator[tuple[Member, Member, Member]]:
    """Anna and Boris in "main", Vera in "group"; Anna publishes, and is shown to Vera as well."""
    async with members(server, "main", "anna", "boris") as (anna, boris), members(server, "group", "vera") as (vera,):
        await anna.publish()
        await boris.frames("anna", 5)
        await forward(rooms, "group")
        yield anna, boris, vera


async def forward(rooms: api.LiveKitAPI, destination: str) -> None:
    request = api.ForwardParticipantRequest(room="main", identity="anna", destination_room=destination)
    await rooms.room.forward_participant(request)


async def test_a_forwarded_participant_is_seen_and_heard_in_both_rooms(
    server: ServerProcess, rooms: api.LiveKitAPI
) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        pictures = await vera.frames("anna", 10)
        assert (pictures[-1].width, pictures[-1].height) == (WIDTH, HEIGHT)
        assert await vera.loudness("anna") > AUDIBLE
        assert len(await boris.frames("anna", 10)) == 10
        assert await boris.loudness("anna") > AUDIBLE
        guest = vera.room.remote_participants["anna"]
        assert guest.name == "Anna" and guest.sid != anna.room.local_participant.sid


async def test_the_destination_is_not_received_and_gets_no_data(server: ServerProcess, rooms: api.LiveKitAPI) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        await vera.publish()
        await vera.frames("anna", 5)
        await anna.room.local_participant.publish_data(b"for main", reliable=True)
        await boris.until(lambda: len(boris.packets) == 1)
        # Sent later over the same connections: what came before would be here.
        await rooms.room.send_data(api.SendDataRequest(room="group", data=b"for group", kind=0))
        await vera.until(lambda: len(vera.packets) == 1)
        assert bytes(vera.packets[0].data) == b"for group"
        assert list(anna.room.remote_participants) == ["boris"] and anna.tracks == {} and anna.packets == []


async def test_a_mute_is_seen_in_both_rooms(server: ServerProcess, rooms: api.LiveKitAPI) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        await vera.track("anna", rtc.TrackKind.KIND_AUDIO)
        microphone = next(
            each for each in anna.room.local_participant.track_publications.values() if each.source == MICROPHONE
        )
        microphone.track.mute()
        for member in (boris, vera):
            await member.until(lambda member=member: any(name == "track_muted" for name, _ in member.events))
        microphone.track.unmute()
        for member in (boris, vera):
            await member.until(lambda member=member: any(name == "track_unmuted" for name, _ in member.events))
        assert await vera.loudness("anna") > AUDIBLE


async def test_who_leaves_is_gone_from_both_rooms(server: ServerProcess, rooms: api.LiveKitAPI) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        await vera.frames("anna", 5)
        await anna.room.disconnect()
        for member in (boris, vera):
            await member.until(lambda member=member: "anna" not in member.room.remote_participants)
        listed = await rooms.room.list_participants(api.ListParticipantsRequest(room="group"))
        assert [participant.identity for participant in listed.participants] == ["vera"]


async def test_removed_from_the_destination_one_stays_in_the_own_room(
    server: ServerProcess, rooms: api.LiveKitAPI
) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        await vera.frames("anna", 5)
        await rooms.room.remove_participant(api.RoomParticipantIdentity(room="group", identity="anna"))
        await vera.until(lambda: "anna" not in vera.room.remote_participants)
        assert len(await boris.frames("anna", 10)) == 10
        assert anna.room.isconnected()
        vera.tracks.clear()
        await forward(rooms, "group")
        assert len(await vera.frames("anna", 10)) == 10


async def test_one_speaks_to_all_groups_and_pupils_move_between_them(
    server: ServerProcess, rooms: api.LiveKitAPI
) -> None:
    async with forwarded(server, rooms) as (anna, boris, vera):
        await forward(rooms, "another group")
        assert len(await vera.frames("anna", 5)) == 5
        boris.tracks.clear()
        for source, destination in (("main", "another group"), ("another group", "group"), ("group", "main")):
            await rooms.room.move_participant(
                api.MoveParticipantRequest(room=source, identity="boris", destination_room=destination)
            )
            await boris.until(lambda destination=destination: boris.room.name == destination)
            assert len(await boris.frames("anna", 10)) == 10
            assert await boris.loudness("anna") > AUDIBLE
            boris.tracks.clear()
        assert len(await vera.frames("anna", 10)) == 10
        listed = await rooms.room.list_rooms(api.ListRoomsRequest())
        assert {room.name: room.num_participants for room in listed.rooms} == {
            "main": 2,
            "group": 2,
            "another group": 1,
        }
        assert anna.room.name == "main"


async def test_another_forwarding_of_the_same_identity_is_refused(server: ServerProcess, rooms: api.LiveKitAPI) -> None:
    async with forwarded(server, rooms) as (_, _, vera):
        with pytest.raises(api.TwirpError) as caught:
            await forward(rooms, "group")
        assert (caught.value.code, caught.value.status) == ("already_exists", 409)
        assert len(await vera.frames("anna", 5)) == 5
