"""Launches by LTI 1.3: into the call, and everything that must not lead there."""

import asyncio
from typing import Any

import pytest
from aiohttp import web

from identity.core.limits import HOUR, Limit
from journal_bridge.lti import entrance
from journal_bridge.lti.entrance import LOGIN_SECONDS
from tests.journal_bridge.lti.conftest import Way
from tests.support.databases import ON_BOTH
from tests.support.lti_platform import CLAIM, FOREIGN_KEY, INSTITUTION, INSTRUCTOR, LEARNER, MEMBERSHIP, MENTOR
from tests.support.oidc_provider import unsigned

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@ON_BOTH
async def test_a_teacher_starts_the_call_by_coming_and_pupils_follow(way: Way) -> None:
    call = await way.enter()
    shown = await way.shown(call)
    assert (shown["title"], shown["status"], shown["administrator"]) == ("Урок по видеосвязи", "running", True)
    assert (shown["person"]["name"], shown["person"]["role"]) == ("Анна Иванова", "teacher")
    pupil = way.other()
    assert await pupil.enter(sub="user-2", name="Илья Смирнов", **{f"{CLAIM}roles": LEARNER}) == call
    shown = await pupil.shown(call)
    assert (shown["administrator"], shown["person"]["role"]) == (False, "student")
    entered = await pupil.ask("POST", f"/api/calls/{call}/enter", json={}, headers=SAME_ORIGIN)
    assert entered.status == 200
    [(opened, admission)] = way.world.rooms.admitted
    assert (opened, admission.role, admission.name) == (call, "student", "Илья Смирнов")


async def test_pupils_wait_for_the_teacher(way: Way) -> None:
    pupil = way.other()
    call = await pupil.enter(sub="user-2", **{f"{CLAIM}roles": LEARNER})
    assert (await pupil.shown(call))["status"] == "planned"
    assert await way.enter() == call
    assert (await pupil.shown(call))["status"] == "running"


@pytest.mark.parametrize(
    ("roles", "role", "administrator"),
    [
        (INSTRUCTOR, "teacher", True),
        ([f"{MEMBERSHIP}/Instructor#TeachingAssistant"], "teacher", True),
        ([f"{MEMBERSHIP}#Administrator"], "teacher", True),
        (["Instructor"], "teacher", True),
        (LEARNER, "student", False),
        (MENTOR, "parent", False),
        ([*MENTOR, *LEARNER], "student", False),
        ([f"{INSTITUTION}#Instructor", *LEARNER], "student", False),
        ([f"{INSTITUTION}#Administrator"], "student", False),
        (["http://evil.example/membership#Instructor"], "student", False),
        ([], "student", False),
        (None, "student", False),
        ([7, {}], "student", False),
    ],
)
async def test_only_the_role_in_this_course_counts(way: Way, roles: Any, role: str, administrator: bool) -> None:
    call = await way.enter(**{f"{CLAIM}roles": roles})
    shown = await way.shown(call)
    assert (shown["person"]["role"], shown["administrator"]) == (role, administrator)


@ON_BOTH
async def test_a_link_leads_to_one_call_after_the_other(way: Way) -> None:
    first = await way.enter()
    assert await way.enter() == first
    await way.world.bridge.meetings.end(first)
    assert await way.enter() != first


async def test_courses_links_and_deployments_have_calls_of_their_own(way: Way) -> None:
    first = await way.enter()
    second = await way.enter(**{f"{CLAIM}resource_link": {"id": "link-2"}})
    assert (await way.shown(second))["title"] == "Звонок"  # the link has no title
    third = await way.enter(**{f"{CLAIM}context": {"id": "course-8"}})
    assert len({first, second, third}) == 3


async def test_a_platforms_people_see_its_own_calls_only(way: Way) -> None:
    call = await way.enter()
    stranger = way.other()
    await stranger.enter(sub="user-9", **{f"{CLAIM}resource_link": {"id": "link-2"}, f"{CLAIM}roles": LEARNER})
    refused = await stranger.ask("GET", f"/api/calls/{call}")
    assert (refused.status, (await refused.json())["code"]) == (403, "not_invited")


async def test_somebody_without_a_name_is_a_participant(way: Way) -> None:
    call = await way.enter(name=None, sub=None, **{f"{CLAIM}roles": LEARNER})
    assert (await way.shown(call))["person"]["name"] == "Участник"


