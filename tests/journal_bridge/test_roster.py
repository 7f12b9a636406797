"""The roster over HTTP: upserts, placeholders, roles, other journals."""

import asyncio
from typing import Any

import pytest

from tests.journal_bridge.world import OTHER_KEY, ROSTER, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


@pytest.mark.parametrize("path", ROSTER)
async def test_sending_the_same_body_twice_changes_nothing(school: World, path: str) -> None:
    again = await school.ask("PUT", f"/v1/{path}", ROSTER[path])
    assert again.status == 200
    record = await again.json()
    assert record["changed"] is False
    assert record["placeholders"] == []


async def test_a_new_record_is_created_and_another_body_changes_it(world: World) -> None:
    created = await world.ask("PUT", "/v1/schools/s1", {"name": "Школа"})
    assert created.status == 201
    first = await created.json()
    assert first == {
        "id": first["id"],
        "ext_id": "s1",
        "name": "Школа",
        "region": None,
        "administrators": [],
        "tz": "Europe/Moscow",
        "changed": True,
        "placeholders": [],
    }
    second = await world.done("PUT", "/v1/schools/ext:s1", {"name": "Школа", "tz": "Asia/Vladivostok"})
    assert (second["id"], second["tz"], second["changed"]) == (first["id"], "Asia/Vladivostok", True)


async def test_a_person_is_shown_whole(world: World) -> None:
    body = {
        "role": "parent",
        "family_name": "Смирнова",
        "given_name": "Ольга",
        "patronymic": "Ивановна",
        "birth_date": "1985-03-08",
        "children": ["s2", "s1", "s2"],
    }
    person = await world.done("PUT", "/v1/people/p1", body)
    assert person["children"] == ["s1", "s2"]
    assert person["birth_date"] == "1985-03-08"
    assert person["placeholders"] == ["s2", "s1"]
    fewer = await world.done("PUT", "/v1/people/p1", {**body, "children": ["s2"]})
    assert (fewer["children"], fewer["changed"], fewer["placeholders"]) == (["s2"], True, [])


async def test_records_may_come_in_any_order(world: World) -> None:
    made = await world.done("PUT", "/v1/classes/7v", {"school": "s1", "title": "7В", "head_teacher": "t15"})
    assert made["placeholders"] == ["s1", "t15"]
    enrolled = await world.done("PUT", "/v1/enrollments/7v/algebra", {"teachers": ["t15"], "students": ["s1"]})
    assert enrolled == {
        "class": "7v",
        "subject": "algebra",
        "teachers": ["t15"],
        "students": ["s1"],
        "changed": True,
        "placeholders": ["algebra", "s1"],
    }
    described = await world.ask(
        "PUT", "/v1/people/s1", {"role": "student", "family_name": "Смирнов", "given_name": "Илья"}
    )
    assert described.status == 200
    assert (await described.json())["changed"] is True


async def test_an_enrolment_is_the_whole_list(school: World) -> None:
    await school.plan()
    changed = await school.done("PUT", "/v1/enrollments/7v/algebra", {"teachers": ["t15"], "students": ["s202"]})
    assert changed["changed"] is True
    refused = await school.refused("POST", "/v1/calls/ext:lesson-1/tickets", {"person": "s201"})
    assert refused["code"] == "not_invited"


async def test_an_enrolment_needs_its_class(world: World) -> None:
    refused = await world.refused("PUT", "/v1/enrollments/7v/algebra", {"teachers": ["t15"]})
    assert refused["code"] == "class_unknown"
    assert (await world.ask("PUT", "/v1/people/t15", ROSTER["people/t15"])).status == 201


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("enrollments/7v/algebra", {"teachers": ["s201"]}, "teachers"),
        ("enrollments/7v/algebra", {"students": ["t15", "s201"]}, "students"),
        ("enrollments/7v/algebra", {"teachers": ["t15"], "students": ["t15"]}, "students"),
        ("classes/7v", {"school": "s1", "title": "7В", "head_teacher": "p1"}, "head_teacher"),
        ("people/p1", {**ROSTER["people/p1"], "children": ["t15"]}, "children"),
        ("people/s201", {**ROSTER["people/s201"], "children": ["s202"]}, "children"),
    ],
)
async def test_nobody_gets_another_role_by_a_list(school: World, path: str, body: dict[str, Any], field: str) -> None:
    refused = await school.refused("PUT", f"/v1/{path}", body)
    assert (refused["code"], refused["errors"][0]["field"]) == ("role_mismatch", field)
    again = await school.done("PUT", f"/v1/{path}", ROSTER[path])
    assert again["changed"] is False


