"""The way in: tickets, sessions, what the page sees, the token, and who stays outside."""

from pathlib import Path

import pytest
from aiohttp import ClientResponse

from identity.core.sessions import SESSION_SECONDS
from identity.core.tickets import TICKET_SECONDS
from identity.http import SESSION_COOKIE
from journal_bridge.bridge import BridgeConfig
from journal_bridge.core.problems import KINDS
from tests.journal_bridge.world import ROSTER, Client, World, build, close, problem
from tests.support.databases import ON_BOTH
from tests.support.fake_calls import FakeCalls

pytestmark = ON_BOTH

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


async def ticket_path(world: World, person: str, call: str = "ext:lesson-1") -> str:
    ticket = await world.done("POST", f"/v1/calls/{call}/tickets", {"person": person})
    path: str = ticket["url"].removeprefix(str(world.client.make_url("")).rstrip("/"))
    assert path.startswith("/join/")
    return path


def read_all(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def visit(client: Client, call: str, cookies: dict[str, str]) -> ClientResponse:
    return await client.get(f"/api/calls/{call}", cookies=cookies)


async def test_a_ticket_becomes_a_session_and_leads_to_the_call(school: World) -> None:
    call = await school.plan()
    response = await school.ask("GET", await ticket_path(school, "s201"), key=None)
    assert (response.status, response.headers["Location"]) == (303, f"/call/{call['id']}")
    cookie = response.cookies[SESSION_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/" and not cookie["secure"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_cookie_is_secure_behind_https(database_url: str) -> None:
    world = await build(database_url, BridgeConfig(public_url="https://call.school.ru/"))
    await world.seed()
    await world.plan()
    ticket = await world.done("POST", "/v1/calls/ext:lesson-1/tickets", {"person": "s201"})
    assert ticket["url"].startswith("https://call.school.ru/join/")
    response = await world.ask("GET", ticket["url"].removeprefix("https://call.school.ru"), key=None)
    assert response.cookies[SESSION_COOKIE]["secure"]
    await close(world)


async def test_a_ticket_works_once(school: World) -> None:
    await school.plan()
    path = await ticket_path(school, "s201")
    assert (await school.ask("GET", path, key=None)).status == 303
    school.client.session.cookie_jar.clear()
    again = await school.ask("GET", path, key=None)
    assert (again.status, again.headers["Location"]) == (303, "/entry?problem=ticket_used")
    assert SESSION_COOKIE not in again.cookies


async def test_the_browser_that_used_a_ticket_may_reload_its_address(school: World) -> None:
    call = await school.plan()
    path = await ticket_path(school, "s201")
    cookies = {SESSION_COOKIE: (await school.ask("GET", path, key=None)).cookies[SESSION_COOKIE].value}
    again = await school.client.get(path, cookies=cookies, allow_redirects=False)
    assert again.headers["Location"] == f"/call/{call['id']}"
    other = await school.browser("s202")
    stolen = await school.client.get(path, cookies=other, allow_redirects=False)
    assert stolen.headers["Location"] == "/entry?problem=ticket_used"


async def test_an_old_or_invented_ticket_leads_to_help(school: World) -> None:
    await school.plan()
    path = await ticket_path(school, "s201")
    school.clock.now += TICKET_SECONDS
    late = await school.ask("GET", path, key=None)
    assert late.headers["Location"] == "/entry?problem=ticket_expired"
    for unknown in ("/join/abc", "/join/%00", "/join/%ED%A0%80"):
        response = await school.ask("GET", unknown, key=None)
        assert response.headers["Location"] == "/entry?problem=ticket_unknown"


async def test_looking_ahead_does_not_use_a_ticket_up(school: World) -> None:
    await school.plan()
    path = await ticket_path(school, "s201")
    assert (await school.ask("HEAD", path, key=None)).status == 405
    assert (await school.ask("GET", path, key=None, headers={"Sec-Purpose": "prefetch"})).status == 503
    assert (await school.ask("GET", path, key=None)).headers["Location"].startswith("/call/")


async def test_neither_tickets_nor_sessions_nor_keys_lie_open_in_the_database(school: World, tmp_path: Path) -> None:
    await school.plan()
    secret = (await ticket_path(school, "s201")).rpartition("/")[2]
    session = (await school.browser("s201"))[SESSION_COOKIE]
    await school.database.close()
    stored = read_all(tmp_path)
    for text in (secret, session, "sk_test_journal-one-key"):
        assert text.encode() not in stored


async def test_the_page_sees_the_call_and_its_person(school: World) -> None:
    call = await school.plan()
    cookies = await school.browser("s201")
    response = await visit(school.client, call["id"], cookies)
    shown = await response.json()
    assert shown == {
        "id": call["id"],
        "title": "Онлайн-урок №1, Алгебра",
        "status": "planned",
        "class_title": "7В",
        "subject_title": "Алгебра",
        "lesson_no": 1,
        "starts_at": "2026-01-26T12:00:00+03:00",
        "person": {"identity": shown["person"]["identity"], "name": "Смирнов Илья", "role": "student"},
        "administrator": False,
        "leave_url": None,
    }
    same = await school.client.get(
        f"/api/calls/{call['id']}", cookies=cookies, headers={"If-None-Match": response.headers["ETag"]}
    )
    assert same.status == 304


@pytest.mark.parametrize(
    ("person", "role", "administrator", "name"),
    [
        ("t15", "administrator", True, "Иванова Анна"),
        ("t16", "administrator", True, "Петров Пётр"),
        ("s201", "student", False, "Смирнов Илья"),
        ("p1", "parent", False, "Смирнова Ольга"),
    ],
)
async def test_rights_come_from_the_roster(
    school: World, person: str, role: str, administrator: bool, name: str
) -> None:
    await school.done("PUT", "/v1/enrollments/7v/physics", {"teachers": ["t16"], "students": ["s201"]})
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    response = await school.client.post(
        f"/api/calls/{call['id']}/enter", cookies=await school.browser(person), headers=SAME_ORIGIN, json={}
    )
    entered = await response.json()
    assert entered["token"] == "token-1"
    assert entered["call"]["status"] == "running"
    assert entered["call"]["administrator"] is administrator
    [(opened, admission)] = school.rooms.admitted
    assert (opened, admission.role, admission.name) == (call["id"], role, name)
    assert admission.identity == entered["call"]["person"]["identity"]


@pytest.mark.parametrize("person", ["s301", "p3", "t16"])
async def test_people_of_other_classes_stay_outside(school: World, person: str) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    refused = await school.refused("POST", "/v1/calls/ext:lesson-1/tickets", {"person": person})
    assert refused["code"] == "not_invited"
    await school.plan("other", **{"class": "8a", "teacher": "t16"})
    cookies = await school.browser(person, "ext:other")
    for response in (
        await visit(school.client, call["id"], cookies),
        await school.client.post(f"/api/calls/{call['id']}/enter", cookies=cookies, headers=SAME_ORIGIN, json={}),
    ):
        assert (await problem(response))["code"] == "not_invited"
    assert school.rooms.admitted == []


async def test_who_leaves_the_class_loses_the_way_in(school: World) -> None:
    call = await school.plan()
    cookies = await school.browser("p1")
    assert (await visit(school.client, call["id"], cookies)).status == 200
    await school.done("PUT", "/v1/people/p1", {**ROSTER["people/p1"], "children": []})
    assert (await problem(await visit(school.client, call["id"], cookies)))["code"] == "not_invited"


async def test_the_head_teacher_enters_every_call_of_the_class(school: World) -> None:
    await school.done("PUT", "/v1/classes/7v", {**ROSTER["classes/7v"], "head_teacher": "t16"})
    call = await school.plan()
    shown = await (await visit(school.client, call["id"], await school.browser("t16"))).json()
    assert shown["administrator"] is True


async def test_a_person_who_was_only_named_may_enter(school: World) -> None:
    await school.done("PUT", "/v1/enrollments/7v/algebra", {"teachers": ["t15"], "students": ["s777"]})
    call = await school.plan()
    shown = await (await visit(school.client, call["id"], await school.browser("s777"))).json()
    assert shown["person"]["name"] == "s777"


async def test_a_session_lasts_a_school_day(school: World) -> None:
    call = await school.plan()
    cookies = await school.browser("s201")
    school.clock.now += SESSION_SECONDS - 1
    assert (await visit(school.client, call["id"], cookies)).status == 200
    school.clock.now += 1
    assert (await problem(await visit(school.client, call["id"], cookies)))["code"] == "session_missing"


@pytest.mark.parametrize("cookies", [{}, {SESSION_COOKIE: "invented"}])
async def test_without_a_session_nothing_is_shown(school: World, cookies: dict[str, str]) -> None:
    call = await school.plan()
    assert (await problem(await visit(school.client, call["id"], cookies)))["code"] == "session_missing"


async def test_an_unknown_call_is_told_apart(school: World) -> None:
    await school.plan()
    response = await visit(school.client, "call_unknown", await school.browser("s201"))
    assert (await problem(response))["code"] == "call_unknown"


async def test_only_a_running_call_can_be_entered(school: World) -> None:
    call = await school.plan()
    cookies = await school.browser("s201")
    path = f"/api/calls/{call['id']}/enter"
    early = await problem(await school.client.post(path, cookies=cookies, headers=SAME_ORIGIN, json={}))
    assert (early["code"], early["call"]["status"]) == ("call_not_running", "planned")
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    assert (await school.client.post(path, cookies=cookies, headers=SAME_ORIGIN, json={})).status == 200
    await school.ask("DELETE", "/v1/calls/ext:lesson-1")
    late = await problem(await school.client.post(path, cookies=cookies, headers=SAME_ORIGIN, json={}))
    assert (late["code"], late["call"]["status"]) == ("call_not_running", "ended")
    assert (await (await visit(school.client, call["id"], cookies)).json())["status"] == "ended"


async def test_a_call_that_ends_while_somebody_enters_is_not_running(
    school: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    cookies = await school.browser("s201")

    async def open_and_lose(call: str, **_: object) -> None:
        await FakeCalls.end_call(school.rooms, call)

    monkeypatch.setattr(school.rooms, "open_call", open_and_lose)
    path = f"/api/calls/{call['id']}/enter"
    late = await problem(await school.client.post(path, cookies=cookies, headers=SAME_ORIGIN, json={}))
    assert (late["code"], late["call"]) == ("call_not_running", {"id": call["id"], "status": "ended"})
    assert school.rooms.admitted == []


async def test_a_lost_room_is_opened_for_who_enters(school: World) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    school.rooms.open.clear()
    response = await school.client.post(
        f"/api/calls/{call['id']}/enter", cookies=await school.browser("s201"), headers=SAME_ORIGIN, json={}
    )
    assert response.status == 200
    assert list(school.rooms.open) == [call["id"]]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, b"{}"),
        ({"Sec-Fetch-Site": "same-site"}, b"{}"),
        ({"Origin": "https://evil.example"}, b"{}"),
        ({}, b"{}"),
        ({"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}, b"{}"),
    ],
)
async def test_a_foreign_page_cannot_enter_for_its_visitor(school: World, headers: dict[str, str], body: bytes) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    response = await school.client.post(
        f"/api/calls/{call['id']}/enter",
        cookies=await school.browser("s201"),
        data=body,
        headers={"Content-Type": "application/json", **headers},
    )
    assert (await problem(response))["code"] == "origin_foreign"
    assert school.rooms.admitted == []


async def test_an_older_browser_proves_its_page_by_origin(school: World) -> None:
    call = await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    origin = str(school.client.make_url("")).rstrip("/")
    response = await school.client.post(
        f"/api/calls/{call['id']}/enter", cookies=await school.browser("s201"), json={}, headers={"Origin": origin}
    )
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"


async def test_a_ticket_for_nobody_or_for_an_ended_call_is_refused(school: World) -> None:
    await school.plan()
    assert (await school.refused("POST", "/v1/calls/ext:lesson-1/tickets", {"person": "x"}))["code"] == "person_unknown"
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    await school.done("POST", "/v1/calls/ext:lesson-1/end")
    assert (await school.refused("POST", "/v1/calls/ext:lesson-1/tickets", {"person": "s201"}))["code"] == "call_ended"
    assert KINDS["call_ended"].status == 409


async def test_who_leads_a_planned_call_gets_a_token_that_arranges_it(school: World) -> None:
    call = await school.plan()
    path = f"/api/calls/{call['id']}/prepare"
    for person, status in (("t15", 200), ("s201", 403)):
        response = await school.client.post(path, cookies=await school.browser(person), json={}, headers=SAME_ORIGIN)
        assert response.status == status
    assert (await problem(response))["code"] == "not_leading"
    assert [admission.role for _, admission in school.rooms.admitted] == ["administrator"]
    assert not school.rooms.live(call["id"]).call.running  # type: ignore[union-attr]
