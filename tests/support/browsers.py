"""Real browsers with synthetic camera and microphone, driven through playwright."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Page, Playwright, async_playwright

from benchmarks.page.browser import CHROMIUM

Name = Literal["chromium", "firefox"]

FIREFOX = {
    "channel": "moz-firefox",
    "executable_path": "/usr/bin/firefox-esr",
    "firefox_user_prefs": {
        "media.navigator.streams.fake": True,
        "media.navigator.permission.disabled": True,
        "media.autoplay.default": 0,
        "media.peerconnection.ice.obfuscate_host_addresses": False,
        "media.peerconnection.ice.loopback": True,
    },
}


async def launch(playwright: Playwright, name: Name) -> Browser:
    if name == "firefox":
        return await playwright.firefox.launch(**FIREFOX)  # type: ignore[arg-type]
    return await playwright.chromium.launch(**CHROMIUM)


@asynccontextmanager
async def browsers(*names: Name) -> AsyncIterator[list[Browser]]:
    """One browser for each name, closed at the end."""
    async with async_playwright() as playwright:
        opened: list[Browser] = []
        try:
            for name in names:
                opened.append(await launch(playwright, name))
            yield opened
        finally:
            for browser in opened:
                await browser.close()


async def new_page(browser: Browser, *, width: int = 1280, height: int = 800) -> Page:
    """A page of its own context (own cookies and storage), Russian, that fails loudly on a script error."""
    context = await browser.new_context(locale="ru-RU", viewport={"width": width, "height": height})
    return await context.new_page()
