"""The reference journal without a browser: what it says when something is missing, and whose pages are whose."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from standardwebhooks import Webhook

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.accounts import COOKIE, PASSWORD
from journal_bridge.reference_journal.app import application, templates
from journal_bridge.reference_journal.client import ApiError, Zvonok
from journal_bridge.reference_journal.desk import Desk
from journal_bridge.reference_journal.hooks import Ear, Forged
from journal_bridge.reference_journal.seeding import bodies, seed
from tests.journal_bridge.owner import Owner, link_code
from tests.journal_bridge.world import KEY, World

OWN = "http://journal.example"
MONDAY = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


def zvonok(world: World, session: aiohttp.ClientSession, key: str = KEY) -> Zvonok:
    return Zvonok(str(world.client.make_url("/")), key, session)


@pytest.fixture
async def desk(world: World, session: aiohttp.ClientSession) -> Desk:
    made = Desk(zvonok(world, session), templates(), lambda: MONDAY, OWN)
    await seed(made.zvonok, OWN)
    made.ready = True
    return made


@pytest.fixture
async def journal(desk: Desk) -> AsyncIterator[Client]:
    client: Client = TestClient(TestServer(application(desk)))
    await client.start_server()
    yield client
    await client.close()


async def sign_in(journal: Client, person: str) -> None:
    """From now on the client is this person's browser."""
    journal.session.cookie_jar.clear()
    entered = await journal.post("/sign-in", data={"login": person, "password": PASSWORD}, allow_redirects=False)
    assert entered.status == 303


async def plan(journal: Client, person: str, lesson: str, *, start: bool) -> None:
    await sign_in(journal, person)
    base = f"/lessons/{lesson}/services"
    found = school.lesson(lesson)
    assert found is not None
    form = {"starts_at": found.starts_at.strftime("%Y-%m-%dT%H:%M")}
    assert (await journal.post(f"{base}/new", data=form)).status == 200
    if start:
        assert (await journal.post(f"{base}/start")).status == 200


async def test_describing_the_school_again_changes_nothing(world: World, session: aiohttp.ClientSession) -> None:
    await seed(zvonok(world, session), OWN)
    for path in ("schools/school-26", "people/s201", "people/p101", "classes/7v", "enrollments/7v/algebra"):
        assert (await zvonok(world, session).put(path, bodies(OWN)[path]))["changed"] is False


async def test_a_refused_key_is_told(world: World, session: aiohttp.ClientSession) -> None:
    with pytest.raises(ApiError, match="key_unknown"):
        await seed(zvonok(world, session, "sk_test_another-long-key"), OWN)


async def test_pages_wait_for_zvonok(session: aiohttp.ClientSession) -> None:
    desk = Desk(Zvonok("http://127.0.0.1:1", KEY, session), templates(), lambda: MONDAY)
    async with TestClient(TestServer(application(desk))) as client:
        waiting = await client.get("/")
        assert (waiting.status, waiting.headers["Refresh"]) == (503, "2")
        assert "Ждём сервер звонков" in await waiting.text()
        assert (await client.get("/static/journal.css")).status == 200
        desk.ready = True
        assert (await client.get("/")).status == 200
        assert (await client.get("/pupil")).status == 503


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("t15", "/diary"),
        ("s201", "/journals"),
        ("s201", "/children"),
        ("t16", "/journals/7v/algebra"),
        ("t16", "/lessons/7v-algebra-2026-01-26-1"),
        ("t15", "/lessons/7v-algebra-2026-01-26-2"),
        ("t15", "/lessons/7v-algebra-2026-13-26-1"),
        ("s201", "/diary?week=yesterday"),
        ("s201", "/diary?week=0001-01-01"),
        ("s201", "/enter/nothing"),
    ],
)
async def test_a_page_of_somebody_else_is_not_there(journal: Client, person: str, path: str) -> None:
    await sign_in(journal, person)
    response = await journal.get(path)
    assert response.status == 404
    assert "Такой страницы нет" in await response.text()


async def test_a_page_asks_to_sign_in_and_comes_back(journal: Client) -> None:
    sent = await journal.get("/diary?week=2026-02-02", allow_redirects=False)
    assert (sent.status, sent.headers["Location"]) == (303, "/sign-in?next=/diary?week%3D2026-02-02")
    asked = {"login": "s201", "password": PASSWORD, "next": "/diary?week=2026-02-02"}
    entered = await journal.post("/sign-in", data=asked, allow_redirects=False)
    assert (entered.status, entered.headers["Location"]) == (303, "/diary?week=2026-02-02")
    assert entered.cookies[COOKIE]["httponly"] and entered.cookies[COOKIE]["samesite"] == "Lax"
    assert (await journal.get("/diary")).status == 200
    await journal.post("/sign-out")
    assert (await journal.get("/diary", allow_redirects=False)).status == 303


