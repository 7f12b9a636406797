"""A learning platform's course in Chromium: a pupil's and a teacher's way from a foreign site into a call."""

import json
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from identity.core.addresses import networks
from journal_bridge.bridge import BridgeConfig
from journal_bridge.lti.service import LtiConfig
from server.storage import upgrade
from tests.journal_bridge.lti.conftest import SECRET, Way
from tests.journal_bridge.world import build, close
from tests.support import lti_platform
from tests.support.browsers import browsers, new_page
from tests.support.lti_platform import CLAIM, LtiPlatform

pytestmark = pytest.mark.browser


class Course:
    """The platform's own pages on another site: the course, and the form that its browser posts to us."""

    def __init__(self, platform: LtiPlatform) -> None:
        self.platform = platform
        self.claims: dict[str, Any] = {}
        self.login = ""
        self.answers: list[str] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/course", self._course)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/deep_links", self._picked)
        return app

    async def _course(self, request: web.Request) -> web.Response:
        frame = f'<iframe src="{escape(self.login)}" width="600" height="400"></iframe>'
        link = f'<a href="{escape(self.login)}">Урок</a>'
        return web.Response(
            text=f"<!doctype html>{frame if 'frame' in request.query else link}", content_type="text/html"
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        token = self.platform.id_token(request.query["nonce"], **self.claims)
        fields = {"state": request.query["state"], "id_token": token}
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        action = escape(request.query["redirect_uri"])
        page = f'<form method="post" action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'
        return web.Response(text=f"<!doctype html>{page}", content_type="text/html")

    async def _picked(self, request: web.Request) -> web.Response:
        self.answers.append(str((await request.post())["JWT"]))
        return web.Response(text="<!doctype html><h1>Добавлено</h1>", content_type="text/html")


@pytest.fixture
async def way(tmp_path: Path) -> AsyncIterator[tuple[Way, Course]]:
    url = f"sqlite:///{tmp_path}/zvonok.db"
    await upgrade(url)
    world = await build(url, BridgeConfig(lti=LtiConfig(SECRET, networks(["127.0.0.0/8"]))))
    async with lti_platform.running(world.clock) as platform:
        made, course = Way(world, platform), Course(platform)
        runner = web.AppRunner(course.application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        # "localhost" is another site than 127.0.0.1, where we are: the browser treats the two as strangers.
        site = f"http://localhost:{runner.addresses[0][1]}"
        platform.configuration["authorization_endpoint"] = f"{site}/authorize"
        assert (await made.register()).status == 200
        course.claims = platform.resource(made.target)
        asked = {"iss": platform.issuer, "login_hint": "1", "target_link_uri": made.target, "client_id": "client-1"}
        course.login = f"{made.origin}/lti/login?{urlencode(asked)}"
        platform.origin = site  # where its own pages are
        yield made, course
        await runner.cleanup()
    await close(world)


async def test_a_link_in_a_course_leads_into_the_call(way: tuple[Way, Course]) -> None:
    made, course = way
    async with browsers("chromium") as [browser]:
        page = await new_page(browser)
        await page.goto(f"{course.platform.origin}/course")
        async with page.expect_response(lambda response: "/call/call_" in response.url):
            await page.get_by_role("link", name="Урок").click()
        [(call, title)] = made.world.rooms.open.items()
        assert title == "Урок по видеосвязи"
        await page.wait_for_url(f"{made.origin}/call/{call}")
        shown = await page.evaluate(f"fetch('/api/calls/{call}').then(answer => answer.json())")
        assert (shown["person"]["name"], shown["administrator"]) == ("Анна Иванова", True)


async def test_a_frame_in_a_course_offers_a_tab(way: tuple[Way, Course]) -> None:
    made, course = way
    async with browsers("chromium") as [browser]:
        page = await new_page(browser)
        await page.goto(f"{course.platform.origin}/course?frame")
        link = page.frame_locator("iframe").get_by_role("link", name="Открыть в новой вкладке")
        async with page.context.expect_page() as opened:
            await link.click()
        tab = await opened.value
        await tab.wait_for_url("**/call/**")
        assert len(made.world.rooms.open) == 1


async def test_a_teacher_picks_a_call_in_a_frame(way: tuple[Way, Course]) -> None:
    made, course = way
    course.claims = course.platform.deep_linking(made.target)
    async with browsers("chromium") as [browser]:
        page = await new_page(browser, width=390)
        await page.goto(f"{course.platform.origin}/course?frame")
        frame = page.frame_locator("iframe")
        await frame.get_by_label("Название нового звонка").fill("Консультация")
        await frame.get_by_role("button", name="Добавить в курс").click()
        await frame.get_by_role("heading", name="Добавлено").wait_for()
    claims = course.platform.picked(course.answers[0])
    assert "Консультация" in json.dumps(claims, ensure_ascii=False)
    assert claims[f"{CLAIM}deployment_id"] == "deployment-1"
