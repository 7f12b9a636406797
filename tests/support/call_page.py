"""A participant's browser page in a call: what a person would do and see, and what the browser's own statistics say."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Browser, Page, expect

from benchmarks.page.browser import KEEP_CONNECTIONS
from tests.support.browsers import new_page

WAIT = 30.0  # seconds until something that should happen counts as missing; browsers share two cores
LOOK_EVERY = 0.2  # seconds between two looks at the page
LOOKS = 8  # in a row without anything new: what moved or sounded has stopped

INBOUND = """
async () => {
  const found = [];
  for (const connection of window.__connections) {
    if (connection.connectionState === 'closed') continue;
    for (const report of (await connection.getStats()).values())
      if (report.type === 'inbound-rtp')
        found.push({
          kind: report.kind, ssrc: report.ssrc, framesDecoded: report.framesDecoded ?? 0,
          frameWidth: report.frameWidth ?? 0, frameHeight: report.frameHeight ?? 0,
          energy: report.totalAudioEnergy ?? 0, packetsLost: report.packetsLost ?? 0,
          freezes: report.freezeCount ?? 0, packets: report.packetsReceived ?? 0,
        });
  }
  return found;
}
"""
OUTBOUND_LAYERS = """
async () => {
  const sent = {};
  for (const connection of window.__connections)
    for (const report of (await connection.getStats()).values())
      if (report.type === 'outbound-rtp' && report.kind === 'video' && report.rid)
        sent[report.rid] = { frames: report.framesEncoded ?? 0, active: report.active ?? true };
  return sent;
}
"""
# Counts the pictures that an element really presents (Firefox's playback quality knows nothing of live streams).
SHOWN = """
(selector) => {
  const video = document.querySelector(selector);
  if (!video) return null;
  if (video.__presented === undefined) {
    video.__presented = 0;
    const count = () => { video.__presented += 1; video.requestVideoFrameCallback(count); };
    video.requestVideoFrameCallback(count);
  }
  return { frames: video.__presented, width: video.videoWidth, height: video.videoHeight };
}
"""


async def eventually(look: Callable[[], Awaitable[Any]], what: str, seconds: float = WAIT) -> Any:
    """The first true answer of `look`; fails with its last answer when there is none in time."""
    last = None
    try:
        async with asyncio.timeout(seconds):
            while not (last := await look()):  # noqa: ASYNC110, nothing in the page calls us back
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise AssertionError(f"{what}: not seen in {seconds:.0f} s, last look: {last!r}") from None
    return last


class CallPage:
    """One person's page. `errors` collects script errors; a test ends by looking that it is empty."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, *, width: int = 1280, height: int = 800) -> "CallPage":
        page = await new_page(browser, width=width, height=height)
        await page.context.add_init_script(KEEP_CONNECTIONS)
        return cls(page)

    def by(self, testid: str) -> Any:
        return self.page.get_by_test_id(testid)

    async def join(self) -> None:
        """Through the pre-join screen; the devices may still be opening when the button is pressed."""
        await self.by("join-button").click(timeout=WAIT * 1000)
        await expect(self.by("bar-leave")).to_be_visible(timeout=WAIT * 1000)

    def tile(self, identity: str) -> Any:
        return self.page.locator(f'[data-testid="tile"][data-identity="{identity}"]')

    async def switch(self, testid: str) -> None:
        """Press a switch: its words, as its own element is hidden under a drawn one."""
        await self.page.locator(f'label:has([data-testid="{testid}"])').click(timeout=WAIT * 1000)

    async def identity(self) -> str:
        """Who is at this page."""
        own = self.page.locator('[data-testid="tile"][data-own="true"]')
        return str(await own.get_attribute("data-identity", timeout=WAIT * 1000))

    async def sees(self, identity: str) -> None:
        """Somebody's picture is on screen and moves now, whatever was seen before."""
        await self.moves(f'[data-testid="tile"][data-identity="{identity}"] video', f"picture of {identity}")

    async def sees_screen(self) -> None:
        await self.moves('[data-testid="screen-tile"] video', "shared screen")

    async def hears(self) -> None:
        """Sound that arrives has energy, and more of it by and by."""
        first = await self._energy()
        await eventually(lambda: self._louder(first), "audio energy")

    async def hears_nothing(self) -> None:
        """Nothing that arrives has energy any longer."""
        await self._rests(self._energy, "silence", 1e-5)

    async def receives_no_picture(self) -> None:
        """Not a single picture arrives any longer, whatever the page shows."""
        await self._rests(self._frames, "no pictures", 0)

    async def width_of(self, identity: str) -> int:
        shown = await self.page.evaluate(SHOWN, f'[data-testid="tile"][data-identity="{identity}"] video')
        return shown["width"] if shown else 0

    async def inbound(self, kind: str) -> list[dict[str, Any]]:
        return [report for report in await self.page.evaluate(INBOUND) if report["kind"] == kind]

    async def sent_layers(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.page.evaluate(OUTBOUND_LAYERS)
        return found

    async def moves(self, selector: str, what: str) -> None:
        """A picture on screen goes on from now."""
        first: int | None = None

        async def moves() -> Any:
            nonlocal first
            now = await self.page.evaluate(SHOWN, selector)
            if not now:
                return None
            first = now["frames"] if first is None else min(first, now["frames"])
            return now["width"] > 0 and now["frames"] > first + 5

        await eventually(moves, f"{what} moving")

    async def _energy(self) -> float:
        return float(sum(report["energy"] for report in await self.inbound("audio")))

    async def _frames(self) -> float:
        return float(sum(report["framesDecoded"] for report in await self.inbound("video")))

    async def _rests(self, figure: Callable[[], Awaitable[float]], what: str, slack: float) -> None:
        same, last = 0, -1.0

        async def rests() -> bool:
            nonlocal same, last
            now = await figure()
            same = same + 1 if abs(now - last) <= slack else 0
            last = now
            return same >= LOOKS

        await eventually(rests, what)

    async def _louder(self, than: float) -> bool:
        return await self._energy() > than + 1e-4
