"""Every button of the call bar (G1-G13), for the administrator, a pupil and a parent: what the others see and hear."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.support.call_page import CallPage
from tests.support.classroom import PARENT, PUPIL, SOON, TEACHER, Classroom, classroom

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

TEACHERS_BAR = [
    "Демонстрировать экран",
    "Интерактивная доска",
    "Поднять руку",
    "Камера",
    "Микрофон",
    "Выход из звонка",
    "Чат",
    "Участники",
    "Отображение участников",
    "Настройки",
    "Свернуть звонок",
    "Развернуть звонок",
]
LEARNERS_BAR = [label for label in TEACHERS_BAR if label != "Интерактивная доска"]


@dataclass(frozen=True)
class Pair:
    """A teacher and a pupil in a call, with camera and microphone on."""

    room: Classroom
    teacher: CallPage
    pupil: CallPage
    her: str
    him: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    async with classroom(tmp_path_factory.mktemp("call")) as room:
        teacher, pupil = await room.enters(TEACHER), await room.enters(PUPIL)
        yield Pair(room, teacher, pupil, await teacher.identity(), await pupil.identity())


async def bar_of(page: CallPage) -> list[str]:
    return await page.page.locator(".bar__button:not(.bar__more) .bar__label").all_inner_texts()


async def choose(menu: Locator, words: str) -> None:
    await menu.locator("label", has=menu.page.get_by_text(words, exact=True)).click()


async def test_the_bar_has_twelve_buttons_for_the_teacher_and_eleven_for_pupil_and_parent(pair: Pair) -> None:
    parent = await pair.room.enters(PARENT, camera=False, microphone=False)
    assert await bar_of(pair.teacher) == TEACHERS_BAR
    assert await bar_of(pair.pupil) == LEARNERS_BAR
    assert await bar_of(parent) == LEARNERS_BAR
    await pair.room.closes(parent)


async def test_the_microphone_is_heard_and_not_heard(pair: Pair) -> None:
    for speaker, listener, who in ((pair.pupil, pair.teacher, pair.him), (pair.teacher, pair.pupil, pair.her)):
        await listener.hears()
        await speaker.by("bar-microphone").click()
        await expect(speaker.by("bar-microphone")).to_have_attribute("aria-pressed", "false", timeout=SOON)
        await expect(listener.tile(who)).to_have_attribute("data-muted", "true", timeout=SOON)
        await listener.hears_nothing()
        await speaker.by("bar-microphone").click()
        await expect(listener.tile(who)).to_have_attribute("data-muted", "false", timeout=SOON)
        await listener.hears()


async def test_the_camera_is_seen_and_not_seen(pair: Pair) -> None:
    for shower, watcher, who in ((pair.pupil, pair.teacher, pair.him), (pair.teacher, pair.pupil, pair.her)):
        await watcher.sees(who)
        await shower.by("bar-camera").click()
        await expect(watcher.tile(who)).to_have_attribute("data-camera", "false", timeout=SOON)
        await watcher.receives_no_picture()
        await shower.by("bar-camera").click()
        await expect(watcher.tile(who)).to_have_attribute("data-camera", "true", timeout=SOON)
        await watcher.sees(who)


async def test_a_screen_is_shown_as_text_or_video_with_the_face_beside_it(pair: Pair) -> None:
    await pair.teacher.by("bar-screen").click()
    await pair.pupil.sees_screen()
    await pair.pupil.sees(pair.her)
    own = pair.teacher.by("own-screen")
    for words, hint in (("Видео", "motion"), ("Текст", "detail")):
        await own.get_by_role("button", name=words, exact=True).click()
        await expect(own.get_by_role("button", name=words, exact=True)).to_have_attribute("aria-pressed", "true")
        await pair.teacher.page.wait_for_function(
            """hint => window.__connections.some(connection => connection.getSenders().some(
              sender => sender.track?.kind === 'video' && sender.track.contentHint === hint))""",
            arg=hint,
        )
        await pair.pupil.sees_screen()
    await own.get_by_role("button", name="Прекратить показ").click()
    await expect(pair.pupil.by("screen-tile")).to_have_count(0, timeout=SOON)
    await expect(own).to_have_count(0)


async def test_a_pupil_may_not_share_the_screen_and_is_told_why(pair: Pair) -> None:
    button = pair.pupil.by("bar-screen")
    await expect(button).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await button.click(force=True)  # a button that explains itself is no dead one
    await expect(pair.pupil.by("note")).to_contain_text("не разрешил демонстрацию экрана")
    await expect(pair.teacher.by("screen-tile")).to_have_count(0)


async def test_the_whiteboard_says_that_it_comes_later(pair: Pair) -> None:
    await pair.teacher.by("bar-board").click(force=True)
    await expect(pair.teacher.by("note")).to_contain_text("Интерактивная доска появится")


async def test_a_reaction_is_seen_by_the_others(pair: Pair) -> None:
    for giver, watcher, one in ((pair.pupil, pair.teacher, "applause"), (pair.teacher, pair.pupil, "yes")):
        await giver.by("reactions-open").click()
        await expect(giver.by("reaction-menu").get_by_role("button")).to_have_count(9)
        await giver.by(f"reaction-{one}").click()
        await expect(watcher.page.locator(f'[data-testid="reacted"][data-reaction="{one}"]')).to_be_visible(
            timeout=SOON
        )
        await expect(giver.by("reaction-menu")).to_have_count(0)
        await expect(watcher.by("reacted")).to_have_count(0, timeout=SOON)


async def test_what_is_written_in_the_chat_is_read_by_the_others(pair: Pair) -> None:
    pupil, teacher = pair.pupil, pair.teacher
    await pupil.by("bar-chat").click()
    await pupil.by("chat-field").fill("Можно вопрос? https://school.example/7v")
    await pupil.by("chat-send").click()
    await expect(teacher.by("badge-chat")).to_have_attribute("data-badge", "1", timeout=SOON)
    await teacher.by("bar-chat").click()
    await expect(teacher.by("chat-message")).to_contain_text("Можно вопрос?", timeout=SOON)
    await expect(teacher.by("chat-message").get_by_role("link")).to_have_attribute("href", "https://school.example/7v")
    await expect(teacher.by("badge-chat")).to_have_count(0)
    await teacher.by("chat-field").fill("Да, слушаю")
    await teacher.by("chat-field").press("Enter")
    await expect(pupil.by("chat-message").nth(1)).to_contain_text("Да, слушаю", timeout=SOON)
    # To the teachers alone: nobody else reads it.
    await teacher.by("chat-to").select_option(label="Преподавателям")
    await teacher.by("chat-field").fill("Только коллегам")
    await teacher.by("chat-field").press("Enter")
    await expect(teacher.by("chat-message").nth(2)).to_contain_text("Только коллегам", timeout=SOON)
    await teacher.by("chat-to").select_option(label="Всем здесь")
    await teacher.by("chat-field").fill("Продолжаем")
    await teacher.by("chat-field").press("Enter")
    await expect(pupil.by("chat-message").nth(2)).to_contain_text("Продолжаем", timeout=SOON)
    for page in (pupil, teacher):
        await page.by("bar-chat").click()
        await expect(page.by("chat-panel")).to_have_count(0)


async def test_the_view_is_ones_own_until_the_teacher_sets_everybodys(pair: Pair) -> None:
    teacher, pupil = pair.teacher, pair.pupil
    stage = pupil.by("stage")
    await pupil.by("bar-layout").click()
    menu = pupil.by("layout-menu")
    await choose(menu, "Говорящий крупно")
    await expect(stage).to_have_attribute("data-large", "camera")
    await choose(menu, "Плитка")
    await expect(stage).not_to_have_attribute("data-large", "camera")
    # A pinned picture is large, until it is let go.
    await pupil.tile(pair.her).hover()
    await pupil.tile(pair.her).get_by_role("button", name="Показать крупно").click()
    await expect(stage).to_have_attribute("data-large", "camera")
    await menu.get_by_role("button", name="Открепить").click()
    await expect(stage).not_to_have_attribute("data-large", "camera")
    await menu.get_by_label("Всегда на виду").select_option(pair.her)
    await expect(pupil.page.locator(".stage__kept")).to_be_visible()
    await menu.get_by_label("Всегда на виду").select_option("")
    await expect(pupil.page.locator(".stage__kept")).to_have_count(0)

    await teacher.by("bar-layout").click()
    lead = teacher.by("layout-menu").get_by_role("group", name="Для всех в звонке")
    await choose(lead, "Говорящий крупно")
    await expect(stage).to_have_attribute("data-large", "camera", timeout=SOON)
    await expect(pupil.page.locator(".stage__led")).to_be_visible()
    await choose(menu, "Плитка")
    await expect(stage).not_to_have_attribute("data-large", "camera")
    await choose(menu, "Как показывает преподаватель")
    await expect(stage).to_have_attribute("data-large", "camera")
    await choose(lead, "Каждый выбирает сам")
    await expect(stage).not_to_have_attribute("data-large", "camera", timeout=SOON)
    for page in (pupil, teacher):
        await page.by("bar-layout").click()
        await expect(page.by("layout-menu")).to_have_count(0)


async def test_settings_change_what_is_sent_and_what_is_received(pair: Pair) -> None:
    teacher, pupil = pair.teacher, pair.pupil
    await pupil.by("bar-settings").click()
    panel = pupil.by("settings-panel")
    for name in ("Камера", "Микрофон"):
        await panel.get_by_role("combobox", name=name).select_option(index=1)
    await teacher.sees(pair.him)
    await teacher.hears()
    await panel.get_by_role("button", name="Проверить звук").click()
    for preference in ("noiseSuppression", "echoCancellation", "autoGainControl"):
        was = await pupil.by(f"prefer-{preference}").is_checked()
        await pupil.switch(f"prefer-{preference}")
        await expect(pupil.by(f"prefer-{preference}")).to_be_checked(checked=not was, timeout=SOON)
    await teacher.hears()
    # Saving traffic: sound goes on, cameras do not arrive; the own one is sent all the same.
    await pupil.switch("prefer-saving")
    await expect(pupil.by("saving-banner")).to_be_visible()
    await pupil.receives_no_picture()
    await pupil.hears()
    await teacher.sees(pair.him)
    await pupil.by("saving-banner").get_by_role("button", name="Показать камеры").click()
    await pupil.sees(pair.her)
    await pupil.switch("prefer-hideOwn")
    await expect(pupil.tile(pair.him)).to_have_count(0)
    await pupil.switch("prefer-hideOwn")
    await expect(pupil.tile(pair.him)).to_have_count(1)
    await pupil.switch("prefer-mirror")
    await expect(pupil.tile(pair.him)).to_have_attribute("data-mirror", "false")
    await panel.get_by_label("Качество чужих камер").select_option(label="Низкое")
    await pupil.sees(pair.her)
    # The camera that only teachers see.
    await pupil.switch("camera-hidden")
    await teacher.sees(pair.him)
    await pupil.switch("camera-hidden")
    await pupil.by("keys-open").click()
    await expect(pupil.page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    await pupil.page.keyboard.press("Escape")
    await pupil.by("bar-settings").click()
    await expect(panel).to_have_count(0)


async def test_a_call_made_small_goes_on_and_is_made_large_again(pair: Pair) -> None:
    pupil, teacher = pair.pupil, pair.teacher
    await pupil.by("bar-minimize").click()
    small = pupil.by("small-call")
    await expect(small).to_be_visible()
    await pupil.hears()
    await small.get_by_role("button", name="Микрофон").click()
    await expect(teacher.tile(pair.him)).to_have_attribute("data-muted", "true", timeout=SOON)
    await small.get_by_role("button", name="Микрофон").click()
    await expect(teacher.tile(pair.him)).to_have_attribute("data-muted", "false", timeout=SOON)
    await pupil.by("bar-maximize").click()
    await pupil.sees(pair.her)
    # Once more it fills the screen, and not any longer.
    for full in (True, False):
        await pupil.by("bar-maximize").click()
        await pupil.page.wait_for_function("full => (document.fullscreenElement !== null) === full", arg=full)


async def test_hands_stand_in_a_queue_and_go_down_one_by_one(pair: Pair) -> None:
    teacher, pupil = pair.teacher, pair.pupil
    parent = await pair.room.enters(PARENT, camera=False, microphone=False)
    await parent.by("bar-hand").click()
    await expect(parent.by("badge-hand")).to_have_attribute("data-badge", "1", timeout=SOON)
    await pupil.by("bar-hand").click()
    await expect(pupil.by("badge-hand")).to_have_attribute("data-badge", "2", timeout=SOON)
    await expect(teacher.by("badge-participants")).to_have_attribute("data-badge", "2", timeout=SOON)
    await teacher.by("bar-participants").click()
    await teacher.by("lower-hand").first.click()
    await expect(parent.by("badge-hand")).to_have_count(0, timeout=SOON)
    await expect(pupil.by("badge-hand")).to_have_attribute("data-badge", "1", timeout=SOON)
    await pupil.by("bar-hand").click()
    await expect(teacher.by("badge-participants")).to_have_count(0, timeout=SOON)
    await teacher.by("bar-participants").click()
    await pair.room.closes(parent)


async def test_the_red_button_leaves_and_one_can_come_back(pair: Pair) -> None:
    await pair.pupil.by("bar-leave").click()
    await expect(pair.pupil.by("left-screen")).to_be_visible()
    await expect(pair.teacher.tile(pair.him)).to_have_count(0, timeout=SOON)
    await pair.pupil.by("enter-again").click()
    await expect(pair.pupil.by("bar-leave")).to_be_visible(timeout=SOON)
    await expect(pair.teacher.tile(pair.him)).to_have_count(1, timeout=SOON)


async def test_the_administrators_red_button_asks_whether_to_end_it_for_all(pair: Pair) -> None:
    teacher, pupil = pair.teacher, pair.pupil
    await teacher.by("bar-leave").click()
    await teacher.by("leave-stay").click()
    await expect(teacher.by("leave-stay")).to_have_count(0)
    await teacher.by("bar-leave").click()
    await teacher.by("leave-only").click()
    await expect(teacher.by("left-screen")).to_be_visible()
    await expect(pupil.tile(pair.her)).to_have_count(0, timeout=SOON)
    await teacher.by("enter-again").click()
    await expect(teacher.by("bar-leave")).to_be_visible(timeout=SOON)
    await teacher.by("bar-leave").click()
    await teacher.by("leave-end").click()
    for page in (teacher, pupil):
        await expect(page.by("enter-again")).to_have_attribute("data-why", "ended", timeout=SOON)
