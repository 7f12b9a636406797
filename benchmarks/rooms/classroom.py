"""A class: everybody's camera is on at a modest rate, a few speak, everybody receives everybody."""

import asyncio
from collections.abc import AsyncGenerator

from benchmarks.load.client import Connection, LoadClient
from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.rooms.measure import Window, measure, wait_flowing

ROOM = "class"
CAMERA = Rhythm(Kind.VIDEO, 30, 1000, frames_per_second=15)  # 240 kbit/s, two packets per frame
VOICE = Rhythm(Kind.AUDIO, 50, 100)
SPEAKERS = 3  # the others are muted and send no audio, as with DTX
SAMPLE = 16  # one packet in so many is decrypted at all receivers but the first
SETTLE = 3.0  # seconds after the last camera's first picture
JOIN_TIMEOUT = 60.0  # seconds for everybody to see everybody


async def classroom(
    client: LoadClient, peer: ZvonokPeer, *, participants: int, windows: int, seconds: float
) -> AsyncGenerator[Window, None]:
    """Measure windows of `seconds` one after the other. Raises PeerError, ConnectError or TimeoutError."""
    try:
        await peer.start()
        publishers: list[Connection] = []
        receivers: list[Connection] = []
        for number in range(participants):
            rhythms = (CAMERA, VOICE) if number < SPEAKERS else (CAMERA,)
            phase = number / participants / CAMERA.packets_per_second
            member = await peer.enter(ROOM, rhythms, sample=1 if number == 0 else SAMPLE, phase=phase)
            receivers.append(await member.wait_subscriber())
            publishers += [member.publisher] if member.publisher is not None else []
        await wait_flowing(receivers, participants - 1 + SPEAKERS - 1, JOIN_TIMEOUT)
        await asyncio.sleep(SETTLE)
        for _ in range(windows):
            yield await measure(client, peer.pid, publishers, receivers, seconds=seconds, fan_out=participants - 1)
    finally:
        await peer.stop()


def packets_per_second(participants: int) -> tuple[int, int]:
    """Into the server and out of it."""
    into = participants * CAMERA.packets_per_second + min(SPEAKERS, participants) * VOICE.packets_per_second
    return into, into * (participants - 1)
