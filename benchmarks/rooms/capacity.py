"""The largest size of a scenario that a server carries with little loss and little delay.

In: a started server and a scenario; out: every probe, and what they mean together. The server keeps running and
participants stay between probes: more join, or some leave.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.load.client import LoadClient
from benchmarks.load.engine import LoadEngine
from benchmarks.peers.peer import Peer
from benchmarks.rooms import guard
from benchmarks.rooms.churning import come_and_go
from benchmarks.rooms.clock import now
from benchmarks.rooms.judge import client_bound
from benchmarks.rooms.options import SAMPLE
from benchmarks.rooms.outcome import Window
from benchmarks.rooms.plan import Plan, Scenario, Seat
from benchmarks.rooms.search import fine_enough, sizes
from benchmarks.rooms.stage import Stage
from benchmarks.rooms.watch import Watch

CLEARLY = 10  # times a limit: what is that bad while people still join does not get better with more of them
CALM = 10.0  # seconds for a server to get over a size that was too much
SPARE = 2  # the part of the last good size that stays meanwhile: a server full to the brim never works off its queues
AT_ONCE = 8  # participants that join at the same time: more only wait for one another
FLOW = 10.0  # seconds for everybody to get everything
MOST_PARTICIPANTS = 1000  # more are the client's limit, whatever the server
UNREAD = 0.005  # share of what was due that may be missing for no fault: counters are not all read at one moment


@dataclass(frozen=True, slots=True)
class Limits:
    """What "carries" means, and how long to look for it."""

    loss: float = 0.01
    p99: float = 0.05
    """Seconds of added latency."""
    window: float = 2.0
    settle: float = 1.0
    budget: float = 120.0
    """Seconds after which no further size is tried."""
    most: int = 0
    """Largest size to try; 0: the largest with no more than MOST_PARTICIPANTS."""

    @property
    def delivered(self) -> float:
        """Share of what was due: packets may be under way at the window's ends for as long as `p99` allows."""
        return 1 - UNREAD - self.p99 / self.window


@dataclass(frozen=True, slots=True)
class Probe:
    """One try of one size."""

    size: int
    participants: int
    problem: str
    """Why it failed; empty: it worked."""
    too_much: int
    """The size that it failed at: less than `size` when it was given up on the way there. 0: it worked."""
    client_bound: bool
    """The load client was at its limit: the size says nothing of the server."""
    window: Window | None
    """None when nobody got in."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a search found."""

    server: str
    plan: str
    """Plan.name."""
    unit: str
    """Scenario.SIZE."""
    size: int
    """The largest that worked; 0: none."""
    probes: tuple[Probe, ...]
    limited_by: str
    """In words: "the server", "the load client", or "the search" when sizes right above it were not tried."""
    problem: str
    """What the smallest size above it failed with; empty when none did."""

    @property
    def best(self) -> Window | None:
        """The window of the largest size that worked."""
        return next((probe.window for probe in reversed(self.probes) if self._is_best(probe)), None)

    @property
    def packets_per_second(self) -> float:
        """Out of the server, at the largest size."""
        return self.best.packets_received / self.best.seconds if self.best else 0.0

    @property
    def packets_per_core(self) -> float | None:
        """Out of the server for each CPU second it used, at the largest size."""
        cost = self.best.cpu_per_packet if self.best else None
        return 1 / cost if cost else None

    def _is_best(self, probe: Probe) -> bool:
        return probe.size == self.size and not probe.problem


def summary(server: str, scenario: Scenario, probes: Sequence[Probe]) -> Capacity:
    """What probes mean together; also for those of a search that was interrupted."""
    size = max((probe.size for probe in probes if not probe.problem), default=0)
    beyond = min((probe for probe in probes if probe.size > size), key=lambda probe: probe.size, default=None)
    by = "the search"
    if beyond is not None and fine_enough(size, beyond.size):
        tries = (probe.client_bound for probe in probes if probe.size == beyond.size)
        by = "the load client" if all(tries) else "the server"
    problem = beyond.problem if beyond is not None else ""
    return Capacity(server, scenario.NAME, scenario.SIZE, size, tuple(probes), by, problem)


async def search(
    peer: Peer, client: LoadClient, scenario: Scenario, limits: Limits, told: Callable[[Probe], None]
) -> Capacity:
    """Try sizes until the largest good one is known or the budget is spent; `told` of each probe at once.

    Begins with the scenario's own size. Everybody has left when it returns or raises. Raises PeerError when rooms could
    not be made, OSError when the server's process is gone, ValueError for a scenario that makes no sense.
    """
    most = limits.most or largest(scenario)
    await peer.prepare(scenario.sized(most).plan())
    ground = _Ground(Stage(peer, client, sample=SAMPLE, note=_nothing), client.engine, limits)
    probes: list[Probe] = []
    asked = sizes(getattr(scenario, scenario.SIZE), most)
    end = now() + limits.budget
    try:
        size = next(asked)
        while now() < end:
            probe = await ground.probe(size, scenario.sized(size).plan())
            probes.append(probe)
            told(probe)
            size = asked.send(probe.too_much)
    except StopIteration:
        pass
    finally:
        await ground.stage.leave_all()
    return summary(peer.name, scenario, probes)


