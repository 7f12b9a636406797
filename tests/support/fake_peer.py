"""A server and a load client that only compute: what was sent and received follows from who was there and when.

For the loop of `virtual_loop.py`. The knobs of `World` make joining slow or fail, lose packets and delay them.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.client import ConnectError
from benchmarks.load.model import EndpointStats, Kind, SourceStats, StreamStats
from benchmarks.peers.peer import Inbox, PeerError
from benchmarks.rooms.clock import now
from benchmarks.rooms.plan import Plan, Seat, taken
from server.lifecycle import Spawner
from sfu.plane.model import SrtpProfile

BUCKETS = 768
FAST, SLOW = 50, 640  # buckets of the latency histogram: 50 us, and beyond half a second


@dataclass
class World:
    """The server's behaviour, and everybody who ever came."""

    entering: float = 0.02
    """Seconds until the server says yes."""
    connecting: float = 0.05
    """Seconds from then until transports are up."""
    first_picture: float = 0.1
    """Seconds from being up to the first key frame."""
    refuse: Callable[[Seat], str] = lambda _: ""
    """Why somebody does not get in, or nothing."""
    mute: Callable[[Seat], bool] = lambda _: False
    """Who gets in and never receives anything."""
    loss: Callable[[], float] = lambda: 0.0
    slow: Callable[[], bool] = lambda: False
    skipping: bool = False
    """Whether the client skips half of its packets."""
    pid: int | None = None
    members: list["FakeMember"] = field(default_factory=list)
    prepared: list[Plan] = field(default_factory=list)
    samples: dict[str, int] = field(default_factory=dict)

    def inside(self) -> set[str]:
        return {member.seat.identity for member in self.members if member.up and member.gone is None}

    def packets_per_second(self) -> float:
        """Out of the server just now."""
        live = [member for member in self.members if member.up and member.gone is None]
        pairs = ((taker, sender) for taker in live for sender in live if taker.seat.room == sender.seat.room)
        return sum(
            rhythm.packets_per_second
            for taker, sender in pairs
            for rhythm in sender.seat.sends
            if taken(taker.seat, sender.seat, rhythm.kind)
        )


class FakeConnection:
    def __init__(self, member: "FakeMember", sources: Sequence[int] = ()) -> None:
        self.sources = list(sources)
        self._member = member

    def _heard(self) -> Iterable[tuple[Kind, float, float]]:
        """Kind, packets per second and seconds of each stream that reached it."""
        me = self._member
        for other in me.world.members if me.up and not me.world.mute(me.seat) else ():
            end = min(me.gone or now(), other.gone or now())
            begin = max(me.up or 0.0, other.up or end)
            for rhythm in other.seat.sends:
                same = other.seat.room == me.seat.room and taken(me.seat, other.seat, rhythm.kind)
                if same and end > begin:
                    yield rhythm.kind, rhythm.packets_per_second, end - begin

    def stats(self) -> EndpointStats:
        heard, world = list(self._heard()), self._member.world
        due = sum(int(rate * seconds) for _, rate, seconds in heard)
        lost = int(due * world.loss())
        first = (self._member.up or 0.0) + 0.01 if heard else 0.0
        picture = first + world.first_picture if any(kind is Kind.VIDEO for kind, _, _ in heard) else 0.0
        return EndpointStats(
            packets=due - lost,
            octets=(due - lost) * 1000,
            lost=lost,
            late=0,
            retransmitted=0,
            decrypted=due - lost,
            refused=0,
            unknown=0,
            plis=0,
            nacks=0,
            control=0,
            streams=len(heard),
            first_packet=first,
            first_key_frame=picture,
        )

    def streams(self) -> list[StreamStats]:
        return [
            StreamStats(number, kind, int(rate * seconds), 0, 0, 0.002)
            for number, (kind, rate, seconds) in enumerate(self._heard())
        ]


class FakeMember:
    def __init__(self, world: World, seat: Seat, sources: Sequence[int]) -> None:
        self.world, self.seat = world, seat
        self.up: float | None = None
        self.gone: float | None = None
        self.problem = ""
        self.inbox = Inbox()
        self.sending = FakeConnection(self, sources) if sources else None
        self.receiving: list[FakeConnection] = []

    async def wait_ready(self) -> None:
        await asyncio.sleep(self.world.connecting)
        self.up = now()
        self.receiving.append(FakeConnection(self))

    async def send_message(self, payload: bytes, *, reliable: bool) -> None:
        if not reliable:
            raise PeerError("there is no lossy channel here")
        for other in self.world.members:
            if other is not self and other.gone is None and other.seat.room == self.seat.room:
                other.inbox.received += 1
                other.inbox.delays.append(0.003)

    async def leave(self) -> None:
        self.gone = self.gone or now()


class FakePeer:
    name = "Fake"

    def __init__(self, world: World, engine: "FakeEngine") -> None:
        self._world, self._engine = world, engine
        self.pid = world.pid
        self.running = False

    async def start(self) -> None:
        self.running = True

    async def prepare(self, plan: Plan) -> None:
        self._world.prepared.append(plan)

    async def enter(self, seat: Seat, *, sample: int = 1) -> FakeMember:
        await asyncio.sleep(self._world.entering)
        if problem := self._world.refuse(seat):
            raise ConnectError(problem)
        self._world.samples[seat.identity] = sample
        sources = [self._engine.add(rhythm.packets_per_second) for rhythm in seat.sends]
        member = FakeMember(self._world, seat, sources)
        for source in sources:
            self._engine.owners[source] = member
        self._world.members.append(member)
        return member

    async def stop(self) -> None:
        self.running = False


class FakeEngine:
    def __init__(self, world: World) -> None:
        self._world = world
        self._rates: list[int] = []
        self._counts = [0] * BUCKETS
        self.owners: dict[int, FakeMember] = {}

    def add(self, rate: int) -> int:
        self._rates.append(rate)
        return len(self._rates) - 1

    def source_stats(self, source: int) -> SourceStats:
        owner = self.owners[source]
        packets = int(self._rates[source] * ((owner.gone or now()) - owner.up)) if owner.up else 0
        return SourceStats(packets, packets * 1000, 1, packets if self._world.skipping else 0)

    def latencies(self, kind: Kind) -> list[int]:
        """A thousand packets more with each reading."""
        if kind is not Kind.VIDEO:
            return [0] * BUCKETS
        self._counts[SLOW if self._world.slow() else FAST] += 1000
        return list(self._counts)

    def longest(self, _: Kind) -> float:
        return 0.001

    def reset_latencies(self) -> None:
        self._counts = [0] * BUCKETS


class FakeClient:
    """In place of `LoadClient`."""

    def __init__(self, world: World) -> None:
        self.engine: Any = FakeEngine(world)
        self.profile = SrtpProfile.AEAD_AES_128_GCM
        self._tasks = Spawner()
        self.spawn = self._tasks.spawn

    async def close(self) -> None:
        await self._tasks.close()
