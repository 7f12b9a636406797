"""A class of cameras in one room, seen in several ways, and the wall of breakout rooms."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from livekit.protocol import models
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, ViewportSize

from benchmarks.accounting import cpu_seconds
from benchmarks.classroom.page import Page as Desk
from benchmarks.classroom.page import open_page
from benchmarks.classroom.school import TEACHER, Browser, School
from benchmarks.classroom.server import SchoolServer
from benchmarks.load.client import LoadClient
from benchmarks.page.browser import chromium_seconds, in_call, received, until_moving
from benchmarks.page.cast import Cast, films
from benchmarks.peers.peer import PeerError
from benchmarks.rooms.clock import now
from signalling.core.call.messages import OpenRooms, PrepareRooms

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
LARGE: ViewportSize = {"width": 1920, "height": 1080}
SHOWN = 9  # cameras that the others take, at the smallest size
SETTLE = 8.0  # seconds until a view has the sizes it asks for: dynacast goes down after five
FILM = 4.0  # seconds
AT_ONCE = 10  # who come at the same time
SEED = 26
LOW, HIGH = models.VideoQuality.LOW, models.VideoQuality.HIGH

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the class, for some seconds."""

    name: str
    seconds: float
    received: float
    """bit/s."""
    pictures: tuple[int, ...]
    """Heights of those that moved at the end; unknown of clients that are no browsers: empty."""
    frames: float
    """Decoded each second, all pictures together."""
    page_cpu: float
    """Cores of all the browser's processes; software decoding and drawing, there is no GPU."""
    server_cpu: float
    """Cores of the server, for the whole class."""


