"""Signing in through the pages, in Chromium and Firefox: A9-A18, the profile, accessibility, narrow phones."""

import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from identity.sms.outbox import OutboxSms
from tests.support.accessibility import AXE, broken_rules
from tests.support.browsers import Name, browsers
from tests.support.sign_in_page import SignInPage, sign_in_page

pytestmark = pytest.mark.browser

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)
WIDTHS = (1280, 390, 320)  # a computer, a phone, the narrowest that WCAG 1.4.10 asks for
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of every step, for looking at."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[SignInPage]:
    async with sign_in_page(tmp_path, NOW.timestamp()) as running:
        yield running


async def page_of(browser: Browser) -> Page:
    """A browser of one's own, whose clock agrees with the server's."""
    context = await browser.new_context(locale="ru-RU", bypass_csp=True)
    page = await context.new_page()
    await page.clock.install(time=NOW)
    return page


async def code_for(site: SignInPage) -> str:
    """The newest code, as the demo's page of messages shows it."""
    await site.identity.messages.send_due()
    assert isinstance(site.identity.sms, OutboxSms)
    text = site.identity.sms.newest()[0].text
    found = re.search(r"\b\d{6}\b", text)
    assert found, text
    return found[0]


async def write(field: Locator, text: str) -> None:
    """Key by key. After Cyrillic letters a key too many and back: Firefox's remote protocol sets them without the event
    that a keyboard makes, and React only believes the latter."""
    await field.click()
    await field.press_sequentially(text)
    if not text.isascii():
        await field.press("Space")
        await field.press("Backspace")


async def fill_form(page: Page, *, birth: str) -> None:
    await write(page.get_by_label("Фамилия"), "Петров")
    await write(page.get_by_label("Имя", exact=True), "Илья")
    await write(page.get_by_label("Дата рождения"), birth)
    await page.get_by_label("Мужской").check()


async def to_the_form(page: Page, site: SignInPage, phone: str) -> None:
    await page.goto(f"{site.url}/sign-in?next=/profile")
    await write(page.get_by_label("Номер телефона"), phone)
    await page.get_by_role("button", name="Создать учебный профиль").click()
    code = page.get_by_label("Код из СМС")
    await expect(code).to_be_visible()
    await write(code, await code_for(site))
    await page.get_by_role("button", name="Подтвердить").click()
    await expect(page.get_by_test_id("personal-form")).to_be_visible()


async def register(page: Page, site: SignInPage, phone: str, *, birth: str = "05.09.1990") -> None:
    """From nothing to the profile's page."""
    await to_the_form(page, site, phone)
    await fill_form(page, birth=birth)
    await page.get_by_role("button", name="Продолжить").click()
    await page.get_by_test_id("consent-step").get_by_role("checkbox").check()
    await page.get_by_role("button", name="Продолжить").click()
    await expect(page.get_by_role("heading", name="Учебный профиль создан!")).to_be_visible()
    await page.get_by_role("link", name="Продолжить").click()
    await expect(page.get_by_test_id("profile-name")).to_have_text("Петров Илья")


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_a_person_registers_then_comes_back_by_code_and_by_password(site: SignInPage, name: Name) -> None:
    async with browsers(name) as (browser,):
        page = await page_of(browser)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await register(page, site, "8 (912) 345-67-89")

        await page.get_by_role("button", name="Задать пароль").click()
        await write(page.get_by_label("Новый пароль"), "зелёная тетрадь на окне")
        await page.get_by_role("button", name="Сохранить").click()
        await expect(page.get_by_test_id("password-card")).to_contain_text("Пароль задан")

        await page.get_by_role("button", name="Выйти", exact=True).click()
        await expect(page).to_have_url(f"{site.url}/")
        await page.goto(f"{site.url}/sign-in?next=/profile")
        await write(page.get_by_label("Номер телефона"), "+79123456789")
        await page.get_by_role("button", name="Продолжить").click()
        await write(page.get_by_label("Пароль", exact=True), "зелёная тетрадь на окне")
        await page.get_by_role("button", name="Войти", exact=True).click()
        await expect(page.get_by_test_id("profile-name")).to_have_text("Петров Илья")
        assert errors == []


