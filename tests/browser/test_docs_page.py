"""The page at /docs in Chromium: a developer tries a request with a test key; nobody is shut out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.journal_bridge.world import KEY, World, build, close

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


@pytest.fixture
async def school(database_url: str) -> AsyncIterator[World]:
    made = await build(database_url)
    await made.seed()
    yield made
    await close(made)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield made
        await made.close()


async def test_a_developer_plans_a_call_from_the_page(school: World, browser: Browser) -> None:
    page = await browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    await page.goto(str(school.client.make_url("/docs")))
    await page.get_by_label("Ключ для проб").fill(KEY)
    request = page.locator("#calls_create")
    await request.locator("summary").click()
    await request.get_by_role("button", name="Отправить").click()
    await expect(request.get_by_role("status")).to_contain_text('"status": "planned"')
    assert (await school.done("GET", "/v1/calls/ext:lesson-991"))["lesson_no"] == 1
    assert refused == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
async def test_the_page_is_for_everybody(school: World, browser: Browser, width: int, scheme: str) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(str(school.client.make_url("/docs")))
    await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    found = await page.evaluate(f"{AXE.read_text(encoding='utf-8')}; axe.run()")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