@pytest.mark.parametrize("login", ["s201", "nobody", ""])
async def test_a_wrong_password_is_told_in_words(journal: Client, login: str) -> None:
    refused = await journal.post("/sign-in", data={"login": login, "password": "guess"})
    assert refused.status == 422
    assert "Логин или пароль не подошли" in await refused.text()
    assert COOKIE not in refused.cookies


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
async def test_signing_in_never_leads_elsewhere(journal: Client, elsewhere: str) -> None:
    asked = {"login": "s201", "password": PASSWORD, "next": elsewhere}
    entered = await journal.post("/sign-in", data=asked, allow_redirects=False)
    assert entered.headers["Location"] == "/diary"


@pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_sites_form_does_nothing(journal: Client, header: dict[str, str]) -> None:
    await sign_in(journal, "t15")
    base = "/lessons/7v-algebra-2026-01-26-1/services"
    refused = await journal.post(f"{base}/new", data={"starts_at": "2026-01-26T08:30"}, headers=header)
    assert refused.status == 403
    assert "ещё не запланирован" in await (await journal.get(base)).text()


@pytest.mark.parametrize(("shortcut", "heading"), [("teacher", "Журналы"), ("pupil", "Дневник"), ("parent", "Занятия")])
async def test_shortcuts_lead_to_a_persons_page(journal: Client, shortcut: str, heading: str) -> None:
    response = await journal.get(f"/{shortcut}")
    assert heading in await response.text()
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


async def test_what_a_teacher_writes_stays_text(journal: Client) -> None:
    lesson = "7v-algebra-2026-01-26-1"
    base = f"/lessons/{lesson}/services"
    await sign_in(journal, "t15")
    await journal.post(f"{base}/new", data={"title": "<script>alert(1)</script>", "starts_at": "2026-01-26T08:30"})
    pages = {"t15": (base, f"{base}/edit", f"{base}/delete"), "s201": ("/diary",), "p101": ("/children",)}
    for person, path in ((person, path) for person, paths in pages.items() for path in paths):
        await sign_in(journal, person)
        text = await (await journal.get(path)).text()
        assert "<script>alert" not in text
        assert "alert(1)" in text


async def test_a_stranger_is_told_in_words(journal: Client) -> None:
    await plan(journal, "t15", "7v-algebra-2026-01-26-1", start=True)
    await sign_in(journal, "s301")
    refused = await journal.get("/enter/7v-algebra-2026-01-26-1", allow_redirects=False)
    assert refused.status == 409
    assert "Вас нет среди участников" in await refused.text()
    await sign_in(journal, "s201")
    welcome = await journal.get("/enter/7v-algebra-2026-01-26-1", allow_redirects=False)
    assert (welcome.status, "/join/" in welcome.headers["Location"]) == (303, True)


async def test_a_parent_sees_what_runs_whenever_it_was_planned(journal: Client) -> None:
    await plan(journal, "t15", "8a-algebra-2026-02-06-4", start=False)
    await sign_in(journal, "p101")
    assert "Войти" not in await (await journal.get("/children/lines")).text()
    await sign_in(journal, "t15")
    await journal.post("/lessons/8a-algebra-2026-02-06-4/services/start")
    await sign_in(journal, "p101")
    assert "/enter/8a-algebra-2026-02-06-4" in await (await journal.get("/children/lines")).text()


async def test_an_unchanged_part_of_a_page_is_not_sent_again(journal: Client) -> None:
    await sign_in(journal, "s201")
    first = await journal.get("/diary/lines")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await journal.get("/diary/lines", headers=tag)).status == 304
    await plan(journal, "t15", "7v-algebra-2026-01-26-1", start=False)
    await sign_in(journal, "s201")
    answers = await asyncio.gather(*(journal.get("/diary/lines", headers=tag) for _ in range(3)))
    assert [answer.status for answer in answers] == [200, 200, 200]


async def moved(response: ClientResponse) -> str:
    """Where the journal sends the browser, as a path on Zvonok."""
    await response.read()
    return urlsplit(response.headers["Refresh"].removeprefix("0; url=")).path


async def test_a_profile_is_linked_from_the_journal(journal: Client, world: World) -> None:
    await sign_in(journal, "s201")
    assert "Привязать учебный профиль" in await (await journal.get("/chats")).text()
    shown = await (await journal.post("/chats/link/code")).text()
    assert "<svg" in shown and re.search(r"[0-9A-Z]{3}-[0-9A-Z]{3}", shown)
    address = await moved(await journal.post("/chats/link"))
    code = address.removeprefix("/link/")
    pupil = Owner(world)
    await pupil.sign_up("s201", code)
    accepted = await pupil.done("POST", f"/api/link-sessions/{code}/accept")
    assert accepted["next"].endswith("/chats")
    assert "Учебный профиль привязан" in await (await journal.get("/chats")).text()
    assert (await moved(await journal.post("/chats/open"))).startswith("/enter/")
    assert "Учебный профиль уже привязан" in await (await journal.post("/chats/link")).text()


