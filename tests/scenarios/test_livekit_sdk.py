"""The unmodified LiveKit Python SDK against a real server process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from livekit import api, rtc

from tests.support.sdk import HEIGHT, WAIT, WIDTH, Member, members
from tests.support.server_process import KEY, SECRET, ServerProcess, running_server

pytestmark = [
    pytest.mark.sdk,
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

AUDIBLE = 500.0  # root mean square of 16-bit samples; the tone sent is at 5600


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    async with running_server(tmp_path) as server:
        yield server


async def test_pictures_and_sound_go_both_ways(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        await anna.publish()
        await boris.publish()
        pictures = await boris.frames("anna", 10)
        assert (pictures[-1].width, pictures[-1].height) == (WIDTH, HEIGHT)
        assert len(await anna.frames("boris", 10)) == 10
        assert await boris.loudness("anna") > AUDIBLE
        assert await anna.loudness("boris") > AUDIBLE


async def test_data_goes_both_ways_and_only_to_whom_it_is_meant(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris", "vera") as (anna, boris, vera):
        await anna.room.local_participant.publish_data(b"to all", reliable=True, topic="t")
        await boris.until(lambda: len(boris.packets) == 1)
        await vera.until(lambda: len(vera.packets) == 1)
        await boris.room.local_participant.publish_data(b"to anna", reliable=True, destination_identities=["anna"])
        await anna.until(lambda: len(anna.packets) == 1)
        await boris.room.local_participant.publish_data(b"to all again", reliable=True)
        await vera.until(lambda: len(vera.packets) == 2)
        assert [bytes(packet.data) for packet in vera.packets] == [b"to all", b"to all again"]
        assert anna.packets[0].participant is not None
        assert anna.packets[0].participant.identity == "boris"


async def test_a_remote_procedure_call_is_answered(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):

        @boris.room.local_participant.register_rpc_method("greet")
        async def greet(call: rtc.RpcInvocationData) -> str:
            return f"hello {call.payload} from boris"

        answer = await anna.room.local_participant.perform_rpc(
            destination_identity="boris", method="greet", payload="anna"
        )
        assert answer == "hello anna from boris"


async def test_a_text_stream_arrives_whole(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def read(reader: rtc.TextStreamReader) -> None:
            arrived.set_result(await reader.read_all())

        readers: list[asyncio.Task[None]] = []
        boris.room.register_text_stream_handler(
            "homework",
            lambda reader, _: readers.append(asyncio.create_task(read(reader))),  # noqa: TID251
        )
        text = "Упражнение 12. " * 4000
        await anna.room.local_participant.send_text(text, topic="homework")
        assert await asyncio.wait_for(arrived, WAIT) == text


async def test_leaving_is_seen_at_once(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        await anna.until(lambda: "boris" in anna.room.remote_participants)
        await boris.room.disconnect()
        await anna.until(lambda: "boris" not in anna.room.remote_participants)


async def test_muting_is_seen(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        await anna.publish()
        await boris.track("anna", rtc.TrackKind.KIND_AUDIO)
        for publication in anna.room.local_participant.track_publications.values():
            if publication.kind == rtc.TrackKind.KIND_AUDIO:
                publication.track.mute()
        await boris.until(lambda: any(name == "track_muted" for name, _ in boris.events))


async def test_a_participant_moved_to_another_room_keeps_its_media(server: ServerProcess) -> None:
    async with members(server, "main", "anna", "boris") as (anna, boris), members(server, "group", "vera") as (vera,):
        for member in (anna, boris, vera):
            await member.publish()
        await boris.frames("anna", 5)
        async with api.LiveKitAPI(server.url, KEY, SECRET) as rooms:
            await rooms.room.move_participant(
                api.MoveParticipantRequest(room="main", identity="anna", destination_room="group")
            )
        await boris.until(lambda: "anna" not in boris.room.remote_participants)
        assert len(await vera.frames("anna", 10)) == 10
        assert len(await anna.frames("vera", 10)) == 10
        assert await vera.loudness("anna") > AUDIBLE
        assert anna.room.name == "group"


async def test_a_server_restart_brings_everybody_back(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        await anna.publish()
        await boris.frames("anna", 5)
        anna.tracks.clear()
        boris.tracks.clear()
        await server.restart()
        assert len(await boris.frames("anna", 10)) == 10


async def test_a_participant_moved_to_and_fro_sees_and_hears_each_room_every_time(server: ServerProcess) -> None:
    async with members(server, "main", "anna", "boris") as (anna, boris), members(server, "group", "vera") as (vera,):
        for member in (anna, boris, vera):
            await member.publish()
        await anna.frames("boris", 5)
        async with api.LiveKitAPI(server.url, KEY, SECRET) as rooms:
            for source, target, left, met in [("main", "group", boris, vera), ("group", "main", vera, boris)] * 5:
                await rooms.room.move_participant(
                    api.MoveParticipantRequest(room=source, identity="anna", destination_room=target)
                )
                await anna.until(lambda left=left: left.identity not in anna.room.remote_participants)
                assert len(await anna.frames(met.identity, 3)) == 3
                assert len(await met.frames("anna", 3)) == 3
                assert await anna.loudness(met.identity, 0.2) > AUDIBLE


async def test_a_camera_that_comes_and_goes_is_seen_every_time(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        for _ in range(6):
            sid = await anna.publish_camera()
            assert len(await boris.frames("anna", 3)) == 3
            await anna.room.local_participant.unpublish_track(sid)
            await boris.until(lambda: not boris.tracks)


async def test_a_track_subscribed_to_again_and_again_is_seen_every_time(server: ServerProcess) -> None:
    async with members(server, "lesson", "anna", "boris") as (anna, boris):
        sid = await anna.publish_camera()
        for _ in range(6):
            assert len(await boris.frames("anna", 3)) == 3
            publication = boris.room.remote_participants["anna"].track_publications[sid]
            publication.set_subscribed(False)
            await boris.until(lambda: not boris.tracks)
            publication.set_subscribed(True)
        assert len(await boris.frames("anna", 3)) == 3


async def test_a_wrong_token_is_refused(server: ServerProcess) -> None:
    member = Member("mallory")
    with pytest.raises(rtc.ConnectError):
        await member.room.connect(server.url.replace("http", "ws"), "not.a.token")