async def test_in_a_frame_the_call_opens_in_a_tab_of_its_own(way: Way) -> None:
    launched = await way.launch(**{f"{CLAIM}launch_presentation": {"document_target": "iframe"}})
    text = await launched.text()
    assert launched.status == 200 and "Открыть в новой вкладке" in text and 'target="_blank"' in text
    assert way.world.rooms.open == {}  # looking at the course starts nothing
    link = text.split('href="')[1].split('"')[0]
    opened = await way.other().ask("GET", link)
    assert opened.headers["Location"].startswith("/call/")
    assert len(way.world.rooms.open) == 1


async def test_browsers_say_themselves_that_they_show_a_frame(way: Way) -> None:
    framed = await way.post(await way.form(), **{"Sec-Fetch-Dest": "iframe"})
    assert framed.status == 200 and "/lti/open/" in await framed.text()


async def test_a_browser_that_keeps_its_cookie_begins_again_in_a_tab(way: Way) -> None:
    form = await way.form()
    blocked = way.other()
    page = await blocked.post(form)
    text = await page.text()
    assert page.status == 200 and "Открыть в новой вкладке" in text
    link = text.split('href="')[1].split('"')[0].replace("&amp;", "&")
    begun = await blocked.ask("GET", link)
    form = way.platform.authorise(begun.headers["Location"], **way.platform.resource(way.target))
    assert (await blocked.post(form)).headers["Location"].startswith("/lti/open/")


async def test_platforms_may_post_the_login(way: Way) -> None:
    begun = await way.login("POST")
    assert begun.status == 303 and begun.headers["Location"].startswith(f"{way.platform.origin}/authorize?")
    cookie = begun.headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/lti/launch"):
        assert part in cookie


async def test_one_address_begins_so_many_logins_an_hour(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "LOGINS_ADDRESS", (Limit("lti.login.address.hour", 2, HOUR),))
    assert [(await way.login(method)).status for method in ("GET", "POST", "GET")] == [303, 303, 429]
    refused = await way.login("POST")
    assert "Слишком много входов" in await refused.text() and "Set-Cookie" not in refused.headers


async def test_a_guessing_browser_uses_nothing_up(way: Way) -> None:
    launched = await way.launch()
    assert (await way.ask("GET", launched.headers["Location"], headers={"Sec-Purpose": "prefetch"})).status == 503
    assert (await way.ask("GET", launched.headers["Location"])).headers["Location"].startswith("/call/")


async def test_a_used_ticket_lets_nobody_else_in(way: Way) -> None:
    launched = await way.launch()
    first = await way.ask("GET", launched.headers["Location"])
    again = await way.ask("GET", launched.headers["Location"])
    assert first.headers["Location"] == again.headers["Location"]
    other = await way.other().ask("GET", launched.headers["Location"])
    assert other.headers["Location"] == "/entry?problem=ticket_used"


# -- what must not lead in ---------------------------------------------------------------------------------------------


@ON_BOTH
async def test_a_launch_works_once(way: Way) -> None:
    form = await way.form()
    first, second = await asyncio.gather(way.post(form), way.post(form))
    assert sorted((first.status, second.status)) == [303, 400]
    assert (await way.post(form)).status == 400


async def test_another_browsers_state_is_refused(way: Way) -> None:
    form, other = await way.form(), way.other()
    await other.form()
    stolen = {name: next(iter(other.cookies.values())) for name in way.cookies}
    other.cookies = stolen
    assert (await other.post(form)).status == 400
    assert (await way.post(form)).status == 303


async def test_a_login_that_takes_too_long_is_forgotten(way: Way) -> None:
    form = await way.form()
    way.world.clock.now += LOGIN_SECONDS
    page = await way.post(form)
    assert page.status == 400 and "Ссылка устарела" in await page.text()


async def test_the_token_of_another_login_is_refused(way: Way) -> None:
    first, second = await way.form(), await way.form()
    assert (await way.post({**first, "id_token": second["id_token"]})).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another"},
        {"aud": ["client-1", "another"]},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"iat": 1},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": "пётр"},
        {f"{CLAIM}version": "1.1"},
        {f"{CLAIM}message_type": "LtiSubmissionReviewRequest"},
        {f"{CLAIM}message_type": []},
        {f"{CLAIM}message_type": "LtiDeepLinkingRequest"},
        {f"{CLAIM}deployment_id": None},
        {f"{CLAIM}resource_link": None},
        {f"{CLAIM}resource_link": {"id": ""}},
        {f"{CLAIM}target_link_uri": "https://evil.example/lti/launch"},
        {f"{CLAIM}target_link_uri": None},
        {f"{CLAIM}context": {"id": 7}},
    ],
)
async def test_a_launch_that_says_the_wrong_thing_is_refused(way: Way, change: dict[str, Any]) -> None:
    way.platform.change = lambda claims: claims.update(change)
    page = await way.launch()
    assert page.status == 400 and "Не удалось проверить" in await page.text()
    assert way.world.rooms.log == []


