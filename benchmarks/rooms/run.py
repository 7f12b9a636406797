"""Run a plan on a server: everybody comes in, windows are measured, everybody leaves. In: a plan; out: an outcome."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from benchmarks.accounting import resident_bytes
from benchmarks.load.client import LoadClient
from benchmarks.peers.peer import Entrant, Peer, PeerError
from benchmarks.rooms.churning import come_and_go
from benchmarks.rooms.clock import now
from benchmarks.rooms.guard import steps
from benchmarks.rooms.options import Options
from benchmarks.rooms.outcome import Outcome, Window
from benchmarks.rooms.plan import Plan, Seat
from benchmarks.rooms.progress import Phase, Progress, phases
from benchmarks.rooms.stage import Stage
from benchmarks.rooms.watch import Watch

FLOW = 15.0  # seconds for everybody to get everything, once all are in
FLOW_EACH = 0.1  # seconds more for each participant
IN_A_ROW = 5  # participants that fail one after the other: the others need not try


class StoppedError(Exception):
    """The run makes no sense any more; the text says why."""


async def run(peer: Peer, client: LoadClient, plan: Plan, options: Options, progress: Progress) -> Outcome:
    """Run a plan on a server that was started. Everybody has left when it returns or raises.

    Who fails is in the outcome; so is why a run ended early (`stopped`). Raises PeerError when the rooms could not be
    made or nobody got in. When it is cancelled, `progress.ended` gets what was measured until then.
    """
    await peer.prepare(plan)
    return await _Run(peer, client, plan, options, progress).whole()


async def run_alone(
    entrant: Entrant, plan: Plan, options: Options, progress: Progress, *, gro: bool = False
) -> Outcome:
    """Start the server, run the plan, stop the server. Raises PeerError."""
    async with LoadClient(entrant.profile, gro=gro) as client, started(entrant, client) as peer:
        return await run(peer, client, plan, options, progress)


@contextlib.asynccontextmanager
async def started(entrant: Entrant, client: LoadClient) -> AsyncIterator[Peer]:
    """A server that runs inside the block. Raises PeerError when it does not start."""
    peer = entrant.make(client)
    try:
        await peer.start()
        yield peer
    finally:
        await peer.stop()


class _Run:
    def __init__(self, peer: Peer, client: LoadClient, plan: Plan, options: Options, progress: Progress) -> None:
        self._peer, self._client, self._plan = peer, client, plan
        self._options, self._progress = options, progress
        self._phases = iter(phases(plan, options))
        self._empty = resident_bytes(peer.pid) if peer.pid is not None else None
        self._stage = Stage(peer, client, sample=options.sample, note=progress.note)
        self._windows: list[Window] = []
        self._participants = 0
        self._seconds_to_join = 0.0
        self._stopped = ""

    async def whole(self) -> Outcome:
        self._progress.begin(self._peer.name, self._plan, phases(self._plan, self._options))
        try:
            await self._watched()
        except asyncio.CancelledError:
            self._stopped = "interrupted"
            raise
        except StoppedError as reason:
            self._stopped = str(reason)
        except OSError as error:
            self._stopped = f"the server's process cannot be read any more: {error.strerror or error}"
        finally:
            self._progress.enter(self._last_phase())
            try:
                await self._stage.leave_all()
            finally:  # also when it is interrupted just now: what was measured counts
                if self._stage.arrivals():
                    self._progress.ended(self._outcome())
        if not self._stage.arrivals():
            raise PeerError(f"nobody got in: {self._problem()}")
        return self._outcome()

    async def _watched(self) -> None:
        """The run proper, beside a guard if there is one."""
        if self._options.guard is None:
            return await self._measured()
        watch = Watch(self._options.guard, self._stage, self._client.engine)
        try:
            async with watch:
                await self._measured()
        except TimeoutError as error:
            raise StoppedError(watch.reason) from error
        return None

    async def _measured(self) -> None:
        self._stage.expect(self._plan)
        self._enter_phase()
        begin = now()
        await self._join()
        self._enter_phase()
        await self._stage.wait_flowing(FLOW + FLOW_EACH * len(self._plan.seats))
        self._seconds_to_join = now() - begin
        if not self._stage.inside:
            raise StoppedError(f"nobody got in: {self._problem()}")
        self._enter_phase()
        await asyncio.sleep(self._options.settle)
        await self._stage.drop_failed()
        self._participants = len(self._stage.inside)
        async with come_and_go(self._stage, self._plan):
            for _ in range(self._options.windows):
                self._enter_phase()
                await self._window()

    async def _window(self) -> None:
        window = await self._stage.meter.measure(self._options.seconds)
        self._windows.append(window)
        self._progress.window(window)
        await self._stage.drop_failed()

    async def _join(self) -> None:
        guard = self._options.guard
        if guard is None:
            return await self._join_all(self._plan.seats, self._plan.joins_per_second)
        rate = min(self._plan.joins_per_second or guard.joins_per_second, guard.joins_per_second)
        seats = iter(self._plan.seats)
        for step in steps(len(self._plan.seats), guard.first_step):
            await self._join_all([next(seats) for _ in range(step)], rate)
            await asyncio.sleep(guard.pause)
        return None

    async def _join_all(self, seats: Sequence[Seat], rate: float) -> None:
        """`rate` per second, however long each takes; 0: one after the other."""
        if rate:
            begin = now()
            async with asyncio.TaskGroup() as group:
                for number, seat in enumerate(seats):
                    group.create_task(self._enter(seat, begin + number / rate))
            return
        failed = 0
        for seat in seats:
            failed = 0 if await self._enter(seat) else failed + 1
            if failed == IN_A_ROW:
                raise StoppedError(f"{failed} participants in a row failed, the last one with: {self._problem()}")

    async def _enter(self, seat: Seat, at: float = 0.0) -> bool:
        await asyncio.sleep(max(0.0, at - now()))
        entered = await self._stage.enter(seat)
        self._progress.advance(len(self._stage.inside) / len(self._plan.seats))
        return entered

    def _enter_phase(self) -> None:
        self._progress.enter(next(self._phases))

    def _last_phase(self) -> Phase:
        return phases(self._plan, self._options)[-1]

    def _problem(self) -> str:
        return self._stage.failures[-1].problem if self._stage.failures else "no reason was given"

    def _outcome(self) -> Outcome:
        return Outcome(
            server=self._peer.name,
            plan=self._plan.name,
            title=self._plan.title,
            size=self._options.size,
            participants=self._participants,
            arrivals=self._stage.arrivals(),
            failures=tuple(self._stage.failures),
            seconds_to_join=self._seconds_to_join,
            resident_empty=self._empty,
            windows=tuple(self._windows),
            stopped=self._stopped,
        )
