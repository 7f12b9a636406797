"""Every screen of a call by axe-core in a real browser: light and dark, a computer's width and a phone's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.call_page import CallPage
from tests.support.classroom import AXE, NEIGHBOUR, PUPIL, SOON, TEACHER, Classroom, classroom, looks_right

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make setup`"),
]


@dataclass(frozen=True)
class Silent:
    """A teacher and a pupil who send nothing: the screens are looked at, not the pictures."""

    room: Classroom
    teacher: CallPage
    pupil: CallPage

    async def teachers(self, what: str) -> None:
        await looks_right(self.teacher.page, f"teacher-{what}")

    async def pupils(self, what: str) -> None:
        await looks_right(self.pupil.page, f"pupil-{what}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def silent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Silent]:
    async with classroom(tmp_path_factory.mktemp("looks")) as room:
        teacher = await room.enters(TEACHER, camera=False, microphone=False)
        pupil = await room.enters(PUPIL, camera=False, microphone=False)
        yield Silent(room, teacher, pupil)


async def test_the_stage_the_bar_and_the_reactions(silent: Silent) -> None:
    await expect(silent.teacher.by("tile")).to_have_count(2, timeout=SOON)
    await silent.teachers("call")
    await silent.pupil.by("bar-hand").click()
    await expect(silent.pupil.by("badge-hand")).to_be_attached(timeout=SOON)
    await silent.pupil.by("reactions-open").click()
    await silent.pupils("reactions")
    await silent.pupil.page.keyboard.press("Escape")


async def test_the_panels(silent: Silent) -> None:
    teacher, pupil = silent.teacher, silent.pupil
    await pupil.by("bar-chat").click()
    await pupil.by("chat-field").fill("Можно вопрос? https://school.example/7v")
    await pupil.by("chat-field").press("Enter")
    await expect(pupil.by("chat-message")).to_be_visible(timeout=SOON)
    await silent.pupils("chat")
    await teacher.by("bar-participants").click()
    await teacher.by("person-menu").first.click()
    await silent.teachers("people")
    await teacher.by("open-rights").click()
    await silent.teachers("rights")
    for panel in ("layout", "settings"):
        await teacher.by(f"bar-{panel}").click()
        await silent.teachers(panel)
    await teacher.by("keys-open").click()
    await silent.teachers("keys")
    await teacher.page.keyboard.press("Escape")
    await teacher.by("bar-settings").click()
    await teacher.by("bar-minimize").click()
    await silent.teachers("small")
    await teacher.by("bar-maximize").click()
    await teacher.by("bar-leave").click()
    await silent.teachers("leave")
    await teacher.by("leave-stay").click()


async def test_the_lobby(silent: Silent) -> None:
    await silent.teacher.by("bar-participants").click()
    await silent.teacher.switch("lobby-switch")
    await expect(silent.teacher.by("lobby-switch")).to_be_checked(timeout=SOON)
    late = await silent.room.comes(NEIGHBOUR, camera=False, microphone=False)
    await looks_right(late.page, "prejoin")
    await late.by("join-button").click()
    await expect(late.by("lobby-screen")).to_be_visible(timeout=SOON)
    await looks_right(late.page, "lobby")
    await expect(silent.teacher.by("lobby-list")).to_be_visible(timeout=SOON)
    await silent.teachers("lobby-list")
    await silent.teacher.by("bar-participants").click()
    await silent.room.closes(late)


async def test_the_rooms(silent: Silent) -> None:
    teacher, pupil = silent.teacher, silent.pupil
    await teacher.by("rooms-button").click()
    await teacher.by("rooms-way-random").check()
    await silent.teachers("rooms-prepare")
    await teacher.by("rooms-way-self").check()
    await teacher.by("rooms-count").fill("3")
    await teacher.by("rooms-lay").click()
    await expect(teacher.by("room-card")).to_have_count(3, timeout=SOON)
    await silent.teachers("rooms-prepared")
    await pupil.by("choose-room").click(timeout=SOON)
    await expect(pupil.by("choose-list").get_by_role("listitem")).to_have_count(3)
    await silent.pupils("choose")
    await pupil.by("choose-this").first.click()
    await expect(teacher.by("room-card").first.get_by_test_id("rooms-chip")).to_be_visible(timeout=SOON)
    await teacher.by("rooms-minutes").fill("20")
    await teacher.by("rooms-open-all").click()
    await expect(pupil.by("call-teacher")).to_be_visible(timeout=SOON)
    await pupil.by("call-teacher").click()
    await expect(teacher.by("rooms-queue")).to_be_visible(timeout=SOON)
    await silent.teachers("rooms-open")
    await teacher.by("rooms-tell-all").click()
    await teacher.by("tell-text").fill("Осталось немного")
    await teacher.by("tell-send").click()
    await expect(pupil.by("told")).to_contain_text("Осталось", timeout=SOON)
    await silent.pupils("room")
    await teacher.by("rooms-speak-all").click()
    await expect(teacher.by("on-air")).to_be_visible(timeout=SOON)
    await teacher.by("rooms-wall").click()
    await expect(teacher.by("wall-tile")).to_have_count(3)
    await silent.teachers("wall")
