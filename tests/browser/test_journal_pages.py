"""The way of a lesson call through the reference journal's pages, in Chromium: D1-D10, E1-E6."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.support.accessibility import AXE, broken_rules
from tests.support.journal_stack import Stack, running

pytestmark = pytest.mark.browser

NOW = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)  # Monday, noon in Moscow
FIRST, SECOND = "7v-algebra-2026-01-26-1", "7v-algebra-2026-01-27-2"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, NOW) as found:
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield made
        await made.close()


async def page_of(browser: Browser, stack: Stack, person: str) -> Page:
    """A browser of one's own, opened at the journal as this person."""
    page = await browser.new_page(locale="ru-RU")
    await page.goto(stack.journal)
    await page.get_by_role("button", name=person).click()
    return page


async def plan(page: Page, date: str, title: str = "") -> None:
    """From «Журналы» to a planned call."""
    await page.get_by_role("link", name="Журналы", exact=True).click()
    await page.get_by_role("region", name="7В").get_by_role("link", name="Алгебра").click()
    await page.get_by_role("link", name=date).click()
    await page.get_by_role("link", name="Дополнительные сервисы").click()
    await page.get_by_role("link", name="+ Звонок").click()
    if title:
        await page.get_by_label("Название онлайн-урока").fill(title)
    await page.get_by_role("button", name="Создать звонок").click()


async def choose(page: Page, action: str) -> None:
    """An entry of the call's menu of three."""
    await page.get_by_label("Действия со звонком").click()
    await page.locator(".items").get_by_text(action, exact=True).click()


async def test_a_teacher_plans_starts_and_enters_a_lesson(stack: Stack, browser: Browser) -> None:
    page = await page_of(browser, stack, "Иванова Анна Сергеевна")
    await page.get_by_role("region", name="7В").get_by_role("link", name="Алгебра").click()
    await page.get_by_role("link", name="26.01").click()
    await page.get_by_role("link", name="Дополнительные сервисы").click()
    await page.get_by_role("link", name="+ Звонок").click()
    await expect(page.get_by_role("heading", name="Онлайн-урок")).to_be_visible()
    await expect(page.get_by_role("link", name="← К списку дополнительных сервисов")).to_be_visible()
    await expect(page.get_by_label("Урок", exact=True)).to_have_value("№1, Алгебра")
    await expect(page.get_by_label("Название онлайн-урока")).to_have_value("Онлайн-урок №1, Алгебра")
    await page.get_by_label("Дата начала онлайн-урока").fill("2026-01-26T12:00")
    await page.get_by_role("button", name="Создать звонок").click()
    call = page.locator("[data-call]")
    await expect(call).to_contain_text("Онлайн-урок 7В · №1, Алгебра - 26.01 12:00")
    await expect(call).to_contain_text("ещё не началось")
    await page.get_by_label("Действия со звонком").click()
    await expect(page.locator(".items")).to_have_text(["Запустить звонок Изменить Удалить"])
    await page.get_by_role("button", name="Запустить звонок").click()
    await expect(call).to_contain_text("идёт")
    assert list(stack.rooms.open.values()) == ["Онлайн-урок №1, Алгебра"]
    async with page.expect_popup() as popup:
        await page.get_by_role("link", name="Войти в звонок").click()
    entered = await popup.value
    await expect(entered.locator("body")).to_have_text(f"call {next(iter(stack.rooms.open))} with session")


async def test_a_pupil_sees_the_lesson_turn_blue_and_enters(stack: Stack, browser: Browser) -> None:
    teacher = await page_of(browser, stack, "Иванова Анна Сергеевна")
    await plan(teacher, "26.01", "Разбор контрольной")
    pupil = await page_of(browser, stack, "Смирнов Илья")
    await expect(pupil.get_by_role("heading", name="Дневник учащегося")).to_be_visible()
    lesson = pupil.locator(".lesson", has_text="Разбор контрольной")
    await expect(lesson).to_contain_text("ещё не началось")
    await expect(lesson.get_by_role("link")).to_have_count(0)
    await choose(teacher, "Запустить звонок")
    link = lesson.get_by_role("link", name="Разбор контрольной")
    await expect(link).to_be_visible(timeout=15_000)  # without a reload
    await expect(lesson).to_contain_text("идёт")
    await expect(pupil.locator("[data-news]")).to_contain_text("Занятие началось")
    async with pupil.expect_popup() as popup:
        await link.click()
    await expect((await popup.value).locator("body")).to_contain_text("with session")
    await choose(teacher, "Удалить")
    await expect(teacher.get_by_role("heading", name="Удалить звонок?")).to_be_visible()
    assert stack.rooms.open
    await teacher.get_by_role("button", name="Удалить").click()
    await expect(teacher.get_by_role("link", name="+ Звонок")).to_be_visible()
    assert not stack.rooms.open
    await expect(lesson).to_have_count(0, timeout=15_000)


