"""A browser that is moved between rooms, and a camera that comes and goes in front of one."""

from pathlib import Path

import pytest
from livekit import api
from playwright.async_api import expect

from tests.support.browsers import Name, browsers
from tests.support.call_page import WAIT, CallPage, eventually
from tests.support.lesson import running_lesson
from tests.support.sdk import Member, members
from tests.support.server_process import KEY, SECRET, running_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sdk,
    pytest.mark.timeout(240),
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

MOVES = 3  # there and back


async def people_of(rooms: api.LiveKitAPI, count: int) -> tuple[str, list[str]]:
    """The lesson's room and who is in it, once they are `count`: a page shows its bar while it still connects."""

    async def look() -> tuple[str, list[str]] | None:
        for room in (await rooms.room.list_rooms(api.ListRoomsRequest())).rooms:
            found = (await rooms.room.list_participants(api.ListParticipantsRequest(room=room.name))).participants
            if len(found) == count:
                return room.name, [who.identity for who in found]
        return None

    name, people = await eventually(look, f"{count} participants in the room")
    return name, people


async def sees_only(page: CallPage, identity: str, gone: str) -> None:
    await expect(page.tile(gone)).to_have_count(0, timeout=WAIT * 1000)
    await page.sees(identity)


@pytest.mark.parametrize("kind", ["chromium", "firefox"])
async def test_a_pupil_moved_to_a_group_and_back_meets_the_others_each_time(tmp_path: Path, kind: Name) -> None:
    async with (
        running_server(tmp_path) as server,
        running_lesson(server) as lesson,
        browsers(kind) as (browser,),
        api.LiveKitAPI(server.url, KEY, SECRET) as rooms,
    ):
        pupil = await CallPage.open(browser)
        await pupil.page.goto(await lesson.ticket("s1"))
        await pupil.join()
        main, (identity,) = await people_of(rooms, 1)
        async with members(server, main, "boris") as (boris,), members(server, "group", "vera") as (vera,):
            await boris.publish()
            await vera.publish()
            await pupil.sees("boris")
            for source, target, left, met in [(main, "group", boris, vera), ("group", main, vera, boris)] * MOVES:
                await rooms.room.move_participant(
                    api.MoveParticipantRequest(room=source, identity=identity, destination_room=target)
                )
                await sees_only(pupil, met.identity, left.identity)
                await pupil.hears()
                assert len(await met.frames(identity, 5)) == 5
                await left.until(lambda left=left: identity not in left.room.remote_participants)
        assert pupil.errors == []


async def test_a_camera_that_comes_and_goes_is_seen_in_a_browser_every_time(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path) as server,
        running_lesson(server) as lesson,
        browsers("chromium", "firefox") as opened,
        api.LiveKitAPI(server.url, KEY, SECRET) as rooms,
    ):
        pages = [await CallPage.open(browser) for browser in opened]
        for page, person in zip(pages, ("s1", "s2"), strict=True):
            await page.page.goto(await lesson.ticket(person))
            await page.join()
        room, _ = await people_of(rooms, 2)
        anna = Member("anna")
        await anna.connect(server, room)
        try:
            for _ in range(6):
                sid = await anna.publish_camera()
                for page in pages:
                    await page.sees("anna")
                await anna.room.local_participant.unpublish_track(sid)
                for page in pages:
                    await expect(page.tile("anna")).to_have_attribute("data-camera", "false", timeout=WAIT * 1000)
        finally:
            await anna.close()
        assert [page.errors for page in pages] == [[], []]
