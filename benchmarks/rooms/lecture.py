"""A lecture: one participant sends camera and microphone, N receive."""

import asyncio
from collections.abc import Sequence

from benchmarks.load.client import LoadClient
from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.peer import Peer
from benchmarks.rooms.measure import Window, measure, wait_flowing

ROOM = "lecture"
SAMPLE = 16  # one packet in so many is decrypted at all receivers but the first, which decrypts all
SETTLE = 1.5  # seconds between the last join and the window: key frames, estimators, caches


def traffic(*, video: int = 500, burst: int = 1) -> tuple[Rhythm, ...]:
    """`video` packets of 1200 bytes and 50 audio packets of 100 bytes per second."""
    return (Rhythm(Kind.AUDIO, 50, 100), Rhythm(Kind.VIDEO, video, 1200, burst=burst))


async def lecture(
    client: LoadClient, peer: Peer, rhythms: Sequence[Rhythm], *, receivers: int, seconds: float
) -> Window:
    """Measure one lecture on a server that the scenario starts and stops. Raises PeerError or ConnectError."""
    try:
        await peer.start()
        publisher = await peer.publish(ROOM, rhythms)
        audience = [await peer.subscribe(ROOM, sample=1 if number == 0 else SAMPLE) for number in range(receivers)]
        await wait_flowing(audience, len(rhythms))
        await asyncio.sleep(SETTLE)
        return await measure(client, peer.pid, [publisher], audience, seconds=seconds, fan_out=receivers)
    finally:
        await peer.stop()
