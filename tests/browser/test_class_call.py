"""What a class does in a call, in real browsers against a real server: hands, chat, rights, the lobby, the end."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.test_lesson_call import NEIGHBOUR, school
from tests.support.browsers import browsers
from tests.support.call_page import WAIT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SOON = WAIT * 1000


async def test_a_class_with_hands_chat_rights_a_lobby_and_an_end(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium") as (browser,):
        teacher = await place.teacher_starts_and_enters(browser)
        pupil = await place.pupil_enters(browser)

        await pupil.by("bar-hand").click()
        await expect(pupil.by("badge-hand")).to_have_attribute("data-badge", "1", timeout=SOON)
        await expect(teacher.by("badge-participants")).to_have_attribute("data-badge", "1", timeout=SOON)
        await teacher.by("bar-participants").click()
        await teacher.by("lower-hand").click()
        await expect(pupil.by("badge-hand")).to_have_count(0, timeout=SOON)
        await expect(pupil.by("note")).to_contain_text("Ваша рука опущена", timeout=SOON)

        await teacher.by("open-rights").click()
        await teacher.page.locator('label:has([data-testid="student-screen"])').click()
        await expect(pupil.by("bar-screen")).not_to_have_attribute("aria-disabled", "true", timeout=SOON)

        await pupil.by("bar-chat").click()
        await pupil.by("chat-field").fill("Можно вопрос?")
        await pupil.by("chat-send").click()
        await expect(teacher.by("badge-chat")).to_have_attribute("data-badge", "1", timeout=SOON)
        await teacher.by("bar-chat").click()
        await expect(teacher.by("chat-message")).to_contain_text("Можно вопрос?", timeout=SOON)

        # Who comes late waits until the teacher lets them in.
        await teacher.by("bar-participants").click()
        await teacher.page.locator('label:has([data-testid="lobby-switch"])').click()
        await expect(teacher.by("lobby-switch")).to_be_checked(timeout=SOON)
        late = await place.pupil_comes(browser, NEIGHBOUR)
        await late.by("join-button").click(timeout=SOON)
        await expect(late.by("lobby-screen")).to_be_visible(timeout=SOON)
        await teacher.by("admit").click(timeout=SOON)
        await expect(late.by("bar-leave")).to_be_visible(timeout=SOON)
        await expect(late.by("tile")).to_have_count(3, timeout=SOON)

        await teacher.by("bar-leave").click()
        await teacher.by("leave-end").click()
        for page in (teacher, pupil, late):
            await expect(page.by("enter-again")).to_have_attribute("data-why", "ended", timeout=SOON)
            assert page.errors == []
