"""The reference journal without a browser: what it says when something is missing, and whose pages are whose."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.app import application, templates
from journal_bridge.reference_journal.client import ApiError, Zvonok
from journal_bridge.reference_journal.desk import Desk
from journal_bridge.reference_journal.seeding import bodies, seed
from tests.journal_bridge.world import KEY, World

MONDAY = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def zvonok(world: World, session: aiohttp.ClientSession, key: str = KEY) -> Zvonok:
    return Zvonok(str(world.client.make_url("/")), key, session)


@pytest.fixture
async def journal(world: World, session: aiohttp.ClientSession) -> AsyncIterator[Client]:
    desk = Desk(zvonok(world, session), templates(), lambda: MONDAY)
    await seed(desk.zvonok)
    desk.ready = True
    client: Client = TestClient(TestServer(application(desk)))
    await client.start_server()
    yield client
    await client.close()


async def plan(journal: Client, person: str, lesson: str, *, start: bool) -> None:
    base = f"/as/{person}/lessons/{lesson}/services"
    found = school.lesson(lesson)
    assert found is not None
    form = {"starts_at": found.starts_at.strftime("%Y-%m-%dT%H:%M")}
    assert (await journal.post(f"{base}/new", data=form)).status == 200
    if start:
        assert (await journal.post(f"{base}/start")).status == 200


async def test_describing_the_school_again_changes_nothing(world: World, session: aiohttp.ClientSession) -> None:
    await seed(zvonok(world, session))
    for path in ("schools/school-26", "people/s201", "people/p101", "classes/7v", "enrollments/7v/algebra"):
        assert (await zvonok(world, session).put(path, bodies()[path]))["changed"] is False


async def test_a_refused_key_is_told(world: World, session: aiohttp.ClientSession) -> None:
    with pytest.raises(ApiError, match="key_unknown"):
        await seed(zvonok(world, session, "sk_test_another-long-key"))


async def test_pages_wait_for_zvonok(session: aiohttp.ClientSession) -> None:
    desk = Desk(Zvonok("http://127.0.0.1:1", KEY, session), templates(), lambda: MONDAY)
    async with TestClient(TestServer(application(desk))) as client:
        waiting = await client.get("/")
        assert (waiting.status, waiting.headers["Refresh"]) == (503, "2")
        assert "Ждём сервер звонков" in await waiting.text()
        assert (await client.get("/static/journal.css")).status == 200
        desk.ready = True
        assert (await client.get("/")).status == 200
        assert (await client.get("/as/s201/diary")).status == 503


@pytest.mark.parametrize(
    "path",
    [
        "/as/nobody/diary",
        "/as/t15/diary",
        "/as/s201/journals",
        "/as/s201/children",
        "/as/t16/journals/7v/algebra",
        "/as/t16/lessons/7v-algebra-2026-01-26-1",
        "/as/t15/lessons/7v-algebra-2026-01-26-2",
        "/as/t15/lessons/7v-algebra-2026-13-26-1",
        "/as/s201/diary?week=yesterday",
        "/as/s201/diary?week=0001-01-01",
        "/as/s201/enter/nothing",
    ],
)
async def test_a_page_of_somebody_else_is_not_there(journal: Client, path: str) -> None:
    response = await journal.get(path)
    assert response.status == 404
    assert "Такой страницы нет" in await response.text()


@pytest.mark.parametrize(("shortcut", "heading"), [("teacher", "Журналы"), ("pupil", "Дневник"), ("parent", "Занятия")])
async def test_shortcuts_lead_to_a_persons_page(journal: Client, shortcut: str, heading: str) -> None:
    response = await journal.get(f"/{shortcut}")
    assert heading in await response.text()
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_what_a_teacher_writes_stays_text(journal: Client) -> None:
    lesson = "7v-algebra-2026-01-26-1"
    base = f"/as/t15/lessons/{lesson}/services"
    await journal.post(f"{base}/new", data={"title": "<script>alert(1)</script>", "starts_at": "2026-01-26T08:30"})
    for path in (base, f"{base}/edit", f"{base}/delete", "/as/s201/diary", "/as/p101/children"):
        text = await (await journal.get(path)).text()
        assert "<script>alert" not in text
        assert "alert(1)" in text


async def test_a_stranger_is_told_in_words(journal: Client) -> None:
    await plan(journal, "t15", "7v-algebra-2026-01-26-1", start=True)
    refused = await journal.get("/as/s301/enter/7v-algebra-2026-01-26-1", allow_redirects=False)
    assert refused.status == 409
    assert "Вас нет среди участников" in await refused.text()
    welcome = await journal.get("/as/s201/enter/7v-algebra-2026-01-26-1", allow_redirects=False)
    assert (welcome.status, "/join/" in welcome.headers["Location"]) == (303, True)


async def test_a_parent_sees_what_runs_whenever_it_was_planned(journal: Client) -> None:
    await plan(journal, "t15", "8a-algebra-2026-02-06-4", start=False)
    assert "Войти" not in await (await journal.get("/as/p101/children/lines")).text()
    await journal.post("/as/t15/lessons/8a-algebra-2026-02-06-4/services/start")
    assert "/as/p101/enter/8a-algebra-2026-02-06-4" in await (await journal.get("/as/p101/children/lines")).text()


async def test_an_unchanged_part_of_a_page_is_not_sent_again(journal: Client) -> None:
    first = await journal.get("/as/s201/diary/lines")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await journal.get("/as/s201/diary/lines", headers=tag)).status == 304
    await plan(journal, "t15", "7v-algebra-2026-01-26-1", start=False)
    answers = await asyncio.gather(*(journal.get("/as/s201/diary/lines", headers=tag) for _ in range(3)))
    assert [answer.status for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("today", "monday"),
    [
        (date(2026, 1, 26), date(2026, 1, 26)),
        (date(2026, 1, 30), date(2026, 1, 26)),
        (date(2026, 1, 31), date(2026, 2, 2)),
        (date(2026, 2, 1), date(2026, 2, 2)),
    ],
)
def test_at_the_weekend_people_look_ahead(today: date, monday: date) -> None:
    assert school.current_week(today) == monday


def test_a_lesson_is_found_by_its_id() -> None:
    for class_ in school.CLASSES:
        for subject in school.SUBJECTS:
            for lesson in school.lessons(class_, subject, date(2026, 1, 26), date(2026, 2, 8)):
                assert school.lesson(lesson.id) == lesson


def test_everything_a_page_loads_is_its_own() -> None:
    folder = Path(school.__file__).parent
    for path in (*folder.glob("templates/*.html"), *folder.glob("static/*")):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path
