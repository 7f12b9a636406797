"""A lesson that a learning platform holds through BigBlueButton's interface, in real browsers against a real server."""

import asyncio
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.support.browsers import browsers
from tests.support.call_page import WAIT, CallPage, eventually
from tests.support.server_process import ServerProcess

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # an old library with invalid escapes
    from bigbluebutton_api_python import BigBlueButton

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SECRET = "a-platforms-secret-of-the-tests-0123456789"
SECTIONS = f'[webhooks]\nallow = ["127.0.0.0/8"]\n[bigbluebutton.secrets]\nmoodle = "{SECRET}"'
LEAVE = "https://moodle.school.ru/course/5"


async def test_a_platforms_lesson_from_its_join_links_to_its_attendance(tmp_path: Path) -> None:
    heard: dict[str, Any] = {}

    async def take(request: web.Request) -> web.Response:
        heard[request.path] = json.loads(await request.text() or "{}")
        return web.Response()

    platform = web.Application()
    platform.router.add_route("*", "/{path:.*}", take)
    server = ServerProcess(tmp_path, calls=SECTIONS)
    await server.start()
    try:
        async with TestServer(platform) as receiver, browsers("chromium", "chromium") as (first, second):
            client: Any = BigBlueButton(server.url, SECRET)
            address = str(receiver.make_url("")).rstrip("/")
            asked = {"name": "Алгебра", "attendeePW": "ap", "moderatorPW": "mp", "logoutURL": LEAVE}
            meta = {"endCallbackUrl": f"{address}/end", "analytics-callback-url": f"{address}/analytics"}
            await asyncio.to_thread(client.create_meeting, "lesson-1", params=asked, meta=meta)

            teacher, pupil = await CallPage.open(first), await CallPage.open(second)
            for page, name, password, user in ((teacher, "Иванова Анна", "mp", "2"), (pupil, "Илья", "ap", "7")):
                await page.page.goto(client.get_join_meeting_url(name, "lesson-1", password, params={"userID": user}))
                await page.join()

            async def both_are_there() -> Any:
                info = await asyncio.to_thread(client.get_meeting_info, "lesson-1")
                return info if info.get_meetinginfo().get_participantcount() == 2 else None

            info = await eventually(both_are_there, "two people in the meeting")
            assert info.get_meetinginfo().get_moderator_count() == "1"
            assert {(one.get_userid(), one.get_fullname(), one.get_role()) for one in info.get_attendees()} == {
                ("2", "Иванова Анна", "MODERATOR"),
                ("7", "Илья", "VIEWER"),
            }
            await teacher.hears()
            await pupil.hears()

            await asyncio.to_thread(client.end_meeting, "lesson-1", "mp")
            for page in (teacher, pupil):
                await expect(page.by("left-screen")).to_be_visible(timeout=WAIT * 1000)
            running = await asyncio.to_thread(client.is_meeting_running, "lesson-1")
            assert not running.is_meeting_running()

            async def told() -> Any:
                return heard.get("/analytics")

            attendance = await eventually(told, "the attendance at the platform")
            assert "/end" in heard
            assert {one["ext_user_id"]: one["moderator"] for one in attendance["data"]["attendees"]} == {
                "2": True,
                "7": False,
            }
            assert all(len(one["joins"]) == len(one["leaves"]) == 1 for one in attendance["data"]["attendees"])
            assert teacher.errors == []
            assert pupil.errors == []
    finally:
        await server.stop()