def largest(scenario: Scenario) -> int:
    """The largest size worth trying, by doubling. Raises ValueError when the scenario's own size makes no sense."""
    size = int(getattr(scenario, scenario.SIZE))
    scenario.plan()
    while True:
        try:
            if len(scenario.sized(2 * size).plan().seats) > MOST_PARTICIPANTS:
                return size
        except ValueError:
            return size
        size *= 2


def judge(window: Window, limits: Limits) -> str:
    """Why a window is too bad, or nothing."""
    delay, messages = _slowest(window), window.messages
    if _deaf(window):
        return "nothing was received"
    if window.loss >= limits.loss:
        return f"{window.loss:.1%} lost"
    if delay >= limits.p99:
        return f"p99 {delay * 1e3:.0f} ms"
    if messages is not None and messages.received < limits.delivered * messages.due:
        return f"{messages.received / messages.due:.1%} of the messages delivered"
    return f"{window.delivered:.1%} delivered" if window.delivered < limits.delivered else ""


def _deaf(window: Window) -> bool:
    """Whether nobody received any media although some was due."""
    return window.expected > 0 and not window.packets_received


def _slowest(window: Window) -> float:
    """Seconds of added latency (p99) of the slowest of video, audio and messages; 0.0 when nothing was received."""
    messages = window.messages.delay.p99 if window.messages else 0.0
    return max(window.video.p99, window.audio.p99, messages)


class _Ground:
    """The stage with whom a probe needs on it."""

    def __init__(self, stage: Stage, engine: LoadEngine, limits: Limits) -> None:
        self.stage = stage
        self._engine, self._limits = engine, limits
        self._seats: dict[str, Seat] = {}
        self._carried: dict[str, Seat] = {}
        """Those of the last size that worked."""

    async def probe(self, size: int, plan: Plan) -> Probe:
        """Change who is in, wait until media flow, measure one window. After a failure the server is calm again."""
        failed = len(self.stage.failures)
        problem = await self._prepare(plan)
        reached = max(1, ceil(size * len(self.stage.inside) / len(plan.seats))) if problem else size
        window = None
        if self.stage.inside:
            async with come_and_go(self.stage, plan):
                window = await self.stage.meter.measure(self._limits.window)
        await self.stage.drop_failed()
        failures = self.stage.failures[failed:]
        if failures:
            problem = f"{len({failure.identity for failure in failures})} failed: {failures[0].problem}"
        problem = problem or (judge(window, self._limits) if window else "nobody got in")
        if problem:
            await self._recover()
        else:
            self._carried = self._seats
        bound = window is not None and client_bound(window)
        return Probe(size, len(plan.seats), problem, reached if problem else 0, bound, window)

    async def _prepare(self, plan: Plan) -> str:
        """Everybody in and served, or why that was given up."""
        patience = guard.Limits(
            failures=0, failed=0.0, loss=CLEARLY * self._limits.loss, seconds=1.5, slower=CLEARLY * self._limits.p99
        )
        watch = Watch(patience, self.stage, self._engine)
        try:
            async with watch:
                await self._change(plan)
                await self.stage.wait_flowing(FLOW)
                await asyncio.sleep(self._limits.settle)
        except TimeoutError:
            return f"given up with {len(self.stage.inside)} inside: {watch.reason}"
        return ""

    async def _recover(self) -> None:
        """Few enough stay that the server can work off its queues; wait until it has, or send more away."""
        stay = [name for name, seat in self._carried.items() if self._seats.get(name) == seat]
        end = now() + CALM
        while True:
            stay = stay[: len(stay) // SPARE]
            await self._keep(set(stay))
            calm = min(end, now() + CALM / 4)
            while self.stage.inside and now() < calm:
                window = await self.stage.meter.measure(self._limits.window / 4)
                if not _deaf(window) and _slowest(window) < self._limits.p99 / SPARE:
                    return
            if not self.stage.inside or now() >= end:
                return

    async def _keep(self, stay: set[str]) -> None:
        async with asyncio.TaskGroup() as group:
            for name in self.stage.inside - stay:
                group.create_task(self.stage.leave(name))

    async def _change(self, plan: Plan) -> None:
        """Who has the same seat as before stays, unless how they come is what the plan is about."""
        wanted = {seat.identity: seat for seat in plan.seats}
        fresh = plan.joins_per_second or plan.churn
        stay = {name for name in self.stage.inside if not fresh and wanted.get(name) == self._seats.get(name)}
        await self._keep(stay)
        self._seats = wanted
        self.stage.expect(plan)
        begin, gate = now(), asyncio.Semaphore(AT_ONCE if not plan.joins_per_second else len(wanted))
        async with asyncio.TaskGroup() as group:
            for number, seat in enumerate(seat for seat in plan.seats if seat.identity not in stay):
                at = begin + number / plan.joins_per_second if plan.joins_per_second else begin
                group.create_task(self._enter(seat, at, gate))

    async def _enter(self, seat: Seat, at: float, gate: asyncio.Semaphore) -> None:
        async with gate:
            await asyncio.sleep(max(0.0, at - now()))
            await self.stage.enter(seat)


def _nothing(_: str) -> None:
    """Failures are told with their probes."""
