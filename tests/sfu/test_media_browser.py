"""Real browsers on the unit: pictures and sound both ways, layers that follow the wish."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import pytest

from sfu.media import MediaService
from sfu.plane.thread import PlaneThread
from tests.sfu.browser_client import BrowserClient, served_page
from tests.sfu.fakes import Ear, Wish
from tests.support.browser_peer import interface_address
from tests.support.browsers import Name, browsers, new_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PATIENCE = 60.0
"""Seconds: encoders ramp up slowly on a machine that is busy."""


@pytest.fixture
async def service() -> AsyncIterator[MediaService]:
    tasks: set[asyncio.Task[None]] = set()

    def spawn(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    service = MediaService([PlaneThread([(interface_address(), 0)])], spawn=spawn)
    yield service
    await service.close()


async def pair(stack: AsyncExitStack, service: MediaService, first: Name, second: Name) -> list[BrowserClient]:
    """Two participants of one room, in tabs of the same browser or in two browsers."""
    names = [first] if first == second else [first, second]
    opened = await stack.enter_async_context(browsers(*names))
    room = service.open_room(Ear())
    clients = []
    for name, browser in zip(("teacher", "pupil"), (opened[0], opened[-1]), strict=True):
        page = await new_page(browser)
        await stack.enter_async_context(served_page(page))
        clients.append(BrowserClient(page, room, name))
    return clients


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the browser's statistics say."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 (the browser tells its statistics only when asked)
            await asyncio.sleep(0.2)


async def plays(client: BrowserClient, frames: int = 15) -> bool:
    """Both kinds are decoded, and not only the first picture."""
    video, audio = await client.figures("video"), await client.figures("audio")
    return video.get("frames", 0) >= frames and audio.get("energy", 0.0) > 0.0


@pytest.mark.parametrize(("first", "second"), [("chromium", "chromium"), ("chromium", "firefox")])
async def test_two_browsers_see_and_hear_each_other(service: MediaService, first: Name, second: Name) -> None:
    async with AsyncExitStack() as stack:
        teacher, pupil = await pair(stack, service, first, second)
        await teacher.publish()
        await pupil.publish()
        await teacher.receive("TR_pupil_mic", "TR_pupil_cam")
        await pupil.receive("TR_teacher_mic", "TR_teacher_cam")
        await until(lambda: plays(teacher))
        await until(lambda: plays(pupil))


async def test_the_received_size_follows_the_wish_and_unused_layers_are_told(service: MediaService) -> None:
    async with AsyncExitStack() as stack:
        teacher, pupil = await pair(stack, service, "chromium", "chromium")
        await teacher.publish()
        await pupil.receive("TR_teacher_cam")

        async def height() -> int:
            return int((await pupil.figures("video")).get("height", 0))

        async def is_small() -> bool:
            return await height() == 180

        async def is_large() -> bool:
            return await height() == 720

        await until(is_large)
        pupil.peer.wish("TR_teacher_cam", Wish(width=320, height=180))
        await until(is_small)

        async def is_told() -> bool:
            told = teacher.ear.named("layers_wanted")
            return ("TR_teacher_cam", {"low": True, "medium": False, "high": False}) in told

        await until(is_told)
        pupil.peer.wish("TR_teacher_cam", Wish(width=1280, height=720))
        await until(is_large)
        before = (await pupil.figures("video"))["frames"]

        async def goes_on() -> bool:
            return (await pupil.figures("video"))["frames"] > before + 20

        await until(goes_on)


async def test_packets_go_on_while_python_stands_still(service: MediaService) -> None:
    async with AsyncExitStack() as stack:
        teacher, pupil = await pair(stack, service, "chromium", "chromium")
        await teacher.publish()
        await pupil.receive("TR_teacher_mic", "TR_teacher_cam")
        await until(lambda: plays(pupil))
        before = service.counters()["rtp_packets_out"]
        time.sleep(1.0)  # noqa: ASYNC251 (the event loop is meant to stand still)
        assert service.counters()["rtp_packets_out"] > before + 30
