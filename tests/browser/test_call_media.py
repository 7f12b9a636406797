"""What a person sends and receives, and how they change it, in real Chromium against a real server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.browsers import browsers
from tests.support.call_page import WAIT, CallPage, eventually
from tests.support.lesson import running_lesson
from tests.support.server_process import running_server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SOON = WAIT * 1000
FLOATS = "documentPictureInPicture.window?.document.querySelector('video')?.currentTime > 0.5"
OTHERS = '[data-testid="tile"]:not([data-own="true"])'


@asynccontextmanager
async def two_in_a_lesson(folder: Path) -> AsyncIterator[tuple[CallPage, CallPage]]:
    """A teacher, who may do everything, and a pupil."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running_server(folder))
        lesson = await stack.enter_async_context(running_lesson(server))
        (browser,) = await stack.enter_async_context(browsers("chromium"))
        pages = [await CallPage.open(browser), await CallPage.open(browser)]
        for page, person in zip(pages, ("t1", "s1"), strict=True):
            await page.page.goto(await lesson.ticket(person))
            await page.join()
        yield pages[0], pages[1]
        for page in pages:
            assert page.errors == []


async def switch(page: CallPage, testid: str) -> None:
    await page.page.locator(f'label.switch-row:has([data-testid="{testid}"])').click()


async def identity_of_the_other(page: CallPage) -> str:
    tile = page.page.locator(OTHERS).first
    await expect(tile).to_be_visible(timeout=SOON)
    return str(await tile.get_attribute("data-identity"))


async def growing(page: CallPage) -> list[dict[str, Any]]:
    """The pictures that arrive now."""
    before = {report["ssrc"]: report["framesDecoded"] for report in await page.inbound("video")}
    await page.page.wait_for_timeout(1000)
    return [now for now in await page.inbound("video") if now["framesDecoded"] > before.get(now["ssrc"], 0)]


async def test_screens_of_several_saved_traffic_and_a_small_call(tmp_path: Path) -> None:
    async with two_in_a_lesson(tmp_path) as (teacher, pupil):
        him = await identity_of_the_other(pupil)
        await pupil.sees(him)
        await teacher.by("bar-screen").click()
        await pupil.sees_screen()

        async def arrive(count: int) -> bool:
            return len(await growing(pupil)) == count

        await eventually(lambda: arrive(2), "camera and screen")
        await pupil.by("bar-settings").click()
        await switch(pupil, "prefer-saving")
        await expect(pupil.by("saving-banner")).to_be_visible()
        await eventually(lambda: arrive(1), "the screen alone")
        await pupil.sees_screen()
        await pupil.hears()

        await pupil.page.get_by_role("button", name="Показать камеры").click()
        await eventually(lambda: arrive(2), "the camera again")

        await teacher.page.get_by_role("button", name="Видео").click()
        await pupil.sees_screen()
        await teacher.by("bar-screen").click()
        await expect(pupil.by("screen-tile")).to_have_count(0, timeout=SOON)
        await pupil.sees(him)

        await at_most(pupil, him, 640, "medium")
        await at_most(pupil, him, 320, "low")

        # Both share, the teacher for the second time.
        await teacher.by("bar-participants").click()
        await teacher.by("open-rights").click()
        await switch(teacher, "student-screen")
        await expect(pupil.by("bar-screen")).not_to_have_attribute("aria-disabled", "true", timeout=SOON)
        await pupil.by("bar-screen").click()
        await teacher.sees_screen()
        await teacher.by("bar-screen").click()
        await pupil.sees_screen()

        await pupil.by("bar-minimize").click()
        await pupil.moves(".small video", "the screen in the small call")
        await pupil.page.get_by_role("button", name="Поверх других окон").click()
        await eventually(lambda: pupil.page.evaluate(FLOATS), "the screen above other windows")
        await pupil.page.evaluate("documentPictureInPicture.window.close()")
        await expect(pupil.by("small-call")).to_be_visible(timeout=SOON)
        await pupil.page.get_by_role("button", name="Развернуть звонок").first.click()
        await pupil.sees_screen()


async def at_most(page: CallPage, identity: str, width: int, quality: str) -> None:
    """With this received quality the picture comes as wide as it may, and no wider."""

    async def is_so() -> bool:
        return await page.width_of(identity) == width

    await page.page.get_by_role("combobox", name="Качество чужих камер").select_option(quality)
    await eventually(is_so, f"{width} pixels")


async def own_width(page: CallPage) -> int:
    own = page.page.locator('[data-testid="tile"][data-own="true"] video')
    return int(await own.evaluate("video => video.videoWidth"))


async def test_devices_voice_and_blur_change_while_others_watch_and_listen(tmp_path: Path) -> None:
    async with two_in_a_lesson(tmp_path) as (teacher, pupil):
        him = await identity_of_the_other(pupil)
        loaded: list[str] = []
        teacher.page.on("request", lambda request: loaded.append(request.url))
        await pupil.sees(him)
        await teacher.by("bar-settings").click()
        await teacher.page.get_by_role("combobox", name="Камера").select_option(index=1)
        await pupil.sees(him)

        # The voice is cared for otherwise, on and off, and comes from another microphone.
        await switch(teacher, "prefer-noiseSuppression")
        await pupil.hears()
        await teacher.by("bar-microphone").click()
        await expect(pupil.tile(him)).to_have_attribute("data-muted", "true", timeout=SOON)
        await switch(teacher, "prefer-noiseSuppression")
        await teacher.page.get_by_role("combobox", name="Микрофон").select_option(index=1)
        await expect(pupil.tile(him)).to_have_attribute("data-muted", "true")
        await teacher.by("bar-microphone").click()
        await pupil.hears()

        # The blur is kept over turning the camera off and on, and taken away while it is off.
        assert not any("selfie" in url for url in loaded)
        await switch(teacher, "prefer-blur")

        async def is_blurred() -> bool:
            return await own_width(teacher) == 640

        await eventually(is_blurred, "the blurred camera")
        await pupil.sees(him)
        assert any(url.endswith(".wasm") for url in loaded)
        await turn_camera(teacher, "false")
        await turn_camera(teacher, "true")
        await pupil.sees(him)
        assert await own_width(teacher) == 640
        await turn_camera(teacher, "false")
        await switch(teacher, "prefer-blur")
        await turn_camera(teacher, "true")
        await pupil.sees(him)
        assert await own_width(teacher) == 1280


async def turn_camera(page: CallPage, on: str) -> None:
    await page.by("bar-camera").click()
    await expect(page.by("bar-camera")).to_have_attribute("data-on", on, timeout=SOON)
