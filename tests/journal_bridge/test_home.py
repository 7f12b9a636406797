"""The first page of whoever is signed in: links, lessons, rights, and consents for children."""

import pytest

from tests.journal_bridge.owner import Owner, link_code, linked
from tests.journal_bridge.world import World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

PARENT = {"role": "parent", "family_name": "Смирнова", "given_name": "Ольга"}


@pytest.fixture
async def world(school: World) -> World:
    card = {"region": ["Москва"], "title": "Школьный журнал", "login_url": "https://journal.example/connect"}
    await school.done("PUT", "/v1/journal", card)
    await school.done("PUT", "/v1/schools/s1", {"name": "Школа № 1", "administrators": ["t15"]})
    await school.done("PUT", "/v1/classes/7v", {"school": "s1", "title": "7В", "head_teacher": "t15"})
    return school


async def test_a_stranger_has_no_home(world: World) -> None:
    assert await Owner(world).refused("GET", "/api/home") == "session_missing"


async def test_a_new_profile_may_connect_a_diary(world: World) -> None:
    owner = Owner(world)
    await owner.sign_up("s201", await link_code(world, "s202"))
    home = await owner.done("GET", "/api/home")
    assert (home["links"], home["can_connect"], home["lessons"]) == ([], True, [])


async def test_a_pupil_sees_this_weeks_lessons(world: World) -> None:
    owner = await linked(world, "s201")
    await world.plan("lesson-1")
    await world.plan("lesson-2", lesson_no=2, starts_at="2026-01-30T12:00:00+03:00")
    await world.plan("next-week", starts_at="2026-02-02T12:00:00+03:00")
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    home = await owner.done("GET", "/api/home")
    assert home["can_connect"] is False
    [link] = home["links"]
    assert link["person"]["name"] == "Смирнов Илья"
    assert (link["journal"]["title"], link["school"], link["classes"]) == ("Школьный журнал", "Школа № 1", ["7В"])
    lines = [(lesson["status"], lesson["join"], lesson["person_name"]) for lesson in home["lessons"]]
    assert lines == [("running", True, "Смирнов Илья"), ("planned", False, "Смирнов Илья")]
    assert home["lessons"][0]["starts_at"] == "2026-01-26T12:00:00+03:00"
    assert (home["administers"], home["heads"]) == ([], [])


async def test_a_teacher_sees_what_they_head_and_administer(world: World) -> None:
    home = await (await linked(world, "t15")).done("GET", "/api/home")
    assert [school["name"] for school in home["administers"]] == ["Школа № 1"]
    assert [(head["title"], head["school"]) for head in home["heads"]] == [("7В", home["administers"][0]["id"])]
    await world.done("DELETE", "/v1/links/t15")


async def test_a_parent_consents_for_a_child_under_fourteen(world: World) -> None:
    await world.done("PUT", "/v1/people/p1", {**PARENT, "children": ["s201", "s202"]})
    child, grown = await linked(world, "s202"), await linked(world, "s201")
    parent = await linked(world, "p1")
    [waiting] = (await parent.done("GET", "/api/home"))["consent_needed"]
    assert waiting["name"] == "Орлова Мария"
    assert waiting["text"]
    sent = {"profile": waiting["profile"], "version": waiting["version"], "accepted": True}
    assert await parent.refused("POST", "/api/home/consents", {**sent, "version": "1999"}) == "consent_outdated"
    assert await parent.refused("POST", "/api/home/consents", {**sent, "accepted": False}) == "body_invalid"
    assert await grown.refused("POST", "/api/home/consents", sent) == "child_unknown"
    assert await child.refused("POST", "/api/home/consents", sent) == "child_unknown"
    await parent.done("POST", "/api/home/consents", sent)
    assert (await parent.done("GET", "/api/home"))["consent_needed"] == []
    assert (await child.done("GET", "/api/profile"))["consent"]["by"] == "parent"

    [given] = (await parent.done("GET", "/api/home"))["consent_given"]
    assert (given["profile"], given["name"], given["at"]) == (
        waiting["profile"],
        "Орлова Мария",
        "2026-01-26T09:00:00Z",
    )
    await parent.done("POST", "/api/home/consents/withdraw", {"profile": waiting["profile"]})
    assert await child.refused("GET", "/api/home") == "session_missing"
    after = await parent.done("GET", "/api/home")
    assert (after["consent_given"], after["consent_needed"]) == ([], [waiting])  # it can be given again
    own = (await grown.done("GET", "/api/home"))["profile"]["id"]
    assert await parent.refused("POST", "/api/home/consents/withdraw", {"profile": own}) == "consent_not_yours"


async def test_a_child_whose_consent_was_withdrawn_may_sign_in_and_do_nothing(world: World) -> None:
    await world.done("PUT", "/v1/people/p1", {**PARENT, "children": ["s202"]})
    child, parent = await linked(world, "s202"), await linked(world, "p1")
    [waiting] = (await parent.done("GET", "/api/home"))["consent_needed"]
    sent = {"profile": waiting["profile"], "version": waiting["version"], "accepted": True}
    await parent.done("POST", "/api/home/consents", sent)
    await world.plan("lesson-1")
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    [lesson] = (await child.done("GET", "/api/home"))["lessons"]
    await child.done("GET", f"/api/calls/{lesson['call']}")

    await parent.done("POST", "/api/home/consents/withdraw", {"profile": waiting["profile"]})
    await child.prove("s202", await link_code(world, "t16"))
    home = await child.done("GET", "/api/home")
    assert home["profile"]["consent"] == "withdrawn"
    assert (home["links"], home["lessons"], home["can_connect"]) == ([], [], False)
    assert await child.refused("GET", f"/api/calls/{lesson['call']}") == "not_invited"
    assert await child.refused("POST", "/api/link-codes", {"journal": "jrn_a"}) == "consent_needed"

    await parent.done("POST", "/api/home/consents", sent)
    assert len((await child.done("GET", "/api/home"))["lessons"]) == 1
    await child.done("GET", f"/api/calls/{lesson['call']}")


async def test_a_stranger_consents_for_nobody(world: World) -> None:
    child = await linked(world, "s202")
    profile = (await child.done("GET", "/api/home"))["profile"]["id"]
    stranger = await linked(world, "p1")  # the parent of somebody else
    sent = {"profile": profile, "version": "2026-11", "accepted": True}
    assert await stranger.refused("POST", "/api/home/consents", sent) == "child_unknown"
    assert await stranger.refused("POST", "/api/home/consents/withdraw", {"profile": profile}) == "child_unknown"
    foreign = await stranger.ask("POST", "/api/home/consents", sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert (await foreign.json())["code"] == "origin_foreign"
