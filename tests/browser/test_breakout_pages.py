"""«Сессионные залы» (J1-J5): a teacher lays rooms out, opens, visits, speaks to and recalls them; pupils are there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.support.call_page import CallPage
from tests.support.classroom import NEIGHBOUR, PUPIL, SOON, TEACHER, Classroom, classroom, name_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Rooms:
    """A teacher with a microphone, a pupil with camera and microphone, a neighbour with a microphone."""

    room: Classroom
    teacher: CallPage
    pupil: CallPage
    neighbour: CallPage
    her: str
    him: str
    other: str

    def card(self, name: str) -> Locator:
        heading = self.teacher.page.get_by_role("heading", name=name, exact=True)
        found: Locator = self.teacher.by("room-card").filter(has=heading)
        return found

    def chip(self, identity: str) -> Locator:
        return self.teacher.page.locator(f'[data-testid="rooms-chip"][data-person="{identity}"]')

    async def belongs(self, identity: str, room: str) -> None:
        """`room`: its name, "" for none."""
        place = self.card(room) if room else self.teacher.by("rooms-rest")
        await expect(place.locator(f'[data-person="{identity}"]')).to_be_visible(timeout=SOON)

    async def lays(self, way: str, count: int | None = None) -> None:
        """«Разделить», again if rooms are laid out."""
        if await self.teacher.by("rooms-again").count():
            await self.teacher.by("rooms-again").click()
        await self.teacher.by(f"rooms-way-{way}").check()
        if count is not None:
            await self.teacher.by("rooms-count").fill(str(count))
        await self.teacher.by("rooms-lay").click()
        await expect(self.teacher.by("rooms-prepare")).to_have_count(0, timeout=SOON)

    async def menu(self, room: str, act: str) -> None:
        await self.card(room).get_by_test_id("room-more").click()
        await self.card(room).get_by_test_id(f"room-{act}").click()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rooms(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rooms]:
    async with classroom(tmp_path_factory.mktemp("rooms")) as room:
        teacher = await room.enters(TEACHER, camera=False)
        pupil = await room.enters(PUPIL)
        neighbour = await room.enters(NEIGHBOUR, camera=False)
        her, him, other = [await page.identity() for page in (teacher, pupil, neighbour)]
        await teacher.by("rooms-button").click()
        yield Rooms(room, teacher, pupil, neighbour, her, him, other)


async def is_in(page: CallPage, room: str) -> None:
    """`room`: its name, "" for the call's main room."""
    if room:
        await expect(page.by("room-banner")).to_contain_text(f"Вы в зале «{room}»", timeout=SOON)
    else:
        inside = page.page.locator('[data-testid="room-banner"]:not([data-room="0"])')
        await expect(inside).to_have_count(0, timeout=SOON)


async def test_people_are_placed_by_mouse_by_keyboard_and_by_list(rooms: Rooms) -> None:
    teacher, him, other = rooms.teacher, rooms.him, rooms.other
    await rooms.lays("manual", 2)
    await expect(teacher.by("room-card")).to_have_count(2)
    await rooms.chip(him).drag_to(rooms.card("Зал 1"))
    await rooms.belongs(him, "Зал 1")
    await expect(rooms.pupil.by("room-banner")).to_contain_text("Ваш зал — «Зал 1»", timeout=SOON)
    await rooms.chip(other).focus()
    for room in ("Зал 1", "Зал 2"):
        await teacher.page.keyboard.press("Shift+ArrowRight")
        await rooms.belongs(other, room)
        await expect(rooms.chip(other)).to_be_focused()
    await rooms.chip(other).click()
    await teacher.by("rooms-move-to").select_option(label="Оставить без зала")
    await teacher.by("rooms-move").click()
    await rooms.belongs(other, "")
    await rooms.chip(other).click()
    await rooms.card("Зал 2").get_by_test_id("room-move-here").click()
    await rooms.belongs(other, "Зал 2")
    await expect(teacher.by("rooms-said")).to_contain_text(name_of(NEIGHBOUR))


