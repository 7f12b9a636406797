"""«Участники», «Доступы участников» and the lobby: what the teacher does there, seen and heard at the others' pages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.support.call_page import CallPage
from tests.support.classroom import NEIGHBOUR, PARENT, PUPIL, SOON, TEACHER, Classroom, classroom, name_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Lesson:
    """A teacher who looks at the list of people and sends nothing, and a pupil with camera and microphone on."""

    room: Classroom
    teacher: CallPage
    pupil: CallPage
    him: str

    @property
    def panel(self) -> Locator:
        found: Locator = self.teacher.by("participants-panel")
        return found

    def row(self, identity: str) -> Locator:
        return self.panel.locator(f'[data-testid="person"][data-identity="{identity}"]')

    async def act(self, what: str) -> None:
        """What can be done about the pupil."""
        await self.row(self.him).get_by_test_id("person-menu").click()
        await self.row(self.him).get_by_test_id(f"act-{what}").click()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lesson(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lesson]:
    async with classroom(tmp_path_factory.mktemp("people")) as room:
        teacher = await room.enters(TEACHER, camera=False, microphone=False)
        pupil = await room.enters(PUPIL)
        await teacher.by("bar-participants").click()
        yield Lesson(room, teacher, pupil, await pupil.identity())


async def test_who_comes_late_waits_in_the_lobby(lesson: Lesson) -> None:
    teacher, room = lesson.teacher, lesson.room
    await teacher.switch("lobby-switch")
    await expect(teacher.by("lobby-switch")).to_be_checked(timeout=SOON)
    neighbour = await room.comes(NEIGHBOUR, camera=False, microphone=False)
    await neighbour.by("join-button").click()
    await expect(neighbour.by("lobby-screen")).to_be_visible(timeout=SOON)
    await teacher.by("refuse").click(timeout=SOON)
    await expect(neighbour.by("enter-again")).to_have_attribute("data-why", "refused", timeout=SOON)
    await neighbour.by("enter-again").click()
    parent = await room.comes(PARENT, camera=False, microphone=False)
    await parent.by("join-button").click()
    await expect(teacher.by("lobby-list").get_by_role("listitem")).to_have_count(2, timeout=SOON)
    await expect(teacher.by("badge-participants")).to_have_attribute("data-badge", "2")
    await teacher.by("admit-all").click()
    for page in (neighbour, parent):
        await expect(page.by("bar-leave")).to_be_visible(timeout=SOON)
        await expect(page.by("tile")).to_have_count(4, timeout=SOON)
    for page in (neighbour, parent):
        await room.closes(page)
    await teacher.switch("lobby-switch")
    await expect(teacher.by("lobby-switch")).not_to_be_checked(timeout=SOON)


async def test_people_are_found_by_name_and_those_who_are_missing_are_listed(lesson: Lesson) -> None:
    people = lesson.panel.get_by_test_id("person")
    await expect(lesson.panel.get_by_test_id("absent")).to_contain_text(name_of(NEIGHBOUR), timeout=SOON)
    await lesson.teacher.by("people-search").fill("петров бор")
    await expect(people).to_have_count(1)
    await expect(people).to_contain_text(name_of(PUPIL))
    await lesson.teacher.by("people-search").fill("кто-то")
    await expect(people).to_have_count(0)
    await expect(lesson.panel).to_contain_text("Никого не нашли")
    await lesson.teacher.by("people-search").fill("")
    await lesson.pupil.by("bar-hand").click()
    await expect(lesson.row(lesson.him).get_by_test_id("lower-hand")).to_be_visible(timeout=SOON)
    await lesson.teacher.by("filter-raised").click()
    await expect(people).to_have_count(1)
    await lesson.teacher.by("filter-not_raised").click()
    await expect(people).to_have_count(0)
    await lesson.teacher.by("lower-all").click()
    await expect(people).to_have_count(1, timeout=SOON)
    await expect(lesson.pupil.by("badge-hand")).to_have_count(0, timeout=SOON)
    await lesson.teacher.by("filter-all").click()


async def test_a_pupil_is_picked_by_chance(lesson: Lesson) -> None:
    await lesson.teacher.by("random-pupil").click()
    await expect(lesson.teacher.by("random-is")).to_contain_text(f"Отвечает: {name_of(PUPIL)}")


async def test_one_is_muted_and_asked_to_speak_and_all_are_muted(lesson: Lesson) -> None:
    teacher, pupil, him = lesson.teacher, lesson.pupil, lesson.him
    await teacher.hears()
    await lesson.act("mute")
    await expect(teacher.tile(him)).to_have_attribute("data-muted", "true", timeout=SOON)
    await expect(pupil.by("bar-microphone")).to_have_attribute("aria-pressed", "false", timeout=SOON)
    await teacher.hears_nothing()
    # Nobody's microphone is switched on by somebody else: it is asked for.
    for answer, muted in (("no", "true"), ("yes", "false")):
        await lesson.act("unmute")
        await expect(pupil.page.get_by_role("dialog")).to_contain_text(name_of(TEACHER), timeout=SOON)
        await pupil.by(f"unmute-{answer}").click()
        await expect(pupil.page.get_by_role("dialog")).to_have_count(0)
        await expect(teacher.tile(him)).to_have_attribute("data-muted", muted, timeout=SOON)
    await teacher.hears()
    await teacher.by("mute-all").click()
    await expect(teacher.tile(him)).to_have_attribute("data-muted", "true", timeout=SOON)
    await teacher.hears_nothing()


async def test_a_camera_is_stopped_and_a_camera_is_hidden_from_pupils(lesson: Lesson) -> None:
    teacher, pupil, him = lesson.teacher, lesson.pupil, lesson.him
    await teacher.sees(him)
    await lesson.act("camera")
    await expect(pupil.by("bar-camera")).to_have_attribute("aria-pressed", "false", timeout=SOON)
    await teacher.receives_no_picture()
    await pupil.by("bar-camera").click()
    await teacher.sees(him)
    parent = await lesson.room.enters(PARENT, camera=False, microphone=False)
    await parent.sees(him)
    await pupil.by("bar-participants").click()
    await pupil.switch("camera-hidden")
    await parent.receives_no_picture()
    await expect(parent.tile(him).locator(".tile__face")).to_be_visible(timeout=SOON)
    await teacher.sees(him)
    await expect(lesson.row(him).get_by_label("камеру видят только преподаватели")).to_be_visible(timeout=SOON)
    await pupil.switch("camera-hidden")
    await parent.sees(him)
    await pupil.by("bar-participants").click()
    await lesson.room.closes(parent)


async def test_rights_of_a_role_reach_its_people_at_once(lesson: Lesson) -> None:
    teacher, pupil, him = lesson.teacher, lesson.pupil, lesson.him
    await teacher.by("open-rights").click()
    await expect(teacher.by("student-screen")).not_to_be_checked()
    await teacher.switch("student-screen")
    await expect(pupil.by("note")).to_contain_text("можно демонстрировать экран", timeout=SOON)
    await pupil.by("bar-screen").click()
    await teacher.sees_screen()
    # What is taken away while it is used, stops.
    await teacher.switch("student-screen")
    await expect(teacher.by("screen-tile")).to_have_count(0, timeout=SOON)
    await expect(pupil.by("bar-screen")).to_have_attribute("aria-disabled", "true", timeout=SOON)

    await teacher.switch("student-camera")
    await expect(teacher.tile(him)).to_have_attribute("data-camera", "false", timeout=SOON)
    await expect(pupil.by("bar-camera")).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await teacher.switch("student-camera")
    await expect(pupil.by("bar-camera")).not_to_have_attribute("aria-disabled", "true", timeout=SOON)

    await teacher.switch("student-hand")
    await expect(pupil.by("bar-hand")).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await teacher.switch("student-hand")
    await pupil.by("bar-chat").click()
    await teacher.switch("student-chat")
    await expect(pupil.by("chat-panel")).to_contain_text("Читать можно, писать нельзя", timeout=SOON)
    await teacher.switch("student-chat")
    await expect(pupil.by("chat-field")).to_be_visible(timeout=SOON)
    await pupil.by("bar-chat").click()

    # Without the right to unmute only who was asked may.
    await teacher.switch("student-unmute")
    await expect(pupil.by("bar-microphone")).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await teacher.page.get_by_role("button", name="← К участникам").click()
    await lesson.act("unmute")
    await pupil.by("unmute-yes").click(timeout=SOON)
    await expect(teacher.tile(him)).to_have_attribute("data-muted", "false", timeout=SOON)
    await teacher.hears()
    await teacher.by("open-rights").click()
    await teacher.switch("student-unmute")
    await teacher.switch("student-microphone")
    await expect(pupil.by("bar-microphone")).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await teacher.hears_nothing()
    await teacher.switch("student-microphone")
    await teacher.by("keep-template").click()
    await expect(teacher.by("note")).to_contain_text("Сохранено", timeout=SOON)
    await teacher.page.get_by_role("button", name="← К участникам").click()


async def test_rights_of_one_person_and_back_to_those_of_the_role(lesson: Lesson) -> None:
    await lesson.act("rights")
    await lesson.teacher.switch("person-screen")
    await expect(lesson.pupil.by("bar-screen")).not_to_have_attribute("aria-disabled", "true", timeout=SOON)
    await lesson.teacher.by("rights-reset").click()
    await expect(lesson.pupil.by("bar-screen")).to_have_attribute("aria-disabled", "true", timeout=SOON)
    await lesson.teacher.page.get_by_role("button", name="← К участникам").click()


async def test_a_shown_screen_is_stopped(lesson: Lesson) -> None:
    await lesson.act("co-teacher")
    await expect(lesson.pupil.by("note")).to_contain_text("Теперь вы соведущий", timeout=SOON)
    await lesson.pupil.by("bar-screen").click()
    await lesson.teacher.sees_screen()
    await lesson.act("screen")
    await expect(lesson.teacher.by("screen-tile")).to_have_count(0, timeout=SOON)
    await expect(lesson.pupil.by("own-screen")).to_have_count(0, timeout=SOON)
    # A co-teacher has the administrator's tools, until they are taken back.
    await lesson.pupil.by("bar-participants").click()
    await expect(lesson.pupil.by("mute-all")).to_be_visible()
    await lesson.act("co-teacher")
    await expect(lesson.pupil.by("mute-all")).to_have_count(0, timeout=SOON)
    await expect(lesson.pupil.by("rooms-button")).to_have_count(0)
    await lesson.pupil.by("bar-participants").click()


async def test_who_is_removed_comes_back_through_the_lobby_only(lesson: Lesson) -> None:
    teacher, pupil = lesson.teacher, lesson.pupil
    await lesson.act("remove")
    await teacher.by("remove-yes").click()
    await expect(pupil.by("enter-again")).to_have_attribute("data-why", "removed", timeout=SOON)
    await expect(teacher.tile(lesson.him)).to_have_count(0, timeout=SOON)
    await pupil.by("enter-again").click()
    await expect(pupil.by("lobby-screen")).to_be_visible(timeout=SOON)
    await teacher.by("admit").click(timeout=SOON)
    await expect(pupil.by("bar-leave")).to_be_visible(timeout=SOON)
    await expect(teacher.tile(lesson.him)).to_have_count(1, timeout=SOON)


async def test_the_call_is_ended_from_the_list_of_people(lesson: Lesson) -> None:
    await lesson.teacher.by("end-call").click()
    await lesson.teacher.by("end-yes").click()
    for page in (lesson.teacher, lesson.pupil):
        await expect(page.by("enter-again")).to_have_attribute("data-why", "ended", timeout=SOON)
