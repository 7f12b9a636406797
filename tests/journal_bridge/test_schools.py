"""A school's pages: who has linked, invitations on paper, and mending; to others the school is not there."""

from typing import Any

import pytest

from tests.journal_bridge.owner import FORMS, Owner, link_code, linked
from tests.journal_bridge.world import OTHER_KEY, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


@pytest.fixture
async def world(school: World) -> World:
    await school.done("PUT", "/v1/schools/s1", {"name": "Школа № 1", "administrators": ["t16"]})
    await school.done("PUT", "/v1/classes/7v", {"school": "s1", "title": "7В", "head_teacher": "t15"})
    return school


async def administrator(world: World) -> tuple[Owner, str]:
    """Петров, and the path of his school."""
    owner = await linked(world, "t16")
    [school] = (await owner.done("GET", "/api/home"))["administers"]
    return owner, f"/api/schools/{school['id']}"


async def people(owner: Owner, school: str, query: str = "") -> dict[str, dict[str, Any]]:
    found = await owner.done("GET", f"{school}/people{query}")
    return {line["ext_id"]: line for line in found["data"]}


async def test_an_administrator_sees_who_has_linked(world: World) -> None:
    await linked(world, "s201")
    owner, school = await administrator(world)
    shown = await owner.done("GET", school)
    assert shown["counts"] == {
        "teacher": {"linked": 1, "all": 2},
        "student": {"linked": 1, "all": 3},
        "parent": {"linked": 0, "all": 2},
    }
    by_title = {one["title"]: one for one in shown["classes"]}
    assert (by_title["7В"]["linked"], by_title["7В"]["all"]) == (1, 3)  # two pupils and a mother
    assert by_title["7В"]["head_teacher"] == "Иванова Анна"
    assert by_title["8А"]["head_teacher"] is None


async def test_people_are_found_and_turned_over(world: World) -> None:
    await linked(world, "s201")
    owner, school = await administrator(world)
    everybody = await people(owner, school)
    assert list(everybody) == ["t15", "s202", "t16", "s201", "p1", "p3", "s301"]
    assert everybody["s201"]["parents"] == ["Смирнова Ольга"]
    assert everybody["p1"]["children"] == ["Смирнов Илья"]
    assert everybody["s201"]["class_titles"] == everybody["p1"]["class_titles"] == ["7В"]
    assert everybody["s201"]["linked_at"] and everybody["s201"]["phone_masked"].endswith("01")
    assert everybody["s202"]["phone_masked"] is None
    assert list(await people(owner, school, "?search=смирн")) == ["s201", "p1"]
    assert list(await people(owner, school, "?search=ольга смирнова")) == ["p1"]
    assert list(await people(owner, school, "?search=s301")) == ["s301"]
    assert list(await people(owner, school, "?search=%25")) == []
    assert list(await people(owner, school, "?status=linked")) == ["t16", "s201"]
    assert list(await people(owner, school, "?role=parent&status=unlinked")) == ["p1", "p3"]
    class_id = next(one["id"] for one in (await owner.done("GET", school))["classes"] if one["title"] == "8А")
    assert list(await people(owner, school, f"?class={class_id}")) == ["p3", "s301"]

    turned, after = [], ""
    while True:
        page = await owner.done("GET", f"{school}/people?limit=2{after}")
        turned += [line["ext_id"] for line in page["data"]]
        if not page["has_more"]:
            break
        after = f"&after={page['next']}"
    assert turned == list(everybody)


async def test_an_invitation_on_paper_leads_to_a_link(world: World) -> None:
    owner, school = await administrator(world)
    pupil = (await people(owner, school))["s202"]["id"]
    made = await owner.done("POST", f"{school}/people/{pupil}/invitation")
    again = await owner.done("POST", f"{school}/people/{pupil}/invitation")
    assert again["code"] == made["code"]
    assert made["url"].endswith(f"/link/{made['code']}") and made["qr_svg"].startswith("<svg")
    world.clock.now += 13 * 86400.0
    child = Owner(world)
    await child.sign_up("s202", made["code"])
    assert (await child.done("POST", f"/api/link-sessions/{made['code']}/accept"))["role"] == "student"
    owner, school = await administrator_again(world)
    assert await owner.refused("POST", f"{school}/people/{pupil}/invitation") == "person_linked"


