"""The unmodified LiveKit Python SDK as a participant with a synthetic camera and microphone."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from livekit import api, rtc

from tests.support.server_process import KEY, SECRET, ServerProcess

WIDTH, HEIGHT, FPS = 640, 360, 15
RATE, TONE = 48_000, 440  # samples/s, Hz
WAIT = 20.0  # seconds until something that should happen counts as missing


def token(identity: str, room: str, **grants: Any) -> str:
    allowed = api.VideoGrants(room_join=True, room=room, **grants)
    return (
        api.AccessToken(KEY, SECRET).with_identity(identity).with_name(identity.title()).with_grants(allowed).to_jwt()
    )


class Member:
    """One connected `rtc.Room` that keeps what it saw."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.room = rtc.Room()
        self.tracks: dict[tuple[str, int], rtc.Track] = {}
        self.packets: list[rtc.DataPacket] = []
        self.events: list[tuple[str, Any]] = []
        self._happened = asyncio.Condition()
        self._tasks: list[asyncio.Task[None]] = []
        self.room.on("track_subscribed", self._subscribed)
        self.room.on("track_unsubscribed", self._unsubscribed)
        self.room.on("data_received", lambda packet: self._note("data", packet))
        for name in ("participant_connected", "participant_disconnected", "track_muted", "track_unmuted", "moved"):
            self.room.on(name, lambda *values, name=name: self._note(name, values))

    async def connect(self, server: ServerProcess, room: str, **grants: Any) -> None:
        await self.connect_with(server, token(self.identity, room, **grants))

    async def connect_with(self, server: ServerProcess, token: str) -> None:
        await asyncio.wait_for(self.room.connect(server.url.replace("http", "ws"), token), WAIT)

    async def publish(self) -> None:
        """Camera and microphone; frames are flowing from now on."""
        await self.publish_camera()
        await self.publish_microphone()

    async def publish_microphone(self) -> rtc.LocalAudioTrack:
        """A tone, flowing from now on."""
        microphone = rtc.AudioSource(RATE, 1)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", microphone)
        await self.room.local_participant.publish_track(track, options)
        self._tasks.append(asyncio.create_task(_hum(microphone)))  # noqa: TID251
        return track

    async def publish_camera(self) -> str:
        """A camera, frames are flowing from now on; its sid."""
        camera = rtc.VideoSource(WIDTH, HEIGHT)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, video_codec=rtc.VideoCodec.VP8)
        track = rtc.LocalVideoTrack.create_video_track("camera", camera)
        published = await self.room.local_participant.publish_track(track, options)
        self._tasks.append(asyncio.create_task(_film(camera)))  # noqa: TID251
        return str(published.sid)

    async def until(self, condition: Any) -> None:
        """Wait until `condition()` holds; it is looked at after every event of this member."""
        async with asyncio.timeout(WAIT), self._happened:
            await self._happened.wait_for(condition)

    async def track(self, identity: str, kind: "rtc.TrackKind.ValueType") -> rtc.Track:
        await self.until(lambda: (identity, kind) in self.tracks)
        return self.tracks[identity, kind]

    async def frames(self, identity: str, count: int) -> list[rtc.VideoFrame]:
        """The next `count` decoded pictures of somebody's camera."""
        stream = rtc.VideoStream(await self.track(identity, rtc.TrackKind.KIND_VIDEO))
        found: list[rtc.VideoFrame] = []
        async with asyncio.timeout(WAIT):
            async for event in stream:
                found.append(event.frame)
                if len(found) == count:
                    break
        await stream.aclose()
        return found

    async def loudness(self, identity: str, seconds: float = 1.0) -> float:
        """Root mean square of somebody's decoded sound (16-bit samples)."""
        stream = rtc.AudioStream(await self.track(identity, rtc.TrackKind.KIND_AUDIO))
        samples: list[np.ndarray] = []
        async with asyncio.timeout(WAIT):
            async for event in stream:
                samples.append(np.frombuffer(event.frame.data, dtype=np.int16))
                if sum(len(part) for part in samples) > seconds * RATE:
                    break
        await stream.aclose()
        return float(np.sqrt(np.mean(np.concatenate(samples).astype(np.float64) ** 2)))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()

    def _subscribed(self, track: rtc.Track, _: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant) -> None:
        self.tracks[who.identity, track.kind] = track
        self._note("track_subscribed", who.identity)

    def _unsubscribed(self, track: rtc.Track, _: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant) -> None:
        if self.tracks.get((who.identity, track.kind)) is track:
            del self.tracks[who.identity, track.kind]
        self._note("track_unsubscribed", who.identity)

    def _note(self, name: str, values: Any) -> None:
        self.events.append((name, values))
        if name == "data":
            self.packets.append(values)
        self._tasks.append(asyncio.create_task(self._wake()))  # noqa: TID251

    async def _wake(self) -> None:
        async with self._happened:
            self._happened.notify_all()


async def _film(source: rtc.VideoSource) -> None:
    """A picture that changes, so that the encoder has work and key frames have a size."""
    x = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    number = 0
    while True:
        luma = np.roll(np.tile(x, (HEIGHT, 1)), number * 7, axis=1)
        chroma = np.full(WIDTH * HEIGHT // 2, 128, dtype=np.uint8)
        data = np.concatenate([luma.ravel(), chroma]).tobytes()
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, data))
        number += 1
        await asyncio.sleep(1 / FPS)


async def _hum(source: rtc.AudioSource) -> None:
    size, at = RATE // 100, 0
    while True:
        time = (np.arange(size) + at) / RATE
        tone = (8000 * np.sin(2 * math.pi * TONE * time)).astype(np.int16)
        await source.capture_frame(rtc.AudioFrame(tone.tobytes(), RATE, 1, size))
        at += size


@asynccontextmanager
async def members(server: ServerProcess, room: str, *identities: str) -> AsyncIterator[list[Member]]:
    """Connected members, disconnected at the end."""
    joined = [Member(identity) for identity in identities]
    try:
        for member in joined:
            await member.connect(server, room)
        yield joined
    finally:
        for member in joined:
            await member.close()
