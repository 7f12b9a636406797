"""From an empty database into a call: teacher, pupil and parent register, link (each direction), and meet in a lesson.

A1-A19, B1-B13, D1-D8, D12, E1-E6 as people go through them, on a real server with media and the reference journal.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from journal_bridge.reference_journal.school import TZ, current_week
from tests.support.accessibility import AXE, broken_rules
from tests.support.browsers import browsers
from tests.support.call_page import WAIT, CallPage
from tests.support.server_process import ServerProcess, running_journal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of every page, for looking at."""


@dataclass(frozen=True)
class Person:
    """Somebody of the demonstration school, and what they say of themselves."""

    name: str
    phone: str
    birth: str
    gender: str

    @property
    def family_name(self) -> str:
        return self.name.split()[0]

    @property
    def given_name(self) -> str:
        return self.name.split()[1]


SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

COLOURS_ARE_THERE = "Promise.all(document.getAnimations().map(one => one.finished.catch(() => null))).then(() => 0)"

ADMINISTRATOR = Person("Кузнецова Елена Павловна", "+7 912 345-67-04", "11.03.1971", "Женский")
TEACHER = Person("Иванова Анна Сергеевна", "+7 912 345-67-01", "17.05.1980", "Женский")
PUPIL = Person("Смирнов Илья", "8 912 345 67 02", "05.09.2010", "Мужской")
YOUNG = Person("Смирнов Илья", "8 912 345 67 05", f"05.09.{date.today().year - 11}", "Мужской")
PARENT = Person("Смирнова Ольга Викторовна", "9123456703", "20.01.1984", "Женский")


@dataclass(frozen=True)
class Place:
    """The running pair of servers."""

    zvonok: str
    journal: str


@asynccontextmanager
async def school(folder: Path) -> AsyncIterator[Place]:
    server = ServerProcess(folder, demo=True)
    await server.start()
    try:
        async with running_journal(server, server.url) as journal:
            # The journal says that it is at localhost: cookies and return addresses are that host's.
            yield Place(server.url, journal.replace("127.0.0.1", "localhost"))
    finally:
        await server.stop()


