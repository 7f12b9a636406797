"""The page as a browser shows it: readable for everybody, on a phone too, light and dark."""

from pathlib import Path
from typing import Literal

import pytest

from benchmarks.report.page import html
from tests.benchmarks.report.reports import REPORT, SETTING
from tests.support.browsers import browsers

AXE = Path(__file__).parents[3] / "web/node_modules/axe-core/axe.min.js"

SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))

pytestmark = pytest.mark.browser


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make setup`")
async def test_axe_finds_nothing_and_nothing_sticks_out(tmp_path: Path) -> None:
    page_file = tmp_path / "report.html"
    page_file.write_text(html(REPORT, SETTING), encoding="utf-8", errors="replace")
    async with browsers("chromium") as (browser,):
        for width, scheme in SCREENS:
            # The page forbids every script; the checker is one.
            context = await browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
            )
            page = await context.new_page()
            await page.goto(page_file.as_uri())
            await page.evaluate(AXE.read_text())
            found = await page.evaluate("axe.run()")
            assert [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]] == []
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            await context.close()
