"""A whole lesson without a mouse: teacher and pupil reach everything by Tab, Enter, arrows and the call's own keys."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.call_page import CallPage
from tests.support.classroom import PUPIL, SOON, TEACHER, Classroom, classroom

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MOST_STOPS = 120  # of the Tab key, before something counts as out of reach


class Keys:
    """Somebody who has a keyboard only."""

    def __init__(self, page: CallPage) -> None:
        self.page = page
        self.by = page.by

    @classmethod
    async def come(cls, room: Classroom, person: str) -> "Keys":
        page = await CallPage.open(room.browser)
        room.pages.append(page)
        await page.page.goto(await room.lesson.ticket(person))
        await expect(page.by("join-button")).to_be_visible(timeout=SOON)
        return cls(page)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.page.keyboard.press(key)

    async def write(self, text: str) -> None:
        await self.page.page.keyboard.type(text)

    async def goes_to(self, testid: str) -> None:
        """By Tab alone, from wherever the focus is."""
        await expect(self.by(testid).first).to_be_visible(timeout=SOON)
        for _ in range(MOST_STOPS):
            if await self.page.page.evaluate("id => document.activeElement?.dataset.testid === id", testid):
                return
            await self.press("Tab")
        raise AssertionError(f"{testid} is out of the keyboard's reach")

    async def presses(self, testid: str) -> None:
        await self.goes_to(testid)
        await self.press("Enter")


async def test_a_lesson_is_held_by_keyboard_alone(tmp_path: Path) -> None:
    async with classroom(tmp_path) as room:
        teacher, pupil = await Keys.come(room, TEACHER), await Keys.come(room, PUPIL)
        for one in (teacher, pupil):
            await one.presses("prejoin-microphone")
            await expect(one.by("prejoin-microphone")).to_have_attribute("aria-pressed", "false", timeout=SOON)
            await one.presses("join-button")
            await expect(one.by("bar-leave")).to_be_visible(timeout=SOON)
        him = await pupil.page.identity()
        await teacher.page.sees(him)

        await pupil.press("m")
        await expect(teacher.page.tile(him)).to_have_attribute("data-muted", "false", timeout=SOON)
        await teacher.page.hears()
        await pupil.press("h")
        await expect(pupil.by("badge-hand")).to_have_attribute("data-badge", "1", timeout=SOON)
        await teacher.press("p")
        await teacher.presses("lower-hand")
        await expect(pupil.by("badge-hand")).to_have_count(0, timeout=SOON)

        # Two rooms, the pupil in the first.
        await teacher.presses("open-rooms")
        await teacher.goes_to("rooms-way-manual")
        await teacher.goes_to("rooms-count")
        await teacher.press("Control+a")
        await teacher.write("2")
        await teacher.press("Enter")
        await expect(teacher.by("room-card")).to_have_count(2, timeout=SOON)
        await teacher.goes_to("rooms-chip")
        await teacher.press("Shift+ArrowRight")
        await expect(teacher.by("room-card").first.get_by_test_id("rooms-chip")).to_be_focused(timeout=SOON)
        await teacher.presses("rooms-open-all")
        await expect(pupil.by("room-banner")).to_have_attribute("data-room", "1", timeout=SOON)
        await pupil.presses("call-teacher")
        await expect(teacher.by("rooms-queue")).to_be_visible(timeout=SOON)
        await teacher.presses("room-enter")
        await teacher.page.hears()
        await teacher.presses("rooms-recall")
        await teacher.presses("rooms-recall-0")
        await expect(pupil.by("room-banner")).to_have_attribute("data-room", "0", timeout=SOON)
        await teacher.press("Escape")
        await expect(teacher.by("rooms-panel")).to_have_count(0)

        await teacher.press("c")
        await expect(teacher.by("chat-field")).to_be_focused()
        await teacher.write("До завтра!")
        await teacher.press("Enter")
        await expect(pupil.by("badge-chat")).to_have_attribute("data-badge", "1", timeout=SOON)
        await pupil.press("c")
        await expect(pupil.by("chat-message")).to_contain_text("До завтра!")
        await pupil.write("До свидания!")
        await pupil.press("Enter")
        await expect(teacher.by("chat-message").nth(1)).to_contain_text("До свидания!", timeout=SOON)
        await teacher.press("Escape")

        await teacher.presses("bar-leave")
        await teacher.presses("leave-end")
        for one in (teacher, pupil):
            await expect(one.by("enter-again")).to_have_attribute("data-why", "ended", timeout=SOON)
