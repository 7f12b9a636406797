"""Layer switching and dynacast as a browser sees them: a tile's size decides what is received and what is sent."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.browsers import browsers
from tests.support.call_page import CallPage, eventually
from tests.support.lesson import running_lesson
from tests.support.server_process import running_server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LARGE = {"width": 1600, "height": 1000}
SMALL = {"width": 420, "height": 500}
RAMP = 90.0  # seconds a sender on two shared cores may take to reach its upper layers
PATIENT = 60.0  # seconds: dynacast waits before it goes down, and the encoder takes its time


async def received_width(page: CallPage) -> int:
    return max((report["frameWidth"] for report in await page.inbound("video")), default=0)


async def test_the_tile_decides_what_is_received_and_what_is_sent(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, running_lesson(server) as lesson, browsers("chromium") as (browser,):
        teacher, pupil = await CallPage.open(browser), await CallPage.open(browser, **LARGE)
        await teacher.page.goto(await lesson.ticket("t1"))
        await teacher.join()
        await pupil.page.goto(await lesson.ticket("s1"))
        await pupil.join()

        async def is_large() -> bool:
            return await received_width(pupil) >= 1280

        async def is_small() -> bool:
            return 0 < await received_width(pupil) <= 640

        await eventually(is_large, "the top layer in a large tile", RAMP)
        await pupil.page.set_viewport_size(SMALL)
        await eventually(is_small, "a lower layer in a small tile", PATIENT)
        before = await pupil.inbound("video")

        # Nobody looks at the top layer any more: the publisher stops encoding it.
        async def top_is_off() -> bool:
            first = await teacher.sent_layers()
            await teacher.page.wait_for_timeout(1500)
            second = await teacher.sent_layers()
            return bool(first["f"]["frames"] == second["f"]["frames"] and second["q"]["frames"] > first["q"]["frames"])

        await eventually(top_is_off, "the unused top layer off", PATIENT)

        await pupil.page.set_viewport_size(LARGE)
        await eventually(is_large, "the top layer in the large tile again", RAMP)

        # Switching broke nothing: pictures kept coming, and the decoder lost none of what it was given.
        async def goes_on() -> Any:
            now = (await pupil.inbound("video"))[0]
            return now["framesDecoded"] > before[0]["framesDecoded"] + 60 and now

        after = await eventually(goes_on, "pictures after the switches")
        assert after["packetsLost"] == 0
        assert pupil.errors == []
        assert teacher.errors == []
