"""The course of a run: everybody comes, rooms open, are spoken to, outlive a restart, and everybody is called back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp

from benchmarks.accounting import cpu_seconds, first_thread_seconds
from benchmarks.classroom.outcome import Due, Step
from benchmarks.classroom.page import Page, open_page
from benchmarks.classroom.person import Person
from benchmarks.classroom.school import TEACHER, School
from benchmarks.classroom.server import SchoolServer, running
from benchmarks.classroom.watch import Watch, known_of, wait
from benchmarks.load.client import LoadClient
from benchmarks.load.model import Kind
from benchmarks.peers.peer import PeerError
from benchmarks.rooms.clock import now
from benchmarks.rooms.plan import Seat
from benchmarks.rooms.traffic import TILE, VOICE, phase
from sfu.plane.model import SrtpProfile
from signalling.core.call.messages import CloseRooms, OpenRooms, PrepareRooms, SpeakToRooms

BOTH = frozenset((Kind.AUDIO, Kind.VIDEO))
DRAIN_MS = 4  # between two looks at receivers' sockets: small beside what is measured
AT_ONCE = 10  # who come at the same time in the beginning; after a restart all do
SETTLE = 2.0  # seconds between two steps
SEED = 26
PATIENCE, PATIENCE_EACH = 20.0, 1.0  # seconds after which what did not come counts as lost, for each person more
SAID = 5  # of the lost, on the terminal; the report has all

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pupils in how many rooms, how often these open."""

    people: int
    rooms: int
    rounds: int = 1
    settle: float = SETTLE


@dataclass(slots=True)
class Findings:
    """What was measured up to now."""

    steps: list[Step] = field(default_factory=list)
    same_rooms: bool | None = None
    """Whether everybody was in the same room after the restart; None: it did not come to that."""


class Course:
    """One class in one call on a running server."""

    def __init__(self, plan: Plan, client: LoadClient, server: SchoolServer, note: Note) -> None:
        self._plan, self._client, self._server, self._note = plan, client, server, note
        self.findings = Findings()
        self._pupils: list[Person] = []
        self._teacher: Person
        self._page: Page

    @property
    def _call(self) -> str:
        return self._teacher.room

    async def run(self, http: aiohttp.ClientSession, key: str) -> None:
        """The whole of it. Raises PeerError or ConnectError when the class cannot go on."""
        await self._gather(http, key)
        try:
            await self._begin(http)
            for _ in range(self._plan.rounds):
                await self._open()
                await self._recall()
            await self._open()
            await self._speak()
            await self._restart(http)
            await self._recall()
        finally:
            await self._everybody(Person.leave, AT_ONCE)

    async def _gather(self, http: aiohttp.ClientSession, key: str) -> None:
        school = School(http, key)
        names = await school.begin(self._plan.people)
        for number, name in enumerate((TEACHER, *names)):
            seat = Seat("", name, (VOICE, TILE), phase=phase(number))
            browser = await school.browser(name)
            person = Person(self._client, http, self._server.url, browser, seat, quiet=name != TEACHER)
            self._pupils.append(person)
        self._teacher = self._pupils.pop(0)

    async def _begin(self, http: aiohttp.ClientSession) -> None:
        """The teacher first; the others find a call that runs."""
        await self._teacher.come()
        self._page = await open_page(http, await self._teacher.token(), self._client)
        await self._step("everybody comes", self._home(), self._everybody(Person.come, AT_ONCE))
        everybody = self._plan.people + 1
        await self._page.until(lambda page: sum(person.present for person in page.people) == everybody)
        await self._page.ask(lambda number: PrepareRooms(number, "random", self._plan.rooms, seed=SEED))
        await self._page.until(lambda page: _assigned(page) == self._plan.people)

    async def _open(self) -> None:
        await self._step("rooms open", self._groups(), self._page.ask(OpenRooms))

    async def _recall(self) -> None:
        await self._step("everybody is called back", self._home(), self._page.ask(CloseRooms))

    async def _speak(self) -> None:
        rooms = tuple(range(1, self._plan.rooms + 1))
        speaking = self._page.ask(lambda number: SpeakToRooms(number, rooms))
        await self._step("teacher speaks to all rooms", self._groups(), speaking)
        await self._page.ask(SpeakToRooms)

    async def _restart(self, http: aiohttp.ClientSession) -> None:
        """The server stops and starts while rooms are open; everybody comes back by the call's door."""
        before = {person.name: person.room for person in self._pupils}
        await self._page.close()
        await self._server.end()
        await self._everybody(Person.leave, AT_ONCE)
        await self._server.start()
        coming = asyncio.gather(self._teacher.come(), self._everybody(Person.come, self._plan.people))
        await self._step("everybody is back after a restart", before, coming)
        self.findings.same_rooms = before == {person.name: person.room for person in self._pupils}
        self._page = await open_page(http, await self._teacher.token(), self._client)

    def _home(self) -> Mapping[str, str]:
        return {person.name: self._call for person in self._pupils}

    def _groups(self) -> Mapping[str, str]:
        """Where the server says that everybody belongs."""
        assert self._page.rooms is not None
        numbers = {identity: room.id for room in self._page.rooms.rooms for identity in room.people}
        return {person.name: f"{self._call}:{numbers[person.identity]}" for person in self._pupils}

    async def _step(self, name: str, rooms: Mapping[str, str], doing: Awaitable[object]) -> None:
        """Do something that makes media of their rooms reach all pupils, and measure when it does."""
        failures = sum(person.failures for person in self._pupils)
        known, began = known_of(self._pupils), now()
        before = self._cpu()
        watches = [Watch(person, Due(rooms[person.name], BOTH), known[person.name], began) for person in self._pupils]
        (arrivals, lost), _ = await asyncio.gather(wait(watches, PATIENCE + PATIENCE_EACH * len(watches)), doing)
        server, loop, client = (after - then for after, then in zip(self._cpu(), before, strict=True))
        again = sum(person.failures for person in self._pupils) - failures
        self.findings.steps.append(Step(name, arrivals, lost, server, loop, client, again))
        self._note(f"{name}: {len(arrivals) - len(lost)} of {len(arrivals)}")
        for words in lost[:SAID]:
            self._note(f"  {words}")
        await asyncio.sleep(self._plan.settle)

    def _cpu(self) -> tuple[float, float, float]:
        """Seconds of the server, of its event loop, of the load client."""
        pid = self._server.pid
        return cpu_seconds(pid), first_thread_seconds(pid), self._client.cost().process

    async def _everybody(self, do: Callable[[Person], Awaitable[None]], at_once: int) -> None:
        """Pupils, so many at a time. Who fails says so in `problem`, and is lost."""
        places = asyncio.Semaphore(at_once)

        async def one(person: Person) -> None:
            async with places:
                await do(person)

        await asyncio.gather(*map(one, self._pupils), return_exceptions=True)


def _assigned(page: Page) -> int:
    """People who belong to a breakout room, as far as the page was told."""
    return sum(len(room.people) for room in page.rooms.rooms) if page.rooms is not None else 0


async def run(plan: Plan, findings_to: Callable[[Findings], None], note: Note) -> None:
    """Start a server, run the course. `findings_to` gets the findings at once; they grow. Raises PeerError."""
    async with (
        LoadClient(SrtpProfile.AEAD_AES_128_GCM, drain_ms=DRAIN_MS) as client,
        running() as (server, http, key),
    ):
        course = Course(plan, client, server, note)
        findings_to(course.findings)
        try:
            await course.run(http, key)
        except aiohttp.ClientError as error:
            raise PeerError(f"the server does not answer: {error}") from error
