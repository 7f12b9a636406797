"""Registration of platforms, calls as items of courses, the people of a course."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from joserfc.jwk import KeySet

from journal_bridge.core.lti_members import MAX_PAGES
from journal_bridge.lti.errors import LtiError
from journal_bridge.lti.members import AGAIN_SECONDS
from journal_bridge.lti.picking import PICK_SECONDS
from journal_bridge.lti.service import Lti, LtiConfig
from tests.journal_bridge.lti.conftest import SECRET, Way, fields
from tests.support.databases import ON_BOTH
from tests.support.lti_platform import CLAIM, DEEP_LINKING, INSTRUCTOR, LEARNER

# -- registration ------------------------------------------------------------------------------------------------------


@ON_BOTH
async def test_a_platform_registers_us_and_closes_its_window(unregistered: Way) -> None:
    page = await unregistered.register()
    assert page.status == 200 and "org.imsglobal.lti.close" in await page.text()
    tool = unregistered.platform.tool
    assert tool["redirect_uris"] == [unregistered.target]
    assert tool["initiate_login_uri"] == f"{unregistered.origin}/lti/login"
    assert tool["token_endpoint_auth_method"] == "private_key_jwt"
    assert (await unregistered.launch()).status == 303


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], "%D0%BF"])
async def test_only_whoever_has_the_address_registers(unregistered: Way, secret: str) -> None:
    page = await unregistered.ask("GET", f"/lti/register/{secret or '%20'}")
    assert page.status == 404 and unregistered.platform.asked == []


async def test_nobody_takes_a_platform_over_by_registering_it_again(way: Way) -> None:
    way.platform.configuration["jwks_uri"] = "https://evil.example/jwks"
    page = await way.register()
    assert page.status == 409 and "уже подключена" in await page.text()
    assert (await way.launch()).status == 303


@pytest.mark.parametrize(
    "configuration",
    [
        {"issuer": "https://another.example"},
        {"issuer": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://evil.example/"},
        {"jwks_uri": None},
        {"registration_endpoint": []},
    ],
)
async def test_a_platform_that_cannot_be_trusted_is_not_kept(unregistered: Way, configuration: dict[str, Any]) -> None:
    unregistered.platform.configuration = configuration
    assert (await unregistered.register()).status == 502
    assert (await unregistered.login()).status == 404


@pytest.mark.parametrize("answer", [{}, {"client_id": ""}, {"client_id": 7}, {"client_id": "x" * 256}])
async def test_an_answer_without_a_client_is_not_kept(unregistered: Way, answer: dict[str, Any]) -> None:
    unregistered.platform.registration_answer = answer
    assert (await unregistered.register()).status == 502


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/openid-configuration",
        "https://[::ffff:10.0.0.1]/",
        "https://[fd00::1]/",
        "https://user:password@example.org/",
    ],
)
async def test_a_registration_does_not_reach_into_our_network(unregistered: Way, url: str) -> None:
    page = await unregistered.register(openid_configuration=url)
    assert page.status == 502 and unregistered.platform.asked == []


async def test_without_leave_not_even_a_name_leads_into_our_network(unregistered: Way) -> None:
    bridge, platform = unregistered.world.bridge, unregistered.platform
    strict = Lti(
        unregistered.world.database,
        bridge.meetings,
        bridge.identity.tickets,
        bridge.doors,
        bridge.identity.limits,
        spawn=unregistered.world.spawner.spawn,
        clock=unregistered.world.clock,
        random=bridge.random,
        config=LtiConfig(SECRET),
    )
    for url in (platform.origin, platform.origin.replace("127.0.0.1", "localhost")):
        with pytest.raises(LtiError, match="ClientConnector"):
            await strict.registration.register(SECRET, f"{url}/openid-configuration", "registration-1", "https://x")
    assert platform.asked == []


async def test_a_token_that_cannot_stand_in_a_header_is_refused(unregistered: Way) -> None:
    assert (await unregistered.register(registration_token="a\r\nX: y")).status == 502


async def test_our_keys_are_public_and_stay_when_they_rotate(way: Way) -> None:
    [first] = (await (await way.ask("GET", "/lti/jwks")).json())["keys"]
    assert "d" not in first and first["kty"] == "RSA"
    way.world.clock.now += 1
    await way.world.bridge.lti.keys.rotate()
    kids = [key["kid"] for key in (await (await way.ask("GET", "/lti/jwks")).json())["keys"]]
    assert len(kids) == 2 and kids[1] == first["kid"]


# -- deep linking ------------------------------------------------------------------------------------------------------


async def form_of(way: Way, **changes: Any) -> dict[str, str]:
    page = await way.post(await way.form(**way.platform.deep_linking(way.target, **changes)))
    text = await page.text()
    assert page.status == 200, text
    return fields(text)


async def pick(way: Way, form: dict[str, str]) -> dict[str, Any]:
    page = await way.ask("POST", "/lti/pick", data=form)
    text = await page.text()
    assert page.status == 200, text
    assert f'action="{way.platform.origin}/deep_links?course=7"' in text
    assert f"form-action {way.platform.origin}" in page.headers["Content-Security-Policy"]
    claims = way.platform.picked(fields(text)["JWT"])
    assert (claims["iss"], claims["aud"]) == (way.platform.client, [way.platform.issuer])
    assert claims[f"{CLAIM}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{CLAIM}deployment_id"] == way.platform.deployment
    assert claims[f"{DEEP_LINKING}data"] == "platform's own"
    [item] = claims[f"{DEEP_LINKING}content_items"]
    return dict(item)


@ON_BOTH
async def test_a_teacher_names_a_call_and_the_course_leads_to_it(way: Way) -> None:
    form = await form_of(way)
    item = await pick(way.other(), {**form, "title": "Консультация  по алгебре"})  # without cookies, as in a frame
    assert (item["type"], item["title"], item["url"]) == ("ltiResourceLink", "Консультация по алгебре", way.target)
    call = await way.enter(**{f"{CLAIM}custom": item["custom"]})
    assert (await way.shown(call))["title"] == "Консультация по алгебре"


async def test_a_call_of_the_course_can_be_picked_again(way: Way) -> None:
    first = await pick(way, await form_of(way))
    page = await way.post(await way.form(**way.platform.deep_linking(way.target)))
    assert first["custom"]["zvonok_placement"] in await page.text()
    form = {**fields(await page.text()), "placement": first["custom"]["zvonok_placement"]}
    second = await pick(way, form)
    assert second["custom"] == first["custom"] and second["title"] == first["title"]
    one = await way.enter(**{f"{CLAIM}custom": first["custom"], f"{CLAIM}resource_link": {"id": "a"}})
    assert one == await way.enter(**{f"{CLAIM}custom": second["custom"], f"{CLAIM}resource_link": {"id": "b"}})


async def test_a_copied_course_has_calls_of_its_own(way: Way) -> None:
    custom = {f"{CLAIM}custom": (await pick(way, await form_of(way)))["custom"]}
    assert await way.enter(**custom) != await way.enter(**custom, **{f"{CLAIM}context": {"id": "copy"}})


async def test_a_call_of_another_course_cannot_be_picked(way: Way) -> None:
    other = await form_of(way, **{f"{CLAIM}context": {"id": "course-8"}})
    item = await pick(way, other)
    form = await form_of(way)
    page = await way.ask("POST", "/lti/pick", data={**form, "placement": item["custom"]["zvonok_placement"]})
    assert page.status == 400


@ON_BOTH
async def test_a_form_works_once_and_not_for_ever(way: Way) -> None:
    form = await form_of(way)
    await pick(way, form)
    assert (await way.ask("POST", "/lti/pick", data=form)).status == 400
    late = await form_of(way)
    way.world.clock.now += PICK_SECONDS
    assert (await way.ask("POST", "/lti/pick", data=late)).status == 400
    assert (await way.ask("POST", "/lti/pick", data={"secret": "invented"})).status == 400


async def test_pupils_add_no_calls(way: Way) -> None:
    claims = way.platform.deep_linking(way.target, **{f"{CLAIM}roles": LEARNER})
    assert (await way.post(await way.form(**claims))).status == 403


@pytest.mark.parametrize(
    "settings",
    [
        None,
        {},
        {"deep_link_return_url": "javascript:alert(1)", "accept_types": ["ltiResourceLink"]},
        {"deep_link_return_url": "https://school.example/", "accept_types": ["file"]},
        {"deep_link_return_url": "https://school.example/", "accept_types": ["ltiResourceLink"], "data": "x" * 20_000},
        {"deep_link_return_url": "https://school.example/;script-src *", "accept_types": ["ltiResourceLink"]},
    ],
)
async def test_unusable_deep_linking_settings_are_refused(way: Way, settings: Any) -> None:
    claims = way.platform.deep_linking(way.target, **{f"{DEEP_LINKING}deep_linking_settings": settings})
    assert (await way.post(await way.form(**claims))).status == 400


# -- names and roles ---------------------------------------------------------------------------------------------------


def member(user: str, roles: list[str] = LEARNER, **changes: Any) -> dict[str, Any]:
    return {"user_id": user, "name": f"Имя {user}", "roles": roles, "status": "Active", **changes}


async def names(way: Way, call: str) -> dict[str | None, str]:
    while len(way.world.spawner) > way.tasks:  # noqa: ASYNC110  # a spawner tells nobody when its tasks are over
        await asyncio.sleep(0)
    visitors = await way.world.bridge.meetings.visitors(call)
    return {visitor.ext_id: visitor.name for visitor in visitors.values()}


@ON_BOTH
async def test_a_courses_people_are_known_page_by_page(way: Way) -> None:
    way.platform.pages = [[member(f"p{page}-{at}") for at in range(60)] for page in range(3)]
    way.platform.pages[2].append(member("teacher-2", INSTRUCTOR))
    call = await way.enter(**way.platform.members_claim())
    found = await names(way, call)
    assert len(found) == 1 + 3 * 60 + 1
    assert found["p2-59"] == "Имя p2-59"
    visitors = await way.world.bridge.meetings.visitors(call)
    assert {visitor.ext_id for visitor in visitors.values() if visitor.administrator} == {"user-1", "teacher-2"}


async def test_whoever_left_or_is_badly_described_is_left_out(way: Way) -> None:
    bad: list[Any] = [member("gone", status="Inactive"), member(""), member("x" * 300), 7, {"name": "x"}]
    way.platform.pages = [[*bad, member("good", name=None, given_name="Илья", family_name="Смирнов")]]
    found = await names(way, await way.enter(**way.platform.members_claim()))
    assert found == {"user-1": "Анна Иванова", "good": "Илья Смирнов"}


async def test_a_course_is_not_asked_for_all_the_time(way: Way) -> None:
    way.platform.pages = [[member("one")]]
    for _ in range(3):
        await names(way, await way.enter(**way.platform.members_claim()))
    assert way.platform.asked.count("/members") == 1
    way.world.clock.now += AGAIN_SECONDS
    await names(way, await way.enter(**way.platform.members_claim()))
    assert way.platform.asked.count("/members") == 2


async def test_pupils_launches_ask_for_nobody(way: Way) -> None:
    await names(way, await way.enter(**way.platform.members_claim(), **{f"{CLAIM}roles": LEARNER}))
    assert "/token" not in way.platform.asked


async def test_an_endless_list_ends(way: Way) -> None:
    way.platform.pages = [[member("one")]]
    way.platform.link = f'<{way.platform.origin}/members?page=0>; rel="next"'
    assert len(await names(way, await way.enter(**way.platform.members_claim()))) == 2
    assert way.platform.asked.count("/members") == MAX_PAGES


async def test_the_token_does_not_go_elsewhere(way: Way) -> None:
    way.platform.pages = [[member("one")]]
    way.platform.link = '<https://evil.example/members>; rel="next"'
    assert list(await names(way, await way.enter(**way.platform.members_claim()))) == ["user-1"]


@pytest.mark.parametrize("path", ["/token", "/members"])
async def test_the_call_opens_without_the_courses_people(way: Way, path: str) -> None:
    way.platform.answers[path] = lambda: web.Response(status=500)
    call = await way.enter(**way.platform.members_claim())
    assert list(await names(way, call)) == ["user-1"]


async def test_two_servers_that_start_together_sign_with_keys_that_both_publish(way: Way) -> None:
    other = type(way.world.bridge.lti.keys)(way.world.database, way.world.clock)
    await other.rotate()
    keys = KeySet.import_key_set(await other.public())  # type: ignore[arg-type]
    assert len(keys.keys) == 2
