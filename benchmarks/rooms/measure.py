"""What passed between two moments: counters of the load engine and of the server's process, the difference out.

Participants may come and go meanwhile. What is due is counted as it happens: each packet of a source times those who
take it and whose connections are up at that time, so a newcomer's first fractions of a second are due as well.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Self

from benchmarks.accounting import cpu_seconds, resident_bytes, threads
from benchmarks.figures import Latency, latency, latency_of
from benchmarks.load.client import LoadClient
from benchmarks.load.model import EndpointStats, Kind, Rhythm, SourceStats, StreamStats
from benchmarks.peers.peer import Member
from benchmarks.rooms.clock import now
from benchmarks.rooms.outcome import Accounting, Messaging, Window
from benchmarks.rooms.plan import Seat
from benchmarks.rooms.presence import Presence
from sfu.plane.model import SrtpProfile

TRAILERS: Mapping[SrtpProfile, int] = {  # bytes that SRTP adds: RFC 3711 section 5.2, RFC 7714 section 14.2
    SrtpProfile.AES_CM_128_HMAC_SHA1_80: 10,
    SrtpProfile.AEAD_AES_128_GCM: 16,
}
STEADY = 10  # packets that a stream needs before its jitter says anything


@dataclass(slots=True)
class Totals:
    """Everything counted since the run began; differences of two of them make a window."""

    at: float = 0.0
    """When receivers were read: the middle of it, as it takes a while on a busy machine."""
    sources_at: float = 0.0
    """When sources were read."""
    packets_sent: int = 0
    octets_sent: int = 0
    skipped: int = 0
    packets_received: int = 0
    octets_received: int = 0
    lost: int = 0
    late: int = 0
    retransmitted: int = 0
    expected: int = 0
    messages_sent: int = 0
    messages_due: int = 0
    messages_received: int = 0
    server_cpu: float = 0.0
    client_cpu: float = 0.0

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, each.name) - getattr(other, each.name) for each in fields(self)))

    def receive(self, stats: EndpointStats) -> None:
        """Add what one endpoint received."""
        self.packets_received += stats.packets
        self.octets_received += stats.octets
        self.lost += stats.lost
        self.late += stats.late
        self.retransmitted += stats.retransmitted

    def send(self, stats: SourceStats, octets: int) -> None:
        """Add what one source sent, in packets of so many octets."""
        self.packets_sent += stats.packets
        self.octets_sent += stats.packets * octets
        self.skipped += stats.skipped


@dataclass(slots=True)
class _Present:
    seat: Seat
    member: Member
    counted: dict[int, int] = field(default_factory=dict)
    """Packets of each source that `expected` has in it already."""


class Meter:
    """Counts over all participants of a run. Who leaves is counted one last time before it does."""

    def __init__(self, client: LoadClient, pid: int | None) -> None:
        self.presence = Presence()
        self.messages_sent = 0
        self.messages_due = 0
        self._client, self._pid = client, pid
        self._present: dict[str, _Present] = {}
        self._gone = Totals()
        self._delays: list[float] = []
        self._expected = 0

    def came(self, seat: Seat, member: Member) -> None:
        """Its connections are up: from now on it sends, and packets are due to it."""
        self._settle(seat.room)
        present = self._present[seat.identity] = _Present(seat, member)
        present.counted = {source: self._packets(source) for source, _ in _sources(present)}
        self.presence.enter(seat)

    def leaves(self, seat: Seat) -> None:
        """It is about to leave. Safe for one that is not there."""
        self._settle(seat.room)
        present = self._present.pop(seat.identity, None)
        if present is not None:
            self.presence.leave(seat)
            self._add_sources(self._gone, present)
            self._add_receivers(self._gone, present)
            self._delays += present.member.inbox.delays

    def read(self) -> Totals:
        """Everything up to now. Raises OSError when the server's process is gone."""
        totals = self._gone - Totals()
        totals.sources_at = now()
        self._settle()
        totals.expected = self._expected
        for present in self._present.values():
            self._add_sources(totals, present)
        totals.server_cpu = cpu_seconds(self._pid) if self._pid is not None else 0.0
        totals.client_cpu = time.process_time()
        begin = now()
        for present in self._present.values():
            self._add_receivers(totals, present)
        totals.messages_sent, totals.messages_due = self.messages_sent, self.messages_due
        totals.at = (begin + now()) / 2
        return totals

    def streams(self) -> list[StreamStats]:
        """All that receivers have received."""
        return [
            stream
            for present in self._present.values()
            for connection in present.member.receiving
            for stream in connection.streams()
        ]

    async def measure(self, seconds: float) -> Window:
        """Observe for so long. Raises OSError when the server's process is gone."""
        self._forget_delays()
        self._client.engine.reset_latencies()
        begin = self.read()
        await asyncio.sleep(seconds)
        end = self.read()
        passed = end - begin
        skew = passed.at / passed.sources_at  # what was sent is told for the time in which was received
        return Window(
            seconds=passed.at,
            packets_sent=round(passed.packets_sent * skew),
            octets_sent=round(passed.octets_sent * skew),
            packets_received=passed.packets_received,
            octets_received=passed.octets_received,
            expected=round(passed.expected * skew),
            lost=max(0, passed.lost),  # a late packet closes the gap that the window before had counted
            late=passed.late,
            retransmitted=passed.retransmitted,
            skipped=round(passed.skipped * skew),
            client_cpu=passed.client_cpu,
            jitter=jitter(self.streams()),
            video=self._latency(Kind.VIDEO),
            audio=self._latency(Kind.AUDIO),
            server=self._accounting(passed.server_cpu),
            messages=self._messaging(passed),
        )

    def _latency(self, kind: Kind) -> Latency:
        return latency(self._client.engine.latencies(kind), self._client.engine.longest(kind))

    def _accounting(self, cpu: float) -> Accounting | None:
        if self._pid is None:
            return None
        return Accounting(cpu, resident_bytes(self._pid), threads(self._pid))

    def _messaging(self, passed: Totals) -> Messaging | None:
        if not self.messages_sent:
            return None
        delays = [delay for present in self._present.values() for delay in present.member.inbox.delays]
        delay = latency_of(self._delays + delays)
        return Messaging(passed.messages_sent, passed.messages_due, passed.messages_received, delay)

    def _forget_delays(self) -> None:
        self._delays.clear()
        for present in self._present.values():
            present.member.inbox.delays.clear()

    def _add_sources(self, totals: Totals, present: _Present) -> None:
        trailer = TRAILERS[self._client.profile]
        for source, octets in ((number, rhythm.size) for number, rhythm in _sources(present)):
            totals.send(self._client.engine.source_stats(source), octets + trailer)

    def _add_receivers(self, totals: Totals, present: _Present) -> None:
        for connection in present.member.receiving:
            totals.receive(connection.stats())
        totals.messages_received += present.member.inbox.received

    def _settle(self, room: str | None = None) -> None:
        """Count what became due since the last time, with those who are present until now."""
        for present in self._present.values():
            if room is None or present.seat.room == room:
                for source, rhythm in _sources(present):
                    packets = self._packets(source)
                    new = packets - present.counted[source]
                    present.counted[source] = packets
                    self._expected += new * self.presence.takers(present.seat, rhythm.kind)

    def _packets(self, source: int) -> int:
        return self._client.engine.source_stats(source).packets


def _sources(present: _Present) -> Iterable[tuple[int, Rhythm]]:
    """Numbers of its sources with their rhythms: drivers start them in the order of the seat."""
    sending = present.member.sending
    return zip(sending.sources, present.seat.sends, strict=False) if sending is not None else ()


def jitter(streams: Iterable[StreamStats]) -> float:
    """Seconds: the median over audio streams that have come far enough to have one; over video without any audio."""
    steady = [stream for stream in streams if stream.kind is not Kind.RTX and stream.packets >= STEADY]
    audio = [stream for stream in steady if stream.kind is Kind.AUDIO]
    return median(stream.jitter for stream in audio or steady) if steady else 0.0