async def test_rooms_are_named_added_removed_and_kept_as_groups(rooms: Rooms) -> None:
    teacher = rooms.teacher
    await rooms.menu("Зал 1", "rename")
    await teacher.by("room-name").fill("Плакат")
    await teacher.by("room-name").press("Enter")
    await expect(rooms.card("Плакат")).to_contain_text("Плакат", timeout=SOON)
    await expect(rooms.pupil.by("room-banner")).to_contain_text("«Плакат»", timeout=SOON)
    await teacher.by("rooms-add").click()
    await expect(teacher.by("room-card")).to_have_count(3, timeout=SOON)
    await rooms.menu("Зал 3", "remove")
    await expect(teacher.by("room-card")).to_have_count(2, timeout=SOON)
    await teacher.by("rooms-keep").click()
    await teacher.by("keep-name").fill("По двое")
    await teacher.by("keep-save").click()
    await expect(teacher.by("rooms-said")).to_contain_text("Группы «По двое» сохранены", timeout=SOON)


async def test_open_rooms_are_apart_and_know_their_time(rooms: Rooms) -> None:
    await rooms.teacher.by("rooms-minutes").fill("30")
    await rooms.teacher.by("rooms-open-all").click()
    await is_in(rooms.pupil, "Плакат")
    await is_in(rooms.neighbour, "Зал 2")
    for page in (rooms.pupil, rooms.neighbour, rooms.teacher):
        await expect(page.by("tile")).to_have_count(1, timeout=SOON)
        await page.hears_nothing()
    await expect(rooms.pupil.by("room-left")).to_contain_text("осталось", timeout=SOON)
    await expect(rooms.card("Плакат")).to_contain_text("1 из 1 на месте", timeout=SOON)
    await rooms.teacher.by("rooms-change-time").click()
    await rooms.teacher.page.get_by_role("button", name="Убрать время").click()
    await expect(rooms.pupil.by("room-left")).to_have_count(0, timeout=SOON)
    await rooms.teacher.by("rooms-change-time").click()
    await rooms.teacher.by("rooms-new-minutes").fill("20")
    await rooms.teacher.by("rooms-new-minutes").press("Enter")
    await expect(rooms.pupil.by("room-left")).to_be_visible(timeout=SOON)


async def test_a_text_reaches_all_rooms_or_one(rooms: Rooms) -> None:
    teacher = rooms.teacher
    await teacher.by("rooms-tell-all").click()
    await teacher.by("tell-text").fill("Осталось немного")
    await teacher.by("tell-send").click()
    for page in (rooms.pupil, rooms.neighbour):
        await expect(page.by("told")).to_contain_text("Осталось немного", timeout=SOON)
        await page.by("told").get_by_role("button").click()
        await expect(page.by("told")).to_be_empty()
    await rooms.menu("Зал 2", "tell")
    await teacher.by("tell-text").fill("Только вам")
    await teacher.by("tell-send").click()
    await expect(rooms.neighbour.by("told")).to_contain_text("Только вам", timeout=SOON)
    await rooms.neighbour.by("told").get_by_role("button").click()
    await expect(rooms.pupil.by("told")).to_be_empty()


async def test_the_teachers_voice_reaches_all_rooms_until_it_ends(rooms: Rooms) -> None:
    await rooms.teacher.by("rooms-speak-all").click()
    await expect(rooms.teacher.by("on-air")).to_contain_text("во всех залах", timeout=SOON)
    for page in (rooms.pupil, rooms.neighbour):
        await page.hears()
    await rooms.teacher.by("on-air-stop").click()
    await expect(rooms.teacher.by("on-air")).to_have_count(0, timeout=SOON)
    for page in (rooms.pupil, rooms.neighbour):
        await page.hears_nothing()


async def test_a_room_calls_the_teacher_who_comes_and_goes(rooms: Rooms) -> None:
    teacher, pupil = rooms.teacher, rooms.pupil
    await pupil.by("call-teacher").click()
    await expect(pupil.by("room-banner")).to_contain_text("Учитель позван", timeout=SOON)
    queue = teacher.by("rooms-queue")
    await expect(queue).to_contain_text("Плакат", timeout=SOON)
    await queue.get_by_test_id("room-enter").click()
    await pupil.hears()
    await expect(pupil.tile(rooms.her)).to_be_visible(timeout=SOON)
    await expect(queue).to_have_count(0, timeout=SOON)
    await teacher.page.keyboard.press("Escape")
    await teacher.sees(rooms.him)
    await is_in(teacher, "Плакат")
    await teacher.by("room-go-back").click()
    await is_in(teacher, "")
    await expect(pupil.tile(rooms.her)).to_have_count(0, timeout=SOON)
    await teacher.by("rooms-button").click()