class Guest:
    """One browser and the person in front of it."""

    def __init__(self, place: Place, person: Person, call: CallPage) -> None:
        self.place = place
        self.person = person
        self.call = call
        self.page: Page = call.page

    @classmethod
    async def open(cls, place: Place, person: Person, browser: Browser) -> "Guest":
        guest = cls(place, person, await CallPage.open(browser))
        await guest.page.goto(place.journal)
        return guest

    async def enters_the_journal(self) -> None:
        await self.page.get_by_role("button", name=self.person.name).click()

    async def look(self, what: str) -> None:
        if PICTURES:
            await self.page.screenshot(path=f"{PICTURES}/{self.person.family_name}-{what}.png", full_page=True)

    async def looks_everywhere(self, what: str) -> None:
        """Wide and narrow, light and dark: nothing scrolls sideways, axe-core finds nothing."""
        for width in (1280, 390):
            await self.page.set_viewport_size({"width": width, "height": 844})
            for scheme in SCHEMES:
                await self.page.emulate_media(color_scheme=scheme)
                await self.page.evaluate(COLOURS_ARE_THERE)
                await self.look(f"{what}-{width}-{scheme}")
                assert await self.page.evaluate("document.documentElement.scrollWidth") <= width, what
                await self.page.evaluate(AXE.read_text(encoding="utf-8"))
                assert await broken_rules(self.page) == [], (what, width, scheme)

    async def registers(self) -> None:
        """The wizard, wherever it stands: phone, code from the demo's outbox, form, consent."""
        page = self.page
        await write(page.get_by_label("Номер телефона"), self.person.phone)
        await self.look("phone")
        await page.get_by_role("button", name="Создать учебный профиль").click()
        await expect(page.get_by_label("Код из СМС")).to_be_visible()
        await write(page.get_by_label("Код из СМС"), await self.code())
        await page.get_by_role("button", name="Подтвердить").click()
        await write(page.get_by_label("Фамилия"), self.person.family_name)
        await write(page.get_by_label("Имя", exact=True), self.person.given_name)
        await write(page.get_by_label("Дата рождения"), self.person.birth)
        await page.get_by_label(self.person.gender).check()
        await self.look("form")
        await page.get_by_role("button", name="Продолжить").click()
        await page.get_by_test_id("consent-step").get_by_role("checkbox").check()
        await self.look("consent")
        await page.get_by_role("button", name="Продолжить").click()

    async def code(self) -> str:
        """The newest message in the demo's outbox for this phone, as its page shows it."""
        digits = re.sub(r"\D", "", self.person.phone)[-4:]
        outbox = await self.page.context.new_page()
        await outbox.goto(f"{self.place.zvonok}/demo/outbox")
        message = outbox.get_by_text(re.compile(r"\b\d{6}\b")).first
        await expect(outbox.locator("body")).to_contain_text(digits[:2], timeout=WAIT * 1000)
        await expect(message).to_be_visible(timeout=WAIT * 1000)
        found = re.search(r"\b\d{6}\b", await message.inner_text())
        assert found
        await outbox.close()
        return found[0]

    async def links_from_the_journal(self) -> None:
        """«Чаты» → «Привязать учебный профиль» → wizard → «Привязать» → back in the journal."""
        page = self.page
        await page.get_by_role("link", name="Чаты").click()
        await self.look("chats")
        await page.get_by_role("button", name="Привязать учебный профиль").click()
        await expect(page.get_by_test_id("link-who")).to_contain_text(self.person.family_name, timeout=WAIT * 1000)
        await self.registers()
        await expect(page.get_by_test_id("link-confirm")).to_be_visible()
        await self.look("confirm")
        await page.get_by_test_id("link-accept").click()
        await expect(page.get_by_test_id("linked")).to_be_visible()
        await self.look("linked")
        await page.get_by_test_id("linked-back").click()
        await expect(page.get_by_text("Учебный профиль привязан.")).to_be_visible()

    async def connects_the_diary(self) -> None:
        """«Подключить дневник» → region → journal → «Перейти в дневник» → sign in there → back with us."""
        page = self.page
        await page.goto(f"{self.place.zvonok}/sign-in?next=/connect")
        await self.registers()
        await expect(page.get_by_role("heading", name="Учебный профиль создан!")).to_be_visible()
        await page.get_by_role("link", name="Продолжить").click()
        await page.get_by_role("button", name="Москва").click()
        await page.get_by_role("button", name="Школьный журнал").click()
        await self.look("connect")
        await page.get_by_test_id("connect-next").click()
        await page.get_by_role("link", name="Перейти в дневник").click()
        await self.enters_the_journal()
        await expect(page.get_by_role("heading", name="Подключить дневник")).to_be_visible()
        await self.look("journal-asks")
        await page.get_by_role("button", name="Подключить").click()
        await expect(page.get_by_test_id("linked")).to_be_visible(timeout=WAIT * 1000)
        await self.look("linked")

    async def enters_by(self, link: Locator) -> CallPage:
        await expect(link).to_be_visible(timeout=WAIT * 1000)
        async with self.page.expect_popup() as popup:
            await link.click()
        entered = CallPage(await popup.value)
        await entered.join()
        return entered


async def write(field: Locator, text: str) -> None:
    """Key by key, and after Cyrillic letters a key too many and back: Firefox's remote protocol sets them without the
    event that a keyboard makes."""
    await field.click()
    await field.press_sequentially(text)
    if not text.isascii():
        await field.press("Space")
        await field.press("Backspace")


async def starts_a_lesson(teacher: Guest) -> CallPage:
    page = teacher.page
    await page.get_by_role("link", name="Журналы").click()
    await page.get_by_role("region", name="7В").get_by_role("link", name="Алгебра").click()
    monday = current_week(datetime.now(TZ).date()).strftime("%d.%m")
    await page.get_by_role("link", name=monday).click()
    await page.get_by_role("link", name="Дополнительные сервисы").click()
    await page.get_by_role("link", name="+ Звонок").click()
    await page.get_by_role("button", name="Создать звонок").click()
    await page.get_by_label("Действия со звонком").click()
    await page.get_by_role("button", name="Запустить звонок").click()
    return await teacher.enters_by(page.get_by_role("link", name="Войти в звонок"))


async def sees_the_lesson_at_home(pupil: Guest) -> None:
    """Our own first page: names, the link, the running lesson in blue and in words; in light, dark, wide and narrow."""
    page = pupil.page
    await page.goto(pupil.place.zvonok)
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("Школьный журнал")
    await expect(home).to_contain_text("идёт")
    await expect(page.get_by_role("link", name="Подключить дневник")).to_have_count(0)
    await pupil.look("home")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.emulate_media(color_scheme="dark")
    await pupil.look("home-phone-dark")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="light")