async def test_a_diary_is_connected_from_zvonoks_page(journal: Client, world: World) -> None:
    teacher = Owner(world)
    await teacher.sign_up("t15", await link_code(world, "t16"))
    card = (await teacher.done("GET", "/api/journals"))["data"][0]["journals"][0]
    code = (await teacher.done("POST", "/api/link-codes", {"journal": card["id"]}))["code"]
    await sign_in(journal, "t15")
    asked = await (await journal.get("/connect", params={"code": code})).text()
    assert "Анна И." in asked and "Иванова Анна Сергеевна" in asked
    confirmed = await journal.post("/connect", data={"code": code})
    assert await moved(confirmed) == "/link/back"
    query = urlsplit(confirmed.headers["Refresh"].removeprefix("0; url=")).query
    back = await teacher.ask("GET", f"/link/back?{query}")
    assert back.headers["Location"] == "/linked?role=teacher"


@pytest.mark.parametrize("code", ["", "nothing", "../calls", "4F7-K2M", "4F7 K2M/confirm"])
async def test_a_wrong_code_is_told_in_words(journal: Client, code: str) -> None:
    await sign_in(journal, "t15")
    for response in (
        await journal.get("/connect", params={"code": code}),
        await journal.post("/connect", data={"code": code}),
    ):
        assert response.status == 409
        assert "Код не подошёл" in await response.text()


async def test_a_head_teacher_sees_who_has_linked(journal: Client, world: World) -> None:
    code = await link_code(world, "s201")
    pupil = Owner(world)
    await pupil.sign_up("s201", code)
    await pupil.done("POST", f"/api/link-sessions/{code}/accept")
    await sign_in(journal, "t15")
    page = await (await journal.get("/classes/7v/links")).text()
    assert re.search(r"Смирнов Илья</th>.*?привязан", page, re.DOTALL)
    assert re.search(r"Орлова Мария</th>.*?ещё нет", page, re.DOTALL)
    assert (await journal.get("/classes/8a/links")).status == 404


async def test_a_teacher_hands_out_an_invitation(journal: Client) -> None:
    await plan(journal, "t15", LESSON, start=False)
    made = await (await journal.post(f"/lessons/{LESSON}/services/invite")).text()
    assert "/i/" in made and "<svg" in made
    await sign_in(journal, "t16")
    assert (await journal.post(f"/lessons/{LESSON}/services/invite")).status == 404


LESSON = "7v-algebra-2026-01-26-1"


def delivery(ear_secret: str, event: dict[str, object], at: datetime) -> tuple[dict[str, str], bytes]:
    """Headers and body as the public package for Standard Webhooks signs them."""
    body = json.dumps(event)
    signature = Webhook(ear_secret).sign("evt_1", at, body)
    stamp = str(int(at.timestamp()))
    return {"webhook-id": "evt_1", "webhook-timestamp": stamp, "webhook-signature": signature}, body.encode()


async def test_a_lessons_attendance_is_shown(journal: Client, world: World) -> None:
    await plan(journal, "t15", LESSON, start=True)
    visited = f"/v1/sandbox/calls/ext:{LESSON}/visits"
    await world.done("POST", visited, {"person": "s201", "seconds": 2460})
    page = await (await journal.get(f"/lessons/{LESSON}/attendance")).text()
    assert re.search(r"Смирнов Илья.*?41 мин", page, re.DOTALL)
    assert re.search(r"Орлова Мария.*?не был", page, re.DOTALL)
    await sign_in(journal, "t16")
    assert (await journal.get(f"/lessons/{LESSON}/attendance")).status == 404


async def test_the_absent_are_marked_when_attendance_is_ready(journal: Client, desk: Desk, world: World) -> None:
    await plan(journal, "t15", LESSON, start=True)
    await world.done("POST", f"/v1/sandbox/calls/ext:{LESSON}/visits", {"person": "s201", "seconds": 60})
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()
    event = {"type": "attendance.ready", "data": {"call": {"ext_id": LESSON}}}
    headers, body = delivery(secret, event, MONDAY)
    assert (await journal.post("/hooks/zvonok", data=body, headers=headers)).status == 503
    desk.ear = Ear(secret)
    for _ in range(2):
        assert (await journal.post("/hooks/zvonok", data=body, headers=headers)).status == 204
    assert (LESSON, "s202") in desk.absences
    assert (LESSON, "s201") not in desk.absences
    grid = await (await journal.get("/journals/7v/algebra")).text()
    assert re.search(r'Орлова Мария</th>.*?data-mark="н"', grid, re.DOTALL)


@pytest.mark.parametrize("change", ["body", "secret", "late", "unsigned"])
def test_a_forged_event_is_refused(change: str) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()
    headers, body = delivery(secret, {"type": "attendance.ready"}, MONDAY)
    ear, now = Ear(secret), MONDAY.timestamp()
    assert ear.receive(headers, body, now) == {"type": "attendance.ready"}
    match change:
        case "body":
            body += b" "
        case "secret":
            ear = Ear("whsec_" + base64.b64encode(b"x" * 24).decode())
        case "late":
            now += 301
        case "unsigned":
            headers["webhook-signature"] = "v1, v2,AAAA v1,not-base64"
    with pytest.raises(Forged):
        ear.receive(headers, body, now)


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