@dataclass(slots=True)
class Findings:
    """What was measured up to now."""

    views: list[View] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` are all in the call."""

    people: int
    rooms: int
    seconds: float
    """Of each view."""
    settle: float = SETTLE
    film: float = FILM
    """Seconds of what cameras send, again and again."""


class Scene:
    """A call on a running server, played people in it, and one page of a real browser."""

    def __init__(self, plan: Plan, server: SchoolServer, school: School, cast: Cast, findings: Findings, note: Note):
        self._plan, self._server, self._school, self._cast = plan, server, school, cast
        self._findings, self._note = findings, note

    async def fill(self, names: tuple[str, ...], *, voices: bool) -> None:
        """They come, some at a time, and begin to send. Raises ConnectError or PeerError."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with places:
                browser = await self._school.browser(name)
                await self._cast.come(browser, name, voice=voices or name == TEACHER, shown=SHOWN, quality=LOW)

        await asyncio.gather(*map(one, names))
        self._cast.begin()

    async def look(self, name: str, page: Page) -> None:
        """Measure what the page shows now."""
        await asyncio.sleep(self._plan.settle)
        before, began = await received(page), now()
        server, browser = cpu_seconds(self._server.pid), chromium_seconds()
        await asyncio.sleep(self._plan.seconds)
        server, browser = cpu_seconds(self._server.pid) - server, chromium_seconds() - browser
        after, seconds = await received(page), now() - began
        self._add(
            View(
                name,
                seconds,
                (after.bytes - before.bytes) * 8 / seconds,
                after.pictures,
                after.frames,
                browser / seconds,
                server / seconds,
            )
        )

    async def take_all(self, name: str, browser: Browser, quality: "models.VideoQuality") -> None:
        """Measure what somebody gets who takes every camera, whatever a screen could show of them."""
        actor = await self._cast.come(browser, "taker", shown=self._plan.people, quality=quality)
        await asyncio.sleep(self._plan.settle)
        assert actor.participant.subscriber is not None
        before, began = actor.participant.subscriber.stats(), now()
        server = cpu_seconds(self._server.pid)
        await asyncio.sleep(self._plan.seconds)
        after, seconds = actor.participant.subscriber.stats(), now() - began
        server = cpu_seconds(self._server.pid) - server
        bits = (after.octets - before.octets) * 8 / seconds
        self._add(View(name, seconds, bits, (), 0.0, 0.0, server / seconds))
        await actor.participant.leave()
        self._cast.actors.remove(actor)

    def _add(self, view: View) -> None:
        self._findings.views.append(view)
        self._note(f"{view.name}: {view.received / 1000:.0f} kbit/s, {len(view.pictures)} pictures")


async def show_class(scene: Scene, names: tuple[str, ...], school: School) -> None:
    """Everybody with a camera; the last pupil is the page."""
    *others, watcher = names
    await scene.fill((TEACHER, *others[:-1]), voices=False)
    async with in_call(await school.ticket(watcher), DESKTOP) as page:
        await until_moving(page, 1)
        await _choose(page, "bar-layout", "Плитка")
        await scene.look("tiles, 1280x800", page)
        await page.set_viewport_size(PHONE)
        await scene.look("tiles, phone 390x844", page)
        await page.set_viewport_size(DESKTOP)
        await _choose(page, "bar-layout", "Говорящий крупно")
        await scene.look("speaker, 1280x800", page)
        await _toggle_saving(page)
        await scene.look("saving traffic, 1280x800", page)
    taker = await school.browser(others[-1])
    await scene.take_all("all cameras, smallest size", taker, LOW)
    await scene.take_all("all cameras, largest size", taker, HIGH)


async def show_wall(
    scene: Scene, names: tuple[str, ...], school: School, http: aiohttp.ClientSession, client: LoadClient, rooms: int
) -> None:
    """Everybody in breakout rooms; the teacher is the page."""
    await scene.fill(names, voices=True)
    desk = await open_page(http, await (await school.browser(TEACHER)).enter(), client)
    await desk.until(lambda desk: sum(person.present for person in desk.people) >= len(names))
    await desk.ask(lambda number: PrepareRooms(number, "random", rooms, seed=SEED))
    await desk.ask(OpenRooms)
    await desk.until(lambda desk: _in_rooms(desk) == len(names))
    await desk.close()
    async with in_call(await school.ticket(TEACHER), DESKTOP) as page:
        await scene.look("teacher alone in the main room, 1280x800", page)
        await page.get_by_test_id("rooms-button").click()
        await page.get_by_test_id("rooms-wall").click()
        await until_moving(page, min(4, rooms))
        await scene.look("wall, 1280x800", page)
        await page.set_viewport_size(LARGE)
        await scene.look("wall, 1920x1080", page)
        await page.get_by_test_id("wall-listen").first.click()
        await scene.look("wall, 1920x1080, listening to a room", page)


async def run(
    plan: Plan,
    client: LoadClient,
    server: SchoolServer,
    http: aiohttp.ClientSession,
    key: str,
    findings: Findings,
    note: Note,
) -> None:
    """The class where `plan.rooms` is 0, otherwise the wall; `findings` grow. Raises ConnectError or PeerError."""
    school = School(http, key)
    names = await school.begin(plan.people - 1)
    note("films are made")
    cast = Cast(client, http, server.url, await asyncio.to_thread(films, plan.film))
    scene = Scene(plan, server, school, cast, findings, note)
    try:
        if plan.rooms:
            await show_wall(scene, names, school, http, client, plan.rooms)
        else:
            await show_class(scene, names, school)
    except PlaywrightError as error:
        raise PeerError(f"the page did not do what was asked: {error}") from error
    finally:
        await cast.close()


def _in_rooms(desk: Desk) -> int:
    return sum(person.present and person.room > 0 for person in desk.people)


async def _choose(page: Page, panel: str, label: str) -> None:
    await page.get_by_test_id(panel).click()
    await page.get_by_role("radio", name=label).first.click()
    await page.keyboard.press("Escape")


async def _toggle_saving(page: Page) -> None:
    await page.get_by_test_id("bar-settings").click()
    await page.get_by_test_id("prefer-saving").click()
    await page.keyboard.press("Escape")