async def makes_an_invitation(teacher: Guest) -> str:
    await teacher.page.get_by_role("button", name="Ссылка для приглашения").click()
    await teacher.look("invitation")
    return await teacher.page.get_by_label("Ссылка", exact=True).input_value()


async def enters_by_invitation(parent: Guest, link: str) -> CallPage:
    """The address that somebody sent; the browser knows its profile, and the journal whose parent it is."""
    await parent.page.goto(link)
    await expect(parent.page.get_by_test_id("invite")).to_contain_text("Онлайн-урок")
    await parent.looks_everywhere("invite")
    await parent.page.set_viewport_size({"width": 1280, "height": 800})
    await parent.page.get_by_test_id("invite-enter").click()
    await parent.call.join()
    return parent.call


async def test_an_administrator_sees_who_has_linked_and_prints_invitations(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium") as (browser,):
        guest = await Guest.open(place, ADMINISTRATOR, browser)
        page = guest.page
        await guest.enters_the_journal()
        await guest.links_from_the_journal()
        await page.goto(place.zvonok)
        await page.get_by_test_id("home-school").click()
        await expect(page.get_by_role("heading", name="Школа № 26")).to_be_visible()
        await guest.looks_everywhere("school")
        await page.goto(f"{page.url}/people")
        await expect(page.get_by_text("Смирнов Илья").first).to_be_visible()
        await guest.looks_everywhere("school-people")
        await page.goto(page.url.replace("/people", "/audit"))
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await guest.looks_everywhere("school-audit")
        await page.goto(place.zvonok)
        await page.get_by_test_id("home-invitations").click()
        await expect(page.get_by_text("Смирнова Софья")).to_be_visible()
        widths = await page.get_by_alt_text("QR-код").evaluate_all("images => images.map(one => one.naturalWidth)")
        assert len(widths) == 4 and all(widths), "every slip has its picture"
        await guest.looks_everywhere("school-sheet")
        assert guest.call.errors == []


async def test_a_parent_consents_for_a_child_and_withdraws_it(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium", "chromium") as (first, second):
        child = await Guest.open(place, YOUNG, first)
        await child.enters_the_journal()
        await child.links_from_the_journal()
        parent = await Guest.open(place, PARENT, second)
        await parent.enters_the_journal()
        await parent.links_from_the_journal()

        page = parent.page
        await page.goto(place.zvonok)
        await page.get_by_test_id("consent-needed").get_by_role("checkbox").check()
        await page.get_by_role("button", name="Подтвердить").click()
        given = page.get_by_test_id("consents-given")
        await expect(given).to_contain_text("Смирнов Илья")
        await parent.looks_everywhere("consent-given")
        await given.get_by_role("button", name="Отозвать согласие: Смирнов Илья").click()
        await expect(page.get_by_role("dialog")).to_contain_text("на всех устройствах")
        await parent.looks_everywhere("consent-withdraw")
        await page.get_by_role("dialog").get_by_role("button", name="Отозвать").click()
        await expect(page.get_by_text("Согласие отозвано.")).to_be_visible()
        await expect(page.get_by_test_id("consent-needed")).to_be_visible()  # it can be given again

        await child.page.goto(place.zvonok)
        await expect(child.page.get_by_role("link", name="Создать учебный профиль")).to_be_visible()
        assert [parent.call.errors, child.call.errors] == [[], []]


async def test_everybody_gets_from_nothing_into_the_lesson(tmp_path: Path) -> None:
    async with school(tmp_path) as place, browsers("chromium", "firefox", "chromium") as (first, second, third):
        teacher = await Guest.open(place, TEACHER, first)
        await teacher.enters_the_journal()
        await teacher.links_from_the_journal()

        pupil = await Guest.open(place, PUPIL, second)
        await pupil.connects_the_diary()

        parent = await Guest.open(place, PARENT, third)
        await parent.enters_the_journal()
        await parent.links_from_the_journal()

        hers = await starts_a_lesson(teacher)
        await sees_the_lesson_at_home(pupil)
        await pupil.page.goto(f"{place.journal}/pupil")
        his = await pupil.enters_by(pupil.page.locator(".lesson").get_by_role("link", name="Онлайн-урок"))
        theirs = await enters_by_invitation(parent, await makes_an_invitation(teacher))
        others = '[data-testid="tile"]:not([data-own="true"])'
        for call in (hers, his, theirs):
            await expect(call.page.locator(others)).to_have_count(2, timeout=WAIT * 1000)
            await call.hears()
        assert [call.errors for call in (hers, his, theirs)] == [[], [], []]
