"""A running lesson whose people sit at pages of one browser: the teacher, two pupils, a parent."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, expect

from tests.support.accessibility import AXE, broken_rules
from tests.support.browsers import Name, browsers
from tests.support.call_page import WAIT, CallPage
from tests.support.lesson import PEOPLE, Lesson, running_lesson
from tests.support.server_process import running_server

SOON = WAIT * 1000
"""Milliseconds that a step of one person may take to be seen by another."""

TEACHER, PUPIL, NEIGHBOUR, PARENT = "t1", "s1", "s2", "p1"

# Colours that are still on their way from one theme to the other have no contrast of their own; what pulses never ends.
COLOURS_ARE_THERE = """
Promise.all(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)
  .map(one => one.finished.catch(() => null))).then(() => 0)
"""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES = ((1280, 800), (390, 844))

PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of every screen, for looking at."""


def name_of(person: str) -> str:
    return f"{PEOPLE[person]['family_name']} {PEOPLE[person]['given_name']}"


class Classroom:
    """Pages stay open until they leave; their script errors are looked at in the end."""

    def __init__(self, browser: Browser, lesson: Lesson) -> None:
        self.browser = browser
        self.lesson = lesson
        self.pages: list[CallPage] = []

    async def comes(self, person: str, *, camera: bool = True, microphone: bool = True) -> CallPage:
        """Before the call, with what is wanted switched on."""
        page = await CallPage.open(self.browser)
        self.pages.append(page)
        await page.page.goto(await self.lesson.ticket(person))
        for device, wanted in (("camera", camera), ("microphone", microphone)):
            switch = page.by(f"prejoin-{device}")
            await expect(switch).to_have_attribute("aria-busy", "false", timeout=SOON)
            if not wanted:
                await switch.click()
                await expect(switch).to_have_attribute("aria-pressed", "false", timeout=SOON)
        return page

    async def enters(self, person: str, *, camera: bool = True, microphone: bool = True) -> CallPage:
        page = await self.comes(person, camera=camera, microphone=microphone)
        await page.join()
        return page

    async def closes(self, page: CallPage) -> None:
        """The browser's tab is closed."""
        self.pages.remove(page)
        await page.page.context.close()
        assert page.errors == []


@asynccontextmanager
async def classroom(folder: Path, browser: Name = "chromium") -> AsyncIterator[Classroom]:
    async with (
        running_server(folder) as server,
        running_lesson(server) as lesson,
        browsers(browser) as (opened,),
    ):
        room = Classroom(opened, lesson)
        yield room
        assert [page.errors for page in room.pages] == [[] for _ in room.pages]


async def looks_right(page: Page, what: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    """Wide and narrow, light and dark: nothing scrolls sideways, axe-core finds nothing."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, height in sizes:
        await page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            await page.evaluate(COLOURS_ARE_THERE)
            if PICTURES:
                await page.screenshot(path=f"{PICTURES}/{what}-{width}-{scheme}.png")
            where = (what, width, scheme)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
            broken = await broken_rules(page)
            assert not broken, (where, broken)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="light")
