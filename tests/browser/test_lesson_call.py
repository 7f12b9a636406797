"""A lesson call from the journal to the last person leaving, in real browsers against a real server process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from journal_bridge.reference_journal.school import TZ, current_week
from tests.support.browsers import Name, browsers
from tests.support.call_page import WAIT, CallPage, eventually
from tests.support.server_process import ServerProcess, running_journal
from tests.support.tcp_proxy import TcpProxy, tcp_proxy

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

TEACHER, PUPIL, NEIGHBOUR = "Иванова Анна Сергеевна", "Смирнов Илья", "Орлова Мария"


class School:
    """A server behind a proxy that can be cut, and the journal that uses it."""

    def __init__(self, server: ServerProcess, proxy: TcpProxy, journal: str) -> None:
        self.server = server
        self.proxy = proxy
        self.journal = journal

    async def teacher_starts_and_enters(self, browser: Browser) -> CallPage:
        """«Журналы» → class → subject → date → «Дополнительные сервисы» → «+ Звонок» → start → enter."""
        call = await CallPage.open(browser)
        page = call.page
        await page.goto(self.journal)
        await page.get_by_role("button", name=TEACHER).click()
        await page.get_by_role("region", name="7В").get_by_role("link", name="Алгебра").click()
        await page.get_by_role("link", name=self.date).click()
        await page.get_by_role("link", name="Дополнительные сервисы").click()
        await page.get_by_role("link", name="+ Звонок").click()
        await page.get_by_role("button", name="Создать звонок").click()
        await page.get_by_label("Действия со звонком").click()
        await page.get_by_role("button", name="Запустить звонок").click()
        async with page.expect_popup() as popup:
            await page.get_by_role("link", name="Войти в звонок").click()
        entered = CallPage(await popup.value)
        await entered.join()
        return entered

    async def pupil_enters(self, browser: Browser) -> CallPage:
        entered = await self.pupil_comes(browser)
        await entered.join()
        return entered

    async def pupil_comes(self, browser: Browser, name: str = PUPIL) -> CallPage:
        """«Дневник учащегося» → the blue title of the running lesson: before the call."""
        call = await CallPage.open(browser)
        page = call.page
        await page.goto(self.journal)
        await page.get_by_role("button", name=name).click()
        link = page.locator(".lesson").get_by_role("link", name="Онлайн-урок")
        await expect(link).to_be_visible(timeout=WAIT * 1000)
        async with page.expect_popup() as popup:
            await link.click()
        return CallPage(await popup.value)

    @property
    def date(self) -> str:
        """Monday's lesson of the week at which the diary opens; it has algebra."""
        return current_week(datetime.now(TZ).date()).strftime("%d.%m")


@asynccontextmanager
async def school(folder: Path, *, calls: str = "") -> AsyncIterator[School]:
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(tcp_proxy())
        server = ServerProcess(folder, public_url=proxy.url, calls=calls)
        proxy.target = server.port
        await server.start()
        stack.push_async_callback(server.stop)
        journal = await stack.enter_async_context(running_journal(server, server.url))
        yield School(server, proxy, journal)


async def identity_of(page: CallPage) -> str:
    """The identity of the only other person in the call."""
    others = '[data-testid="tile"]:not([data-own="true"])'

    async def look() -> str | None:
        tile = await page.page.query_selector(others)
        return await tile.get_attribute("data-identity") if tile else None

    return str(await eventually(look, "the other person's tile"))


@pytest.mark.parametrize("pupils_browser", ["chromium", "firefox"])
async def test_a_lesson_from_the_journal_to_the_end(tmp_path: Path, pupils_browser: Name) -> None:
    async with school(tmp_path) as place, browsers("chromium", pupils_browser) as (first, second):
        teacher = await place.teacher_starts_and_enters(first)
        pupil = await place.pupil_enters(second)
        her, him = await identity_of(pupil), await identity_of(teacher)
        await teacher.sees(him)
        await pupil.sees(her)
        await teacher.hears()
        await pupil.hears()

        # Muting is seen, and unmuting again.
        await teacher.by("bar-microphone").click()
        await expect(pupil.tile(her)).to_have_attribute("data-muted", "true", timeout=WAIT * 1000)
        await teacher.by("bar-microphone").click()
        await expect(pupil.tile(her)).to_have_attribute("data-muted", "false", timeout=WAIT * 1000)

        # A shared screen is seen, and its end.
        await teacher.by("bar-screen").click()
        await pupil.sees_screen()
        await teacher.by("bar-screen").click()
        await expect(pupil.by("screen-tile")).to_have_count(0, timeout=WAIT * 1000)

        # Leaving is seen.
        await pupil.by("bar-leave").click()
        await expect(pupil.by("left-screen")).to_be_visible()
        await expect(teacher.tile(him)).to_have_count(0, timeout=WAIT * 1000)
        assert teacher.errors == []
        assert pupil.errors == []


async def test_a_cut_socket_is_resumed_while_media_flows_on(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium", "chromium") as (first, second):
        teacher = await place.teacher_starts_and_enters(first)
        pupil = await place.pupil_enters(second)
        her = await identity_of(pupil)
        await pupil.sees(her)
        place.proxy.refuse = True
        place.proxy.cut()
        await expect(pupil.by("connection-banner")).to_contain_text("Связь прервалась", timeout=WAIT * 1000)
        decoded = (await pupil.inbound("video"))[0]["framesDecoded"]

        async def flows_on() -> bool:
            return bool((await pupil.inbound("video"))[0]["framesDecoded"] > decoded + 10)

        await eventually(flows_on, "pictures while the socket is cut")
        place.proxy.refuse = False
        await expect(pupil.by("connection-banner")).not_to_contain_text("Связь прервалась", timeout=WAIT * 1000)
        await teacher.by("bar-microphone").click()
        await expect(pupil.tile(her)).to_have_attribute("data-muted", "true", timeout=WAIT * 1000)
        assert place.server.log().count("reason=") == 0, "a resume is no leaving"
        assert pupil.errors == []


async def test_a_server_restart_brings_everybody_back_into_the_call(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium", "chromium") as (first, second):
        teacher = await place.teacher_starts_and_enters(first)
        pupil = await place.pupil_enters(second)
        her, him = await identity_of(pupil), await identity_of(teacher)
        await pupil.sees(her)
        await place.server.restart()
        for page, other in ((teacher, him), (pupil, her)):
            await expect(page.by("connection-banner")).to_have_count(0, timeout=2 * WAIT * 1000)
            await page.sees(other)
            await page.hears()


async def test_a_full_call_says_so_and_lets_in_whoever_comes_when_there_is_room_again(tmp_path: Path) -> None:
    two = "max_participants = 2"
    async with school(tmp_path, calls=two) as place, browsers(*["chromium"] * 3) as (first, second, third):
        await place.teacher_starts_and_enters(first)
        neighbour = await place.pupil_comes(second, NEIGHBOUR)
        await neighbour.join()
        pupil = await place.pupil_comes(third)
        await pupil.by("join-button").click(timeout=WAIT * 1000)
        await expect(pupil.by("left-screen")).to_contain_text("Звонок заполнен", timeout=WAIT * 1000)
        await neighbour.by("bar-leave").click()
        await expect(neighbour.by("left-screen")).to_be_visible()
        await pupil.by("enter-again").click()
        await expect(pupil.by("bar-leave")).to_be_visible(timeout=WAIT * 1000)