async def test_a_wrong_code_tells_what_to_do_and_a_reload_keeps_the_step(site: SignInPage) -> None:
    async with browsers("chromium") as (browser,):
        page = await page_of(browser)
        await page.goto(f"{site.url}/sign-in")
        await write(page.get_by_label("Номер телефона"), "912 345 67 89")
        await page.get_by_role("button", name="Создать учебный профиль").click()
        right = await code_for(site)
        await write(page.get_by_label("Код из СМС"), "000000" if right != "000000" else "111111")
        await page.get_by_role("button", name="Подтвердить").click()
        await expect(page.get_by_role("alert")).to_contain_text("Код не подошёл")
        await expect(page.get_by_role("alert")).to_contain_text("Осталось 4 попытки")
        await page.reload()
        await expect(page.get_by_role("heading", name="Введите код из СМС")).to_be_visible()
        await page.get_by_role("button", name="Изменить номер").click()
        await expect(page.get_by_label("Номер телефона")).to_be_visible()


async def test_a_child_is_told_that_a_parent_confirms(site: SignInPage) -> None:
    async with browsers("chromium") as (browser,):
        page = await page_of(browser)
        await to_the_form(page, site, "+79120000001")
        await fill_form(page, birth="05.09.2014")
        await page.get_by_role("button", name="Продолжить").click()
        consent = page.get_by_test_id("consent-step")
        await expect(consent).to_contain_text("Тебе ещё нет 14 лет")
        await page.get_by_role("button", name="Продолжить").click()
        await expect(consent).to_contain_text("без этого профиль нельзя создать")


async def test_two_browsers_are_two_devices_and_one_ends_the_other(site: SignInPage) -> None:
    async with browsers("chromium") as (browser,):
        first = await page_of(browser)
        await register(first, site, "+79120000002")
        site.clock.now += 3600
        second = await page_of(browser)
        await second.clock.set_system_time(site.clock.now)
        await second.goto(f"{site.url}/sign-in?next=/profile")
        await write(second.get_by_label("Номер телефона"), "+79120000002")
        await second.get_by_role("button", name="Продолжить").click()
        await write(second.get_by_label("Код из СМС"), await code_for(site))
        await second.get_by_role("button", name="Подтвердить").click()
        await expect(second.get_by_test_id("device")).to_have_count(2)
        await second.get_by_role("button", name=re.compile("Завершить сеанс")).click()
        await expect(second.get_by_test_id("device")).to_have_count(1)
        await first.reload()
        await expect(first.get_by_test_id("problem").first).to_contain_text("Войдите ещё раз")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make setup`")
async def test_every_step_is_accessible_in_light_and_dark_and_fits_a_phone(site: SignInPage) -> None:
    async with browsers("chromium") as (browser,):
        page = await page_of(browser)
        await page.goto(f"{site.url}/sign-in?next=/profile")
        await write(page.get_by_label("Номер телефона"), "123")
        await page.get_by_role("button", name="Создать учебный профиль").click()
        await look(page, "phone")
        await page.get_by_role("button", name="Войти с паролем").click()
        await look(page, "password")
        await page.get_by_role("button", name="Войти по коду").click()
        await to_the_form(page, site, "+79120000003")
        await page.get_by_role("button", name="Продолжить").click()
        await look(page, "form")
        await fill_form(page, birth="05.09.2014")
        await page.get_by_role("button", name="Продолжить").click()
        await expect(page.get_by_test_id("consent-step")).to_be_visible()
        await look(page, "consent")
        await page.get_by_role("checkbox").check()
        await page.get_by_role("button", name="Продолжить").click()
        await expect(page.get_by_test_id("profile-created")).to_be_visible()
        await look(page, "created")
        await page.goto(f"{site.url}/profile")
        await expect(page.get_by_test_id("device")).to_have_count(1)
        await look(page, "profile")
        await page.get_by_test_id("profile-edit").click()
        await look(page, "profile-edit")
        await page.goto(f"{site.url}/demo/outbox")
        await expect(page.get_by_test_id("sms")).to_have_count(1)
        await look(page, "outbox")


async def look(page: Page, what: str) -> None:
    """Nothing sticks out at any width, and no rule is broken in light and dark."""
    await page.add_script_tag(path=AXE)
    await page.add_style_tag(content="* { transition: none !important }")  # no colours between two schemes
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (what, width)
        for scheme in ("light", "dark"):
            assert await broken_rules(page, scheme) == [], (what, width, scheme)
            if PICTURES:
                await page.screenshot(path=f"{PICTURES}/{what}-{width}-{scheme}.png", full_page=True)