async def test_a_second_lesson_of_the_subject_is_told_to_wait(stack: Stack, browser: Browser) -> None:
    page = await page_of(browser, stack, "Иванова Анна Сергеевна")
    await plan(page, "26.01")
    await choose(page, "Запустить звонок")
    await plan(page, "27.01")
    await choose(page, "Запустить звонок")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("Пока не завершено занятие по этому предмету")
    await alert.get_by_role("link", name="Онлайн-урок 7В · №1, Алгебра").click()
    await expect(page).to_have_url(f"{stack.journal}/lessons/{FIRST}/services")
    assert len(stack.rooms.open) == 1


async def test_a_teacher_changes_a_planned_lesson(stack: Stack, browser: Browser) -> None:
    page = await page_of(browser, stack, "Иванова Анна Сергеевна")
    await plan(page, "27.01")
    await choose(page, "Изменить")
    await page.get_by_label("Название онлайн-урока").fill("Повторение")
    await page.get_by_label("Дата начала онлайн-урока").fill("2026-01-27T15:30")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.locator("[data-call]")).to_contain_text("Повторение · 7В · №2, Алгебра - 27.01 15:30")
    await choose(page, "Запустить звонок")
    await choose(page, "Изменить")
    await page.get_by_label("Название онлайн-урока").fill("Повторение темы")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.locator("[data-call]")).to_contain_text("Повторение темы")


async def test_a_parent_enters_the_childs_running_lesson(stack: Stack, browser: Browser) -> None:
    teacher = await page_of(browser, stack, "Иванова Анна Сергеевна")
    parent = await page_of(browser, stack, "Смирнова Ольга Викторовна")
    await expect(parent.get_by_role("region", name="Илья Смирнов")).to_contain_text("Сейчас онлайн-уроков нет")
    await plan(teacher, "26.01")
    await choose(teacher, "Запустить звонок")
    button = parent.get_by_role("link", name="Войти")
    await expect(button).to_be_visible(timeout=15_000)
    async with parent.expect_popup() as popup:
        await button.click()
    await expect((await popup.value).locator("body")).to_contain_text("with session")


async def test_the_way_works_without_javascript(stack: Stack, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(stack.journal)
    await page.get_by_role("button", name="Иванова Анна Сергеевна").click()
    await plan(page, "26.01")
    await choose(page, "Запустить звонок")
    await expect(page.get_by_role("link", name="Войти в звонок")).to_be_visible()


async def test_the_week_is_chosen(stack: Stack, browser: Browser) -> None:
    page = await page_of(browser, stack, "Смирнов Илья")
    await expect(page.locator(".weeks b")).to_have_text("26 – 30 января")
    await page.get_by_role("link", name="Следующая неделя").click()
    await expect(page.locator(".weeks b")).to_have_text("2 – 6 февраля")
    await page.get_by_role("link", name="Эта неделя").click()
    await expect(page.locator(".day.today")).to_contain_text("сегодня")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make setup`")
async def test_pages_are_accessible_in_light_and_dark_and_fit_a_phone(stack: Stack, browser: Browser) -> None:
    teacher = await page_of(browser, stack, "Иванова Анна Сергеевна")
    await plan(teacher, "27.01")
    await plan(teacher, "26.01")
    await choose(teacher, "Запустить звонок")
    context = await browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    page = await context.new_page()
    services = f"/lessons/{SECOND}/services"
    for path in (
        "/sign-in",
        "/teacher",
        "/classes/7v/links",
        "/chats",
        "/connect?code=nothing",
        f"/lessons/{FIRST}/attendance",
        "/journals/7v/algebra",
        f"/lessons/{FIRST}",
        f"/lessons/{FIRST}/services?done=started",
        f"{services}?conflict={FIRST}",
        f"{services}/edit",
        f"{services}/delete",
        "/pupil",
        "/parent",
        "/nothing",
    ):
        await page.goto(stack.journal + path)
        await page.add_script_tag(path=AXE)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert await broken_rules(page, "light") == [], path
        assert await broken_rules(page, "dark") == [], path