async def test_one_is_moved_and_one_room_is_closed_while_others_go_on(rooms: Rooms) -> None:
    await rooms.chip(rooms.other).drag_to(rooms.card("Плакат"))
    await is_in(rooms.neighbour, "Плакат")
    await rooms.neighbour.sees(rooms.him)
    await rooms.chip(rooms.other).drag_to(rooms.card("Зал 2"))
    await is_in(rooms.neighbour, "Зал 2")
    await rooms.menu("Зал 2", "close")
    await is_in(rooms.neighbour, "")
    await rooms.neighbour.hears()
    await is_in(rooms.pupil, "Плакат")
    await rooms.menu("Зал 2", "open")
    await is_in(rooms.neighbour, "Зал 2")


async def test_the_wall_shows_every_room_and_is_listened_to_and_spoken_into(rooms: Rooms) -> None:
    teacher = rooms.teacher
    await teacher.by("rooms-wall").click()
    first, second = teacher.by("wall-tile").nth(0), teacher.by("wall-tile").nth(1)
    await expect(second).to_be_visible()
    await teacher.moves('[data-testid="wall-tile"][data-room="1"] video', "picture of the first room")
    await first.get_by_test_id("wall-listen").click()
    await teacher.hears()
    await expect(rooms.pupil.by("tile")).to_have_count(1)
    await first.get_by_test_id("wall-listen").click()
    await teacher.hears_nothing()
    await second.get_by_test_id("room-speak").click()
    await rooms.neighbour.hears()
    await rooms.pupil.hears_nothing()
    await second.get_by_test_id("room-speak").click()
    await rooms.neighbour.hears_nothing()
    await second.get_by_test_id("wall-enter").click()
    await is_in(teacher, "Зал 2")
    await rooms.neighbour.hears()
    await teacher.by("room-go-back").click()
    await is_in(teacher, "")
    await teacher.by("rooms-button").click()


async def test_a_recall_warns_can_be_taken_back_and_brings_everybody(rooms: Rooms) -> None:
    teacher = rooms.teacher
    await teacher.by("rooms-recall").click()
    await teacher.by("rooms-recall-60").click()
    await expect(rooms.pupil.by("room-banner")).to_contain_text("Возвращение в общий звонок через", timeout=SOON)
    await teacher.by("rooms-recall-cancel").click()
    await expect(rooms.pupil.by("room-banner")).to_have_attribute("data-closing", "false", timeout=SOON)
    await teacher.by("rooms-recall").click()
    await teacher.by("rooms-recall-0").click()
    for page in (rooms.pupil, rooms.neighbour):
        await is_in(page, "")
        await expect(page.by("tile")).to_have_count(3, timeout=SOON)
        await page.hears()


async def test_the_lot_is_shown_and_repeats_and_kept_groups_come_back(rooms: Rooms) -> None:
    teacher = rooms.teacher
    await teacher.by("rooms-again").click()
    await teacher.by("rooms-way-random").check()
    await teacher.by("rooms-seed").fill("4821")
    await teacher.by("rooms-lay").click()
    await expect(teacher.by("rooms-summary")).to_contain_text("4821", timeout=SOON)
    for room in ("Зал 1", "Зал 2"):
        await expect(rooms.card(room).get_by_test_id("rooms-chip")).to_have_count(1, timeout=SOON)
    await rooms.lays("kept")
    await expect(rooms.card("Плакат")).to_contain_text("Плакат", timeout=SOON)
    await rooms.belongs(rooms.him, "Плакат")
    await rooms.belongs(rooms.other, "Зал 2")


async def test_pupils_choose_their_rooms_themselves(rooms: Rooms) -> None:
    pupil = rooms.pupil
    await rooms.lays("self", 2)
    await pupil.by("choose-room").click(timeout=SOON)
    await pupil.page.get_by_role("button", name="Выбрать зал «Зал 2»").click()
    await rooms.belongs(rooms.him, "Зал 2")
    await rooms.teacher.by("rooms-open-all").click()
    await is_in(pupil, "Зал 2")
    # Who has not chosen yet does it now, and is there.
    await rooms.neighbour.by("choose-room").click(timeout=SOON)
    await rooms.neighbour.page.get_by_role("button", name="Выбрать зал «Зал 2»").click()
    await is_in(rooms.neighbour, "Зал 2")
    await rooms.neighbour.sees(rooms.him)
    await rooms.teacher.by("rooms-recall").click()
    await rooms.teacher.by("rooms-recall-0").click()
    await is_in(pupil, "")
