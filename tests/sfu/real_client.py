"""A participant made of two aiortc peer connections, as a LiveKit v0 client has them."""

import asyncio
import fractions
from collections.abc import Callable

import numpy
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from av import AudioFrame, VideoFrame

from sfu.media import Room
from sfu.peer import Peer
from tests.sfu.fakes import Ear, Request

PATIENCE = 20.0
"""Seconds that anything may take on a busy machine before a test gives up."""

RATE = 48_000
BLOCK = 960
TONE = 440.0


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that other tasks bring about."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (native threads take part: there is no event to wait for)
            await asyncio.sleep(0.02)


class Tone(AudioStreamTrack):
    """A sine, loud enough to count as speech."""

    async def recv(self) -> AudioFrame:
        silence = await super().recv()
        pts = silence.pts * RATE // silence.sample_rate
        time = (numpy.arange(BLOCK) + pts) / RATE
        samples = (numpy.sin(2 * numpy.pi * TONE * time) * 12_000).astype(numpy.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, pts, fractions.Fraction(1, RATE)
        return frame


class Plain(VideoStreamTrack):
    """A grey of one brightness, 320 x 180."""

    def __init__(self, brightness: int) -> None:
        super().__init__()
        self._picture = numpy.full((180, 320, 3), brightness, numpy.uint8)

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(self._picture, format="bgr24")
        frame.pts, frame.time_base = pts, time_base
        return frame


class RealClient:
    """Publishes a tone and a grey picture, receives what it subscribes to."""

    def __init__(self, room: Room, name: str, *, brightness: int = 128) -> None:
        self.name = name
        self.ear = Ear()
        self.peer: Peer = room.join(f"PA_{name}", self.ear)
        self.publisher = RTCPeerConnection()
        self.subscriber = RTCPeerConnection()
        self.received: dict[str, MediaStreamTrack] = {}
        self.channels: dict[str, RTCDataChannel] = {}
        self.messages: list[tuple[str, bytes]] = []
        self.reliable = self.publisher.createDataChannel("_reliable")
        self.lossy = self.publisher.createDataChannel("_lossy", ordered=False, maxRetransmits=0)
        self._sources = {"mic": Tone(), "cam": Plain(brightness)}
        self.subscriber.on("datachannel", self._opened)

    def track(self, source: str) -> str:
        return f"TR_{self.name}_{source}"

    async def publish(self) -> None:
        """Announce, offer, and wait until both tracks are live."""
        for source, track in self._sources.items():
            kind = "audio" if source == "mic" else "video"
            self.peer.announce(Request(self.track(source), (track.id,), kind))
            self.publisher.addTrack(track)
        await self.offer()
        await until(lambda: len(self.ear.named("track_live")) >= 2)

    async def offer(self) -> None:
        """One round on the publisher connection."""
        await self.publisher.setLocalDescription(await self.publisher.createOffer())
        answer = self.peer.answer(self.publisher.localDescription.sdp)
        await self.publisher.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))

    async def receive(self, *tracks: str) -> None:
        for track in tracks:
            assert self.peer.subscribe(track, f"PA_{self.name}|camera")
        await self.negotiate()

    async def negotiate(self) -> None:
        """One round on the subscriber connection."""
        description = self.peer.offer()
        await self.subscriber.setRemoteDescription(RTCSessionDescription(description.sdp, "offer"))
        await self.subscriber.setLocalDescription(await self.subscriber.createAnswer())
        self.peer.accept_answer(self.subscriber.localDescription.sdp)
        receivers = {each.mid: each.receiver.track for each in self.subscriber.getTransceivers()}
        self.received = {track: receivers[mid] for mid, track in description.mids.items()}

    async def picture(self, track: str) -> float:
        """Mean brightness of the next decoded frame."""
        async with asyncio.timeout(PATIENCE):
            frame = await self.received[track].recv()
        assert isinstance(frame, VideoFrame)
        return float(frame.to_ndarray(format="gray").mean())

    async def loudness(self, track: str) -> float:
        """Root mean square of the next decoded block."""
        async with asyncio.timeout(PATIENCE):
            frame = await self.received[track].recv()
        assert isinstance(frame, AudioFrame)
        return float(numpy.sqrt(numpy.mean(frame.to_ndarray().astype(float) ** 2)))

    async def sees(self, track: str, brightness: int) -> None:
        """Wait for a picture of this brightness; encoders need a few frames."""
        async with asyncio.timeout(PATIENCE):
            while abs(await self.picture(track) - brightness) > 12:
                pass

    async def hears(self, track: str) -> None:
        """Wait for the tone."""
        async with asyncio.timeout(PATIENCE):
            while await self.loudness(track) < 2_000:
                pass

    async def close(self) -> None:
        await self.publisher.close()
        await self.subscriber.close()

    def _opened(self, channel: RTCDataChannel) -> None:
        self.channels[channel.label] = channel
        channel.on("message", lambda payload: self.messages.append((channel.label, payload)))
