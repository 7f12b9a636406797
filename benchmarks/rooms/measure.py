"""One measuring window over connections of a load client: counters at its begin and end, the difference out."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.accounting import cpu_seconds, resident_bytes
from benchmarks.figures import Latency, latency
from benchmarks.load.client import Connection, LoadClient
from benchmarks.load.model import EndpointStats, Kind


@dataclass(frozen=True, slots=True)
class Window:
    """What happened between two moments."""

    seconds: float
    packets_sent: int
    """Into the server."""
    packets_received: int
    """Out of it, by all receivers, without retransmissions."""
    octets_received: int
    expected: int
    """Packets that should have come out: for each source its packets times its receivers."""
    lost: int
    """Sequence gaps at the receivers."""
    late: int
    retransmitted: int
    skipped: int
    """Packets that the client failed to send in time: more than a few make the window worthless."""
    server_cpu: float
    """Seconds."""
    client_cpu: float
    """Seconds of this whole process."""
    resident: int
    """Bytes of the server at the end."""
    video: Latency
    audio: Latency

    @property
    def cpu_per_packet(self) -> float:
        """Server's CPU seconds per outgoing packet."""
        return self.server_cpu / self.packets_received if self.packets_received else float("nan")

    @property
    def loss(self) -> float:
        """Share of packets that left gaps, 0..1."""
        total = self.packets_received + self.lost
        return self.lost / total if total else 1.0

    @property
    def delivered(self) -> float:
        """Share of what was due that arrived; a little off 1 by packets under way at the window's ends."""
        return self.packets_received / self.expected if self.expected else 0.0


@dataclass(frozen=True, slots=True)
class _Reading:
    at: float
    sent: int
    skipped: int
    received: tuple[EndpointStats, ...]
    server_cpu: float
    client_cpu: float


async def measure(
    client: LoadClient,
    pid: int,
    publishers: Sequence[Connection],
    receivers: Sequence[Connection],
    *,
    seconds: float,
    fan_out: int,
) -> Window:
    """Observe for `seconds`. `fan_out`: receivers of each source."""
    client.engine.reset_latencies()
    begin = _read(client, pid, publishers, receivers)
    await asyncio.sleep(seconds)
    end = _read(client, pid, publishers, receivers)
    video, audio = (
        latency(client.engine.latencies(kind), client.engine.longest(kind)) for kind in (Kind.VIDEO, Kind.AUDIO)
    )
    sent = end.sent - begin.sent
    return Window(
        seconds=end.at - begin.at,
        packets_sent=sent,
        packets_received=_grown(begin, end, "packets"),
        octets_received=_grown(begin, end, "octets"),
        expected=sent * fan_out,
        lost=max(0, _grown(begin, end, "lost")),
        late=_grown(begin, end, "late"),
        retransmitted=_grown(begin, end, "retransmitted"),
        skipped=end.skipped - begin.skipped,
        server_cpu=end.server_cpu - begin.server_cpu,
        client_cpu=end.client_cpu - begin.client_cpu,
        resident=resident_bytes(pid),
        video=video,
        audio=audio,
    )


def _read(client: LoadClient, pid: int, publishers: Sequence[Connection], receivers: Sequence[Connection]) -> _Reading:
    sources = [client.engine.source_stats(source) for connection in publishers for source in connection.sources]
    return _Reading(
        at=time.monotonic(),
        sent=sum(source.packets for source in sources),
        skipped=sum(source.skipped for source in sources),
        received=tuple(connection.stats() for connection in receivers),
        server_cpu=cpu_seconds(pid),
        client_cpu=time.process_time(),
    )


def _grown(begin: _Reading, end: _Reading, name: str) -> int:
    before, after = (sum(int(getattr(item, name)) for item in reading.received) for reading in (begin, end))
    return after - before


async def wait_flowing(receivers: Sequence[Connection], streams: int, timeout: float = 20.0) -> None:
    """Wait until each receiver gets `streams` SSRCs with media. Raises TimeoutError."""
    async with asyncio.timeout(timeout):
        for receiver in receivers:
            while receiver.stats().streams < streams:  # noqa: ASYNC110 - the native engine signals no events
                await asyncio.sleep(0.05)
