"""How long somebody who is moved between rooms waits for pictures, with the unmodified LiveKit Python SDK.

Two rooms with a camera each; one person is moved to and fro by MoveParticipant. Measured is the time from the request
to the first decoded picture of the new room's camera.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from livekit import api, rtc

from benchmarks.figures import spread
from benchmarks.load.access import Access, token
from benchmarks.load.client import LoadClient
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.report import Report, Section, Table
from sfu.plane.model import SrtpProfile

ROOMS = ("main", "group")
WIDTH, HEIGHT, FPS = 320, 180, 15
PICTURE = bytes(WIDTH * HEIGHT * 3 // 2)
PATIENCE = 10.0  # seconds after which a picture that did not come is an error


@dataclass(frozen=True, slots=True)
class Move:
    """One move: seconds until the first picture of the new room."""

    to: str
    seconds: float


async def run(moves: int, found: list[Move], say: Callable[[str], None]) -> None:
    """Appends to `found` as it goes. Raises TimeoutError when a picture does not come."""
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        peer = ZvonokPeer(client)
        await peer.start()
        try:
            async with _cameras(peer.access):
                await _wander(peer.access, moves, found, say)
        finally:
            await peer.stop()


async def _wander(access: Access, moves: int, found: list[Move], say: Callable[[str], None]) -> None:
    room, pictures = rtc.Room(), asyncio.Queue[str]()
    watching: set[asyncio.Task[None]] = set()

    def subscribed(track: rtc.Track, _: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant) -> None:
        watching.add(asyncio.get_running_loop().create_task(_first_picture(track, who.identity, pictures)))

    room.on("track_subscribed", subscribed)
    await room.connect(access.url, token(access, ROOMS[0], "wanderer"))
    await asyncio.wait_for(pictures.get(), PATIENCE)
    async with api.LiveKitAPI(access.url.replace("ws", "http", 1), access.key, access.secret) as server:
        for number in range(moves):
            source, target = ROOMS[number % 2], ROOMS[(number + 1) % 2]
            started = time.monotonic()
            request = api.MoveParticipantRequest(room=source, identity="wanderer", destination_room=target)
            await server.room.move_participant(request)
            while await asyncio.wait_for(pictures.get(), PATIENCE) != f"camera-{target}":
                pass
            found.append(Move(target, time.monotonic() - started))
            say(f"move {number + 1} of {moves}: {found[-1].seconds * 1000:.0f} ms")
    await room.disconnect()
    for task in watching:
        task.cancel()


async def _first_picture(track: rtc.Track, identity: str, pictures: "asyncio.Queue[str]") -> None:
    stream = rtc.VideoStream(track)
    async for _ in stream:
        pictures.put_nowait(identity)
        break
    await stream.aclose()


@contextlib.asynccontextmanager
async def _cameras(access: Access) -> AsyncIterator[None]:
    rooms, films = [], []
    for name in ROOMS:
        room, source = rtc.Room(), rtc.VideoSource(WIDTH, HEIGHT)
        await room.connect(access.url, token(access, name, f"camera-{name}"))
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, video_codec=rtc.VideoCodec.VP8)
        track = rtc.LocalVideoTrack.create_video_track("camera", source)
        await room.local_participant.publish_track(track, options)
        rooms.append(room)
        films.append(asyncio.get_running_loop().create_task(_film(source)))
    try:
        yield
    finally:
        for film in films:
            film.cancel()
        for room in rooms:
            await room.disconnect()


async def _film(source: rtc.VideoSource) -> None:
    while True:
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, PICTURE))
        await asyncio.sleep(1 / FPS)


def report(found: list[Move]) -> Report:
    """The table of a run. Raises ValueError when there was no move."""
    times = spread([move.seconds * 1000 for move in found])
    row = (str(len(found)), f"{times.median:.0f}", f"{times.low:.0f}", f"{times.high:.0f}")
    return Report(
        "move",
        "Moving a participant between rooms",
        (
            "The LiveKit Python SDK is moved between two rooms with a camera each; RoomMoved, the connections stay.",
            "Time from the MoveParticipant request to the first decoded picture of the new room's camera.",
        ),
        (Section("Moves", Table(("moves", "median ms", "lowest ms", "highest ms"), (row,))),),
        found,
    )