async def test_a_deployment_that_was_not_registered_is_refused(way: Way) -> None:
    page = await way.launch(**{f"{CLAIM}deployment_id": "another"})
    assert page.status == 403 and "подключение" in await page.text()


async def test_a_platform_that_registers_no_deployment_brings_its_own(unregistered: Way) -> None:
    unregistered.platform.deployment = None
    assert (await unregistered.register()).status == 200
    first = await unregistered.enter(**{f"{CLAIM}deployment_id": "later"})
    second = await unregistered.enter(**{f"{CLAIM}deployment_id": "even later"})
    assert first != second
    assert await unregistered.enter(**{f"{CLAIM}deployment_id": "later"}) == first


async def test_a_foreign_signature_is_refused(way: Way) -> None:
    way.platform.key = FOREIGN_KEY
    assert (await way.launch()).status == 400


async def test_an_unsigned_launch_is_refused(way: Way) -> None:
    form = await way.form()
    claims = way.platform.resource(way.target, iss=way.platform.issuer, aud=way.platform.client, nonce="n")
    assert (await way.post({**form, "id_token": unsigned(claims)})).status == 400


async def test_a_platform_that_refuses_is_told(way: Way) -> None:
    form = await way.form()
    page = await way.post({"state": form["state"], "error": "login_required"})
    assert page.status == 403 and "не пропустила" in await page.text()


async def test_a_platform_whose_keys_cannot_be_fetched_is_told(way: Way) -> None:
    way.platform.answers["/jwks"] = lambda: web.Response(status=503)
    page = await way.launch()
    assert page.status == 502 and "не ответила" in await page.text()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"iss": "https://evil.example"}, 404),
        ({"client_id": "another"}, 404),
        ({"iss": ""}, 404),
        ({"target_link_uri": "https://evil.example/"}, 400),
        ({"target_link_uri": "//evil.example/"}, 400),
        ({"target_link_uri": ""}, 400),
        ({"target_link_uri": "http://[::1"}, 400),
        ({"login_hint": ""}, 400),
        ({"login_hint": "x" * 5000}, 400),
        ({"lti_message_hint": "a\0b"}, 400),
    ],
)
async def test_a_login_that_cannot_be_meant_for_us_is_refused(way: Way, change: dict[str, str], status: int) -> None:
    page = await way.login(**change)
    assert page.status == status
    assert "<h1>" in await page.text() and "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_an_issuer_with_one_client_needs_no_client_id(way: Way) -> None:
    assert (await way.login(client_id="")).status == 303
    way.platform.client = "client-2"
    assert (await way.register()).status == 200
    assert (await way.login(client_id="")).status == 404
    assert (await way.login(client_id="client-1")).status == 303


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"state=a&state=b", "application/x-www-form-urlencoded"),
        (b"state=%00", "application/x-www-form-urlencoded"),
        (b"\xff=\xff", "application/x-www-form-urlencoded"),
        (b"a=1&" * 100, "application/x-www-form-urlencoded"),
        (b"x" * 300_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
@pytest.mark.parametrize("path", ["/lti/launch", "/lti/login", "/lti/pick"])
async def test_what_is_no_form_of_ours_is_refused(way: Way, path: str, body: bytes, kind: str) -> None:
    page = await way.ask("POST", path, data=body, headers={"Content-Type": kind})
    assert 400 <= page.status < 500 and "<h1>" in await page.text()


async def test_names_are_text_on_our_pages(way: Way) -> None:
    title = "<script>alert(1)</script>"
    form = await way.form(**way.platform.resource(way.target, **{f"{CLAIM}resource_link": {"id": "l", "title": title}}))
    text = await (await way.post(form, **{"Sec-Fetch-Dest": "iframe"})).text()
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text


async def test_a_call_that_cannot_open_is_told(way: Way) -> None:
    launched = await way.launch()
    way.world.rooms.broken = True
    page = await way.ask("GET", launched.headers["Location"])
    assert page.status == 503 and "Звонок не открылся" in await page.text()
