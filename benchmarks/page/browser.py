"""A real Chromium page in a call: what its connections have received, and the CPU of all its processes (Linux)."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, ViewportSize, async_playwright

from benchmarks.accounting import cpu_seconds
from benchmarks.peers.peer import PeerError

CHROMIUM: dict[str, Any] = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
    ],
}
"""Debian's, with synthetic camera and microphone."""
KEEP_CONNECTIONS = """
(() => {
  const Original = window.RTCPeerConnection;
  window.__connections = [];
  window.RTCPeerConnection = new Proxy(Original, {
    construct(target, args) {
      const connection = new target(...args);
      window.__connections.push(connection);
      return connection;
    },
  });
})();
"""
"""Keeps every peer connection that the page makes, so that getStats() can be read without the page's help."""
WAIT = 60.0  # seconds until something that should happen counts as missing
LOOK_EVERY = 0.2  # seconds between two looks at the page
RECEIVED = """
async () => {
  const found = { bytes: 0, frames: 0, pictures: [] };
  for (const connection of window.__connections) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === 'transport') found.bytes += report.bytesReceived;
      if (report.type !== 'inbound-rtp' || report.kind !== 'video' || !report.framesPerSecond) continue;
      found.frames += report.framesPerSecond;
      found.pictures.push(report.frameHeight);
    }
  }
  return found;
}
"""


@dataclass(frozen=True, slots=True)
class Received:
    """What a page has received since it was opened, and what it shows now."""

    bytes: int
    """Of all its connections: encrypted media, its control, data."""
    pictures: tuple[int, ...]
    """Heights of the pictures that move, in pixels."""
    frames: float
    """Decoded each second, of all of them together."""


@asynccontextmanager
async def in_call(url: str, size: ViewportSize) -> AsyncIterator[Page]:
    """A page of a Chromium of its own in the call that `url` lets into."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**CHROMIUM)
        try:
            context = await browser.new_context(locale="ru-RU", viewport=size)
            await context.add_init_script(KEEP_CONNECTIONS)
            page = await context.new_page()
            page.set_default_timeout(WAIT * 1000)
            await page.goto(url)
            await page.get_by_test_id("join-button").click()
            await page.get_by_test_id("bar-leave").wait_for()
            yield page
        finally:
            await browser.close()


async def until_moving(page: Page, pictures: int) -> None:
    """Until so many pictures move. Raises PeerError."""
    try:
        async with asyncio.timeout(WAIT):
            while len((await received(page)).pictures) < pictures:  # noqa: ASYNC110, nothing calls us back
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError as error:
        raise PeerError(f"the page did not show {pictures} pictures within {WAIT:g} s") from error


async def received(page: Page) -> Received:
    """As the browser's own statistics say."""
    found = await page.evaluate(RECEIVED)
    return Received(found["bytes"], tuple(sorted(found["pictures"])), found["frames"])


def chromium_seconds() -> float:
    """CPU that all processes of the Chromium which this process started have used."""
    return sum(map(_seconds, _descendants(os.getpid())))


def _descendants(pid: int) -> Iterator[int]:
    """Processes named chromium among those that a process has started, however far down."""
    children: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            own, _, rest = status.read_text().partition(" (")
        except OSError:
            continue
        name, _, fields = rest.rpartition(") ")
        children[int(fields.split()[1])].append((int(own), name))
    waiting = [pid]
    while waiting:
        for child, name in children[waiting.pop()]:
            waiting.append(child)
            if name.startswith("chrom"):
                yield child


def _seconds(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:  # it has ended
        return 0.0