async def administrator_again(world: World) -> tuple[Owner, str]:
    """The same person in another browser, by the journal's button."""
    url = (await world.done("POST", "/v1/chat-tickets", {"person": "t16"}))["url"]
    owner = Owner(world)
    await owner.ask("GET", "/enter/" + url.rpartition("/")[2])
    [school] = (await owner.done("GET", "/api/home"))["administers"]
    return owner, f"/api/schools/{school['id']}"


async def test_a_head_teacher_prints_the_sheet_of_the_own_class_only(world: World) -> None:
    await linked(world, "s201")
    head = await linked(world, "t15")
    [own] = (await head.done("GET", "/api/home"))["heads"]
    school = f"/api/schools/{own['school']}"
    sheet = await head.done("GET", f"{school}/classes/{own['id']}/invitations")
    assert sheet["class_title"] == "7В"
    assert [(slip["name"], slip["role"]) for slip in sheet["data"]] == [
        ("Орлова Мария", "student"),
        ("Смирнова Ольга", "parent"),
    ]
    assert len({slip["code"] for slip in sheet["data"]}) == 2
    assert await head.refused("GET", school) == "school_unknown"
    owner, _ = await administrator(world)
    other = next(one["id"] for one in (await owner.done("GET", school))["classes"] if one["title"] == "8А")
    assert await head.refused("GET", f"{school}/classes/{other}/invitations") == "school_unknown"
    assert (await owner.done("GET", f"{school}/classes/{other}/invitations"))["class_title"] == "8А"
    assert await owner.refused("GET", f"{school}/classes/cls_nothing/invitations") == "class_unknown"


async def test_a_link_is_ended_and_made_again(world: World) -> None:
    owner, school = await administrator(world)
    pupil_browser = await linked(world, "s201")
    pupil = (await people(owner, school))["s201"]["id"]
    await owner.done("POST", f"{school}/people/{pupil}/unlink")
    assert (await world.done("GET", "/v1/links/s201"))["linked"] is False
    code = await link_code(world, "s201")
    assert (await pupil_browser.done("POST", f"/api/link-sessions/{code}/accept"))["role"] == "student"


async def test_what_is_held_of_a_person_is_exported_and_erased(world: World) -> None:
    owner, school = await administrator(world)
    pupil_browser = await linked(world, "s201")
    call = await world.plan()
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    await world.done("POST", "/v1/sandbox/calls/ext:lesson-1/visits", {"person": "s201", "seconds": 600})
    pupil = (await people(owner, school))["s201"]["id"]
    held = await owner.done("GET", f"{school}/people/{pupil}/export")
    assert held["roster"]["family_name"] == "Смирнов"
    assert held["profile"]["profile"]["phone"] == "+79123456701"
    assert await owner.refused("POST", f"{school}/people/{pupil}/erase", {"confirm": "Иванов"}) == "confirmation_wrong"
    await owner.done("POST", f"{school}/people/{pupil}/erase", {"confirm": "смирнов "})
    assert await pupil_browser.refused("GET", "/api/profile") == "session_missing"
    attended = await world.done("GET", f"/v1/calls/{call['id']}/attendance")
    assert [line["seconds"] for line in attended["data"] if line["person"]["ext_id"] == "s201"] == [0]
    log = await owner.done("GET", f"{school}/audit")
    assert {"person.exported", "person.erased", "profile.deleted", "link.created"} <= {
        entry["action"] for entry in log["data"]
    }
    assert "Смирнов" not in str([entry["details"] for entry in log["data"]])


