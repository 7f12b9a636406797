"""The core of a class in Firefox: teacher and pupil speak, show themselves, use hand, chat, rights, a breakout room."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.classroom import PUPIL, SOON, TEACHER, classroom

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_class_in_firefox(tmp_path: Path) -> None:
    async with classroom(tmp_path, "firefox") as room:
        teacher, pupil = await room.enters(TEACHER), await room.enters(PUPIL)
        her, him = await teacher.identity(), await pupil.identity()
        await teacher.sees(him)
        await pupil.sees(her)
        await pupil.hears()

        await pupil.by("bar-microphone").click()
        await expect(teacher.tile(him)).to_have_attribute("data-muted", "true", timeout=SOON)
        await pupil.by("bar-camera").click()
        await expect(teacher.tile(him)).to_have_attribute("data-camera", "false", timeout=SOON)
        await pupil.by("bar-camera").click()
        await teacher.sees(him)

        await pupil.by("bar-hand").click()
        await expect(pupil.by("badge-hand")).to_have_attribute("data-badge", "1", timeout=SOON)
        await teacher.by("bar-participants").click()
        await teacher.by("lower-hand").first.click()
        await expect(pupil.by("badge-hand")).to_have_count(0, timeout=SOON)
        await teacher.by("open-rights").click()
        await teacher.switch("student-chat")
        await pupil.by("bar-chat").click()
        await expect(pupil.by("chat-panel")).to_contain_text("Читать можно, писать нельзя", timeout=SOON)
        await teacher.switch("student-chat")
        await pupil.by("chat-field").press_sequentially("7 x 8 = 56")  # real keys: React does not see Firefox's `fill`
        await pupil.by("chat-field").press("Enter")
        await expect(teacher.by("badge-chat")).to_have_attribute("data-badge", "1", timeout=SOON)
        await pupil.by("bar-chat").click()

        await teacher.by("rooms-button").click()
        await teacher.by("rooms-way-random").check()
        await teacher.by("rooms-count").press("Control+a")
        await teacher.by("rooms-count").press_sequentially("1")
        await teacher.by("rooms-lay").click()
        await teacher.by("rooms-open-all").click()
        await expect(pupil.by("room-banner")).to_have_attribute("data-room", "1", timeout=SOON)
        await teacher.by("room-enter").click()
        await pupil.hears()
        await pupil.sees(her)
        await teacher.by("rooms-recall").click()
        await teacher.by("rooms-recall-0").click()
        await expect(pupil.by("room-banner")).to_have_attribute("data-room", "0", timeout=SOON)
        await teacher.by("rooms-button").click()
        await teacher.sees(him)
        await teacher.by("bar-leave").click()
        await teacher.by("leave-end").click()
        for page in (teacher, pupil):
            await expect(page.by("enter-again")).to_have_attribute("data-why", "ended", timeout=SOON)
