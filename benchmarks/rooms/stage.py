"""Participants of a run on one server: they enter, are waited for and leave; how they came and what failed is kept."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import aiohttp

from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.peers.peer import Member, Peer, PeerError, message
from benchmarks.rooms.clock import now
from benchmarks.rooms.measure import Meter
from benchmarks.rooms.outcome import Arrival, Failure
from benchmarks.rooms.plan import Messages, Plan, Seat

PATIENCE = 30.0  # seconds a participant may take to get in, by itself
PATIENCE_EACH = 0.1  # seconds more for each one that comes at the same time
POLL = 0.05  # seconds: the native engine signals no events
WHOLE = 8  # rooms whose first receiver decrypts every packet: with more of them the client would cost too much
GOODBYE = 15.0  # seconds for one participant to leave
SPEAKING = (ConnectError, PeerError, OSError, aiohttp.ClientError)  # errors whose text is for people


@dataclass(slots=True)
class _Inside:
    """A participant whose connections are up."""

    seat: Seat
    member: Member
    began: float
    joined: float
    connected: float
    again: bool
    courier: asyncio.Task[None] | None = None

    def arrival(self) -> Arrival:
        stats = [connection.stats() for connection in self.member.receiving]
        return Arrival(
            identity=self.seat.identity,
            joined=self.joined - self.began,
            connected=self.connected - self.began,
            first_packet=_earliest((item.first_packet for item in stats), self.began),
            first_key_frame=_earliest((item.first_key_frame for item in stats), self.began),
            again=self.again,
        )


class Stage:
    """Everybody who is in, or was."""

    def __init__(self, peer: Peer, client: LoadClient, *, sample: int, note: Callable[[str], None]) -> None:
        self.began = now()
        self.meter = Meter(client, peer.pid)
        self.failures: list[Failure] = []
        self.tried = 0
        self.patience = PATIENCE
        self._peer, self._client, self._note = peer, client, note
        self._sample = sample
        self._first: dict[str, str] = {}
        self._inside: dict[str, _Inside] = {}
        self._left: list[Arrival] = []

    @property
    def inside(self) -> set[str]:
        """Identities."""
        return set(self._inside)

    def expect(self, plan: Plan) -> None:
        """Say who is going to come: their number makes joining slower, and first receivers decrypt everything."""
        self.patience = PATIENCE + PATIENCE_EACH * len(plan.seats)
        for room, seats in itertools.islice(plan.rooms.items(), WHOLE):
            receivers = (seat.identity for seat in seats if plan.sources_of(seat))
            self._first.setdefault(room, next(receivers, ""))

    async def enter(self, seat: Seat, *, again: bool = False) -> bool:
        """Bring one in and wait until its connections are up. What goes wrong is recorded: then False."""
        self.tried += 1
        began, joined, member = now(), 0.0, None
        sample = 1 if self._first.get(seat.room) == seat.identity else self._sample
        try:
            async with asyncio.timeout(self.patience):
                member = await self._peer.enter(seat, sample=sample)
                joined = now()
                await member.wait_ready()
        except Exception as error:  # a driver's mistake with one participant must not end the run either
            late = f"{'was not connected' if member else 'did not get in'} in {self.patience:.0f} s"
            self._fail(seat, _words(error) or late)
            if member is not None:
                self._left.append(Arrival(seat.identity, joined - began, None, None, None, again))
                await _goodbye(member)
            return False
        except asyncio.CancelledError:
            if member is not None:
                await _goodbye(member)
            raise
        inside = _Inside(seat, member, began, joined, now(), again)
        self._inside[seat.identity] = inside
        self.meter.came(seat, member)
        if seat.messages is not None:
            inside.courier = self._client.spawn(self._post(seat, seat.messages, member))
        return True

    async def wait_flowing(self, seconds: float) -> None:
        """Until everybody gets every stream that is due, at most so long; who does not is recorded."""
        due = {identity: self.meter.presence.due(inside.seat) for identity, inside in self._inside.items()}
        waiting, deadline = list(due), now() + seconds
        while True:
            waiting = [identity for identity in waiting if self._streams(identity) < due[identity]]
            if not waiting or now() > deadline:
                break
            await asyncio.sleep(POLL)
        for identity in waiting:
            if (inside := self._inside.get(identity)) is not None:
                received = self._streams(identity)
                self._fail(inside.seat, f"received {received} of {due[identity]} streams in {seconds:.0f} s")

    async def drop_failed(self) -> None:
        """Record who was put out by the server or lost its connections, and let it go."""
        for inside in [inside for inside in self._inside.values() if inside.member.problem]:
            self._fail(inside.seat, inside.member.problem)
            await self.leave(inside.seat.identity)

    async def leave(self, identity: str) -> None:
        """Safe for one that is not in."""
        inside = self._inside.pop(identity, None)
        if inside is None:
            return
        if inside.courier is not None:
            inside.courier.cancel()
        self.meter.leaves(inside.seat)
        self._left.append(inside.arrival())
        await _goodbye(inside.member)

    async def leave_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for identity in list(self._inside):
                group.create_task(self.leave(identity))

    def arrivals(self) -> tuple[Arrival, ...]:
        """Of everybody whom the server let in, up to now."""
        return (*self._left, *(inside.arrival() for inside in self._inside.values()))

    async def _post(self, seat: Seat, messages: Messages, member: Member) -> None:
        """Send its messages until cancelled, or until this server cannot."""
        loop = asyncio.get_running_loop()
        due = loop.time() + seat.phase
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = max(due + 1 / messages.per_second, loop.time() - 1.0)  # never more than a second to make up for
            self.meter.messages_sent += 1
            self.meter.messages_due += self.meter.presence.others(seat)
            try:
                await member.send_message(message(messages.size), reliable=messages.reliable)
            except Exception as error:
                self._fail(seat, f"cannot send messages: {_words(error)}")
                return

    def _streams(self, identity: str) -> int:
        """That reached it by now; one that has left gets all it can get."""
        inside = self._inside.get(identity)
        if inside is None or inside.member.problem:
            return 1 << 30
        return sum(connection.stats().streams for connection in inside.member.receiving)

    def _fail(self, seat: Seat, problem: str) -> None:
        self.failures.append(Failure(seat.identity, now() - self.began, problem))
        self._note(f"{seat.identity}: {problem}")


def _words(error: Exception) -> str:
    """For people; empty for an error that has none, like TimeoutError."""
    return str(error) if isinstance(error, SPEAKING) else f"{type(error).__name__}: {error}"


def _earliest(moments: Iterable[float], began: float) -> float | None:
    """Seconds from `began` to the first of the moments that happened (0.0: it did not)."""
    return min((moment - began for moment in moments if moment), default=None)


async def _goodbye(member: Member) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(GOODBYE):
            await member.leave()