async def test_a_profile_that_is_somebody_elsewhere_is_not_the_schools_to_delete(world: World) -> None:
    owner, school = await administrator(world)
    mother = await linked(world, "p1")
    await world.done("PUT", "/v1/schools/s2", {"name": "Школа № 2"})
    await world.done("PUT", "/v1/people/t99", {"role": "teacher", "family_name": "Смирнова", "given_name": "Ольга"})
    await world.done("PUT", "/v1/classes/9b", {"school": "s2", "title": "9Б", "head_teacher": "t99"})
    code = await link_code(world, "t99")
    await mother.done("POST", f"/api/link-sessions/{code}/accept")
    parent = (await people(owner, school))["p1"]["id"]
    assert (await owner.done("GET", f"{school}/people/{parent}/export"))["profile"] is None
    await owner.done("POST", f"{school}/people/{parent}/erase", {"confirm": "Смирнова"})
    [link] = (await mother.done("GET", "/api/home"))["links"]
    assert link["person"]["role"] == "teacher"


async def test_a_child_registered_on_a_parents_phone_gets_a_profile(world: World) -> None:
    owner, school = await administrator(world)
    mother = Owner(world)  # signs up with her phone, and links the child's account to it
    code = await link_code(world, "s202")
    await mother.sign_up("p1", code)
    await mother.done("POST", f"/api/link-sessions/{code}/accept")
    child = (await people(owner, school))["s202"]["id"]
    made = await owner.done("POST", f"{school}/people/{child}/split", {"names": FORMS["s202"]})
    assert await mother.refused("GET", "/api/home") == "session_missing"
    own_phone = Owner(world)
    await own_phone.done("GET", f"/api/sign-in?link={made['code']}")
    await own_phone.done("POST", "/api/sign-in/phone", {"phone": "+79123456799", "intent": "create"})
    state = await own_phone.done("POST", "/api/sign-in/code", {"code": "000000"})
    assert state["prefill"]["family_name"] == "Орлова"
    state = await own_phone.done("POST", "/api/sign-in/form", FORMS["s202"])
    await own_phone.done("POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True})
    await own_phone.done("POST", f"/api/link-sessions/{made['code']}/accept")
    [link] = (await own_phone.done("GET", "/api/home"))["links"]
    assert link["person"]["name"] == "Орлова Мария"


async def test_who_waits_for_their_own_phone_is_not_split_again(world: World) -> None:
    await linked(world, "s202")
    owner, school = await administrator(world)
    child = f"{school}/people/{(await people(owner, school))['s202']['id']}"
    await owner.done("POST", f"{child}/split", {"names": FORMS["s202"]})
    assert await owner.refused("POST", f"{child}/split", {"names": FORMS["s202"]}) == "person_unlinked"


async def test_another_schools_administrator_is_in_no_hands_but_theirs(world: World) -> None:
    await world.done("PUT", "/v1/schools/s2", {"name": "Школа № 2", "administrators": ["t15"]})
    owner, school = await administrator(world)
    teacher = f"{school}/people/{(await people(owner, school))['t15']['id']}"
    assert await owner.refused("POST", f"{teacher}/invitation") == "person_elsewhere"
    await linked(world, "t15")
    for act, body in (("unlink", {}), ("split", {"names": FORMS["t15"]}), ("erase", {"confirm": "Иванова"})):
        assert await owner.refused("POST", f"{teacher}/{act}", body) == "person_elsewhere"
    assert (await world.done("GET", "/v1/links/t15"))["linked"] is True

    await world.done("PUT", "/v1/schools/s2", {"name": "Школа № 2", "administrators": ["t15", "t16"]})
    await owner.done("POST", f"{teacher}/unlink")  # he administers that school too


async def test_a_school_sees_no_class_and_no_child_of_another(world: World) -> None:
    await world.done("PUT", "/v1/schools/s2", {"name": "Школа № 2"})
    await world.done("PUT", "/v1/classes/5b", {"school": "s2", "title": "5Б"})
    await world.done("PUT", "/v1/enrollments/5b/physics", {"teachers": ["t15"], "students": ["s999"]})
    mother = {"role": "parent", "family_name": "Смирнова", "given_name": "Ольга", "children": ["s201", "s999"]}
    await world.done("PUT", "/v1/people/p1", mother)
    await world.done("PUT", "/v1/people/s999", {"role": "student", "family_name": "Смирнов", "given_name": "Пётр"})
    owner, school = await administrator(world)
    found = await people(owner, school)
    assert "s999" not in found
    assert (found["t15"]["class_titles"], found["p1"]["class_titles"]) == (["7В"], ["7В"])
    assert found["p1"]["children"] == ["Смирнов Илья"]
    held = await owner.done("GET", f"{school}/people/{found['t15']['id']}/export")
    assert held["roster"]["classes"] == ["7В"]


async def test_the_log_says_who_administers_and_whose_consent_a_split_ended(world: World) -> None:
    await linked(world, "t15")
    owner, school = await administrator(world)
    person = (await people(owner, school))["t15"]["id"]
    await owner.done("POST", f"{school}/people/{person}/split", {"names": FORMS["t15"]})
    entries = (await owner.done("GET", f"{school}/audit"))["data"]
    assert {"administrators.changed", "profile.split", "link.moved"} <= {entry["action"] for entry in entries}
    log = await world.bridge.identity.audit.page(limit=100)
    [ended] = [entry for entry in log.entries if entry.action == "consent.withdrawn"]
    assert ended.actor == (await owner.done("GET", "/api/home"))["profile"]["id"] != ended.subject
    moved = next(entry for entry in log.entries if entry.action == "link.moved")
    assert moved.address == ended.address != ""


async def test_to_others_the_school_is_not_there(world: World) -> None:
    _, school = await administrator(world)
    owner, _ = await administrator_again(world)
    person = (await people(owner, school))["s201"]["id"]
    await world.seed(OTHER_KEY)
    await world.done("PUT", "/v1/schools/s1", {"name": "Чужая", "administrators": ["t15"]}, key=OTHER_KEY)
    code = (await world.done("POST", "/v1/link-sessions", {"person": "t15"}, key=OTHER_KEY))["code"]
    foreign = Owner(world)  # administers a school of another journal
    await foreign.sign_up("t15", code)
    await foreign.done("POST", f"/api/link-sessions/{code}/accept")
    [theirs] = (await foreign.done("GET", "/api/home"))["administers"]
    pupil, stranger = await linked(world, "s202"), Owner(world)
    requests = [
        ("GET", school, None),
        ("GET", f"{school}/people", None),
        ("GET", f"{school}/audit", None),
        ("GET", f"{school}/people/{person}/export", None),
        ("GET", f"{school}/classes/{'x' * 8}/invitations", None),
        ("POST", f"{school}/people/{person}/invitation", {}),
        ("POST", f"{school}/people/{person}/unlink", {}),
        ("POST", f"{school}/people/{person}/erase", {"confirm": "Смирнов"}),
        ("POST", f"{school}/people/{person}/split", {"names": FORMS["s201"]}),
    ]
    for method, path, body in requests:
        assert await foreign.refused(method, path, body) == "school_unknown", path
        assert await pupil.refused(method, path, body) == "school_unknown", path
        assert await stranger.refused(method, path, body) == "session_missing", path
        if method == "POST":
            answer = await owner.ask(method, path, body, headers={"Sec-Fetch-Site": "cross-site"})
            assert (await answer.json())["code"] == "origin_foreign", path
    own = f"/api/schools/{theirs['id']}/people/{person}"
    assert await foreign.refused("GET", f"{own}/export") == "person_unknown"
    assert await foreign.refused("POST", f"{own}/unlink") == "person_unknown"
    assert (await owner.done("GET", f"{school}/people?status=unlinked&search=Смирнов Илья"))["data"]