async def test_a_role_that_is_in_use_stays(school: World) -> None:
    for person in ("s201", "t15"):
        body = {**ROSTER[f"people/{person}"], "role": "parent"}
        assert (await school.refused("PUT", f"/v1/people/{person}", body))["code"] == "role_in_use"
    await school.done("PUT", "/v1/people/p9", {"role": "parent", "family_name": "А", "given_name": "Б"})
    changed = await school.done("PUT", "/v1/people/p9", {"role": "teacher", "family_name": "А", "given_name": "Б"})
    assert changed["role"] == "teacher"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("schools/s1", {"name": "Школа", "tz": "Europe/Nowhere"}, "tz"),
        ("schools/s1", {"name": "Школа", "tz": "../../etc/passwd"}, "tz"),
        ("people/x", {"role": "administrator", "family_name": "А", "given_name": "Б"}, "role"),
        ("people/x", {"role": "student", "family_name": "А"}, "given_name"),
        (
            "people/x",
            {"role": "student", "family_name": "А", "given_name": "Б", "birth_date": "yesterday"},
            "birth_date",
        ),
        ("classes/x", {"school": "s1", "title": "7В", "kind": "crowd"}, "kind"),
        ("enrollments/7v/algebra", {"students": [f"s{number}" for number in range(501)]}, "students"),
        ("enrollments/7v/algebra", {"students": ["s1", "a b"]}, "students[1]"),
    ],
)
async def test_a_body_that_does_not_fit_names_the_field(
    school: World, path: str, body: dict[str, Any], field: str
) -> None:
    refused = await school.refused("PUT", f"/v1/{path}", body)
    assert (refused["code"], refused["errors"][0]["field"]) == ("body_invalid", field)


@pytest.mark.parametrize("ext_id", ["a%20b", "%00", "ext:", "a%2Fb", "x" * 133])
async def test_an_id_that_cannot_be_one_is_refused(world: World, ext_id: str) -> None:
    refused = await world.refused("PUT", f"/v1/subjects/{ext_id}", {"title": "Химия"})
    assert refused["code"] == "id_invalid"


async def test_two_journals_use_the_same_ids_apart(school: World) -> None:
    theirs = await school.done("PUT", "/v1/people/t15", ROSTER["people/t16"], key=OTHER_KEY)
    ours = await school.done("PUT", "/v1/people/t15", ROSTER["people/t15"])
    assert ours["changed"] is False
    assert ours["id"] != theirs["id"]


async def test_the_same_record_sent_at_once_is_created_once(world: World) -> None:
    answers = await asyncio.gather(*(world.ask("PUT", "/v1/subjects/chem", {"title": "Химия"}) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [200, 200, 200, 200, 201]
    assert len({(await answer.json())["id"] for answer in answers}) == 1


async def test_who_left_is_back_when_somebody_names_them(school: World) -> None:
    journal = (await school.done("GET", "/v1/me"))["journal"]["id"]
    await school.plan()
    for person in ("s201", "s202"):
        await school.bridge.linking.leave(journal, person)
    gone = await school.refused("POST", "/v1/calls/ext:lesson-1/tickets", {"person": "s202"})
    assert gone["code"] in ("not_invited", "person_unknown")
    enrolled = await school.done("PUT", "/v1/enrollments/7v/algebra", {"teachers": ["t15"], "students": ["s202"]})
    assert (enrolled["changed"], enrolled["placeholders"]) == (True, [])
    await school.browser("s202")
    described = await school.done("PUT", "/v1/people/s201", ROSTER["people/s201"])
    assert described["changed"] is True
