"""Real clients: participants made with the unmodified LiveKit Python SDK, and what each saw and heard of each other.

Their pictures carry running numbers, so that what a client shows is checked by looking at it. Encoding and decoding are
the SDK's own, in this process: the client's CPU says how many participants one machine can play.
"""

import asyncio
import logging
import math
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from livekit import rtc

from benchmarks.load.access import Access, token
from benchmarks.load.client import ConnectError
from benchmarks.media import picture
from benchmarks.media.model import AUDIO_CLOCK, Luma
from benchmarks.peers.peer import Peer, PeerError
from server.lifecycle import Spawner

WIDTH, HEIGHT, FPS = 256, 144, 15  # small: all clients encode and decode on one machine
SCENES = 4 * FPS  # different pictures before they repeat; their numbers go on
CHUNK = AUDIO_CLOCK // 100  # samples handed to the SDK at once: 10 ms, what it works with
TONE, LOUD = 440.0, 8000  # Hz, amplitude of 32767
QUIET = 500  # of 32767: the tone is far above it
CONNECT_TIMEOUT = 20.0  # seconds

logging.getLogger("livekit").setLevel(logging.CRITICAL)  # it prints whole descriptions; what matters is measured


class SdkError(Exception):
    """A real client did not get in, in words."""


FAILURES = (PeerError, ConnectError, SdkError)
"""What ends a run with words for people."""


def own_room(name: str) -> str:
    """A room that nobody else is in, on whatever server."""
    return f"bench-{secrets.token_hex(3)}-{name}"


def access_of(peer: Peer) -> Access:
    """How real clients get in. Raises SdkError for servers that they do not speak to."""
    access: Access | None = getattr(peer, "access", None)
    if access is None:
        raise SdkError(
            f"{peer.name}: the LiveKit SDK needs a server that speaks its protocol, and a key with its secret"
        )
    return access


@dataclass(slots=True)
class Seen:
    """What one client got of one other."""

    pictures: list[tuple[float, int | None]] = field(default_factory=list)
    """Monotonic seconds and number; None where the bar code could not be read."""
    sound: list[tuple[float, bool]] = field(default_factory=list)
    """Chunks of 10 ms: monotonic seconds, and whether anything is heard."""


class Camera:
    """A source of numbered pictures; remembers when each was taken."""

    def __init__(self) -> None:
        self.source = rtc.VideoSource(WIDTH, HEIGHT)
        self.taken: dict[int, float] = {}

    async def film(self) -> None:
        """For ever."""
        scenes = [picture.moving_picture(number, WIDTH, HEIGHT) for number in range(SCENES)]
        begin, count = time.monotonic(), 0
        while True:
            image = scenes[count % SCENES].copy()
            number = count % picture.NUMBERS
            picture.mark(image, number)
            self.taken[number] = time.monotonic()
            self.source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, image.tobytes()))
            count += 1
            await asyncio.sleep(max(0.0, begin + count / FPS - time.monotonic()))


async def hum(source: rtc.AudioSource) -> None:
    """A tone for ever; the source's own queue keeps the pace."""
    seconds = np.arange(AUDIO_CLOCK) / AUDIO_CLOCK
    tone = (LOUD * np.sin(2 * math.pi * TONE * seconds)).astype(np.int16)
    while True:
        for start in range(0, AUDIO_CLOCK, CHUNK):
            part = tone[start : start + CHUNK].tobytes()
            await source.capture_frame(rtc.AudioFrame(part, AUDIO_CLOCK, 1, CHUNK))


class Client:
    """One participant. Takes everything that others publish; `close` ends it."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.room = rtc.Room()
        self.camera = Camera()
        self.seen: dict[str, Seen] = defaultdict(Seen)
        """By identity of the others."""
        self.began = self.connected = self.published = 0.0
        """Monotonic seconds."""
        self._tasks = Spawner()
        self.room.on("track_subscribed", self._subscribed)

    async def connect(self, access: Access, room: str) -> None:
        """Raises SdkError."""
        self.began = time.monotonic()
        try:
            await asyncio.wait_for(self.room.connect(access.url, token(access, room, self.identity)), CONNECT_TIMEOUT)
        except (rtc.ConnectError, TimeoutError) as error:
            raise SdkError(f"{self.identity} did not get in: {str(error) or 'no answer'}") from error
        self.connected = time.monotonic()

    async def publish(self, *, sound: bool = True) -> None:
        """A camera and, if wanted, a microphone; both run from now on."""
        camera = rtc.LocalVideoTrack.create_video_track("camera", self.camera.source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, video_codec=rtc.VideoCodec.VP8)
        await self.room.local_participant.publish_track(camera, options)
        self._tasks.spawn(self.camera.film())
        self.published = time.monotonic()
        if sound:
            source = rtc.AudioSource(AUDIO_CLOCK, 1)
            microphone = rtc.LocalAudioTrack.create_audio_track("microphone", source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
            await self.room.local_participant.publish_track(microphone, options)
            self._tasks.spawn(hum(source))

    async def close(self) -> None:
        await self.room.disconnect()  # ends the streams, for which the tasks wait
        await self._tasks.close()

    def _subscribed(self, track: rtc.Track, _: rtc.RemoteTrackPublication, who: rtc.RemoteParticipant) -> None:
        seen = self.seen[who.identity]
        watch = self._watch(track, seen) if track.kind == rtc.TrackKind.KIND_VIDEO else self._listen(track, seen)
        self._tasks.spawn(watch)

    async def _watch(self, track: rtc.Track, seen: Seen) -> None:
        stream = rtc.VideoStream(track, format=rtc.VideoBufferType.I420)
        try:
            async for event in stream:
                seen.pictures.append((time.monotonic(), picture.number_of(_luma(event.frame))))
        finally:
            await stream.aclose()

    async def _listen(self, track: rtc.Track, seen: Seen) -> None:
        stream = rtc.AudioStream(track, sample_rate=AUDIO_CLOCK, num_channels=1)
        try:
            async for event in stream:
                samples = np.frombuffer(event.frame.data, dtype=np.int16)
                seen.sound.append((time.monotonic(), bool(samples.max(initial=0) > QUIET)))
        finally:
            await stream.aclose()


def _luma(frame: rtc.VideoFrame) -> Luma:
    size = frame.width * frame.height
    return np.frombuffer(frame.data, dtype=np.uint8, count=size).reshape(frame.height, frame.width)
