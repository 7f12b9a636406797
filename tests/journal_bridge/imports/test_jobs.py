"""Imports over HTTP: the difference, the roster afterwards, whole and partial files, jobs that outlive their server."""

import asyncio
import io
from typing import Any

import pytest
from sqlalchemy import func, select

from journal_bridge.imports import applying, work
from journal_bridge.imports.service import Order
from journal_bridge.imports.work import LEASE
from journal_bridge.store import imports as store
from journal_bridge.store.events import EVENTS
from journal_bridge.store.imports import CHUNKS
from journal_bridge.store.tables import ENROLLMENTS, PEOPLE
from tests.journal_bridge.imports.conftest import NDJSON, Importer, codes, counts
from tests.journal_bridge.world import OTHER_KEY, ROSTER
from tests.support.databases import ON_BOTH
from tests.support.rosters import SCHOOL, oneroster, without

pytestmark = ON_BOTH

LINES = """
{"type":"school","ext_id":"s1","name":"Школа № 1"}
{"type":"class","ext_id":"7v","school":"s1","title":"7В","kind":"class","year":2026,"head_teacher":"t15"}
{"type":"subject","ext_id":"algebra","title":"Алгебра"}
{"type":"person","ext_id":"t15","role":"teacher","family_name":"Иванова","given_name":"Анна"}
{"type":"person","ext_id":"s201","role":"student","family_name":"Смирнов","given_name":"Илья","birth_date":"2012-05-31"}
{"type":"person","ext_id":"p1","role":"parent","family_name":"Смирнова","given_name":"Ольга","children":["s201"]}
{"type":"enrollment","class":"7v","subject":"algebra","teachers":["t15"],"students":["ext:s201"]}
""".encode()


async def test_an_archive_becomes_a_roster_in_which_lessons_are_held(importer: Importer) -> None:
    job = await importer.bring(oneroster())
    assert (job["state"], job["problems"], job["progress"]["phase"]) == ("done", [], "writing")
    assert job["progress"]["done"] == job["progress"]["total"] == 13
    assert counts(job) == {
        "schools": (1, 0, 0, 0),
        "subjects": (2, 0, 0, 0),
        "people": (4, 0, 0, 0),
        "classes": (1, 0, 0, 0),
        "relations": (1, 0, 0, 0),
        "enrollments": (4, 0, 0, 0),
    }
    assert job["difference"]["people"]["first"]["added"][1] == {"ext_id": "s201", "name": "Смирнов Илья", "fields": []}
    world = importer.world
    same = {"role": "student", "family_name": "Смирнов", "given_name": "Илья", "birth_date": "2012-05-31"}
    assert (await world.done("PUT", "/v1/people/s201", same))["changed"] is False
    class_ = {"school": "s1", "title": "7В", "year": 2026, "head_teacher": "t15"}
    assert (await world.done("PUT", "/v1/classes/7v", class_))["changed"] is False
    await world.plan()
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    for person in ("s201", "p1", "t15"):
        await world.browser(person)


async def test_a_dry_run_shows_the_difference_and_changes_nothing(importer: Importer) -> None:
    job = await importer.bring(oneroster(), dry_run=True)
    assert job["state"] == "done" and job["dry_run"]
    assert counts(job)["people"] == (4, 0, 0, 0)
    again = await importer.bring(oneroster(), dry_run=True)
    assert again["difference"] == job["difference"]


async def test_the_same_file_again_changes_nothing(importer: Importer) -> None:
    await importer.bring(oneroster())
    again = await importer.bring(oneroster(), complete=True)
    assert all(numbers[:3] == (0, 0, 0) for numbers in counts(again).values())
    assert counts(again)["enrollments"] == (0, 0, 0, 4)


async def test_a_change_names_its_fields(importer: Importer) -> None:
    await importer.bring(oneroster())
    users = [*SCHOOL["users"][:2], ["s201", "true", "Илья", "Смирнов-Орлов", "Петрович", "p1"], *SCHOOL["users"][3:]]
    job = await importer.bring(oneroster({**SCHOOL, "users": users}))
    change = job["difference"]["people"]["first"]["changed"]
    assert change == [{"ext_id": "s201", "name": "Смирнов-Орлов Илья", "fields": ["family_name", "patronymic"]}]


async def test_only_a_complete_import_lets_people_leave(importer: Importer) -> None:
    await importer.bring(oneroster())
    fewer = oneroster(without("s202"))
    partial = await importer.bring(fewer)
    assert counts(partial)["people"] == (0, 0, 0, 3)
    assert counts(partial)["enrollments"] == (0, 0, 1, 3)  # the class is in the file, so its list is whole

    refused = await importer.bring(fewer, complete=True)
    assert (refused["state"], [code for code, *_ in codes(refused)]) == ("failed", ["too_many_leave"])
    assert counts(refused)["people"] == (0, 0, 1, 3)

    done = await importer.bring(fewer, complete=True, allow_removals=True)
    assert (done["state"], counts(done)["people"]) == ("done", (0, 0, 1, 3))
    again = await importer.bring(fewer, complete=True)
    assert counts(again)["people"] == (0, 0, 0, 3)


async def test_who_leaves_loses_the_link_and_comes_back_as_the_same_person(importer: Importer) -> None:
    await importer.bring(oneroster())
    world = importer.world
    before = await world.done("PUT", "/v1/people/s201", _person("Смирнов", "Илья", birth_date="2012-05-31"))
    await world.plan()
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    cookies = await world.browser("s201")
    await importer.bring(oneroster(without("s201")), complete=True, allow_removals=True)
    call = (await world.done("GET", "/v1/calls/ext:lesson-1"))["id"]
    shown = await world.client.get(f"/api/calls/{call}", cookies=cookies)
    assert shown.status in (401, 403)
    back = await importer.bring(oneroster())
    assert counts(back)["people"][1] == 1
    assert (await world.done("PUT", "/v1/people/s201", _person("Смирнов", "Илья", birth_date="2012-05-31"))) == before


async def test_a_delta_changes_what_it_names_only(importer: Importer) -> None:
    await importer.bring(oneroster())
    delta = {
        "users": [
            ["sourcedId", "status", "dateLastModified", "enabledUser", "givenName", "familyName", "middleName"],
            ["s202", "tobedeleted", "2026-01-20", "true", "Мария", "Орлова", ""],
            ["s203", "active", "2026-01-20", "true", "Пётр", "Новый", ""],
        ],
        "roles": [["userSourcedId", "role"], ["s203", "student"]],
        "enrollments": [
            ["sourcedId", "status", "classSourcedId", "userSourcedId", "role"],
            ["e9", "active", "7v/algebra", "s203", "student"],
        ],
    }
    job = await importer.bring(oneroster(delta, mode="delta"), complete=True)
    assert (job["state"], job["problems"]) == ("done", [])
    assert counts(job)["people"] == (1, 0, 1, 0)
    assert counts(job)["enrollments"] == (1, 0, 1, 3)
    assert counts(job)["relations"] == (0, 0, 0, 1)


async def test_lines_are_the_bodies_of_the_puts(importer: Importer) -> None:
    job = await importer.bring(LINES, NDJSON)
    assert (job["state"], job["problems"], job["format"]) == ("done", [], "ndjson")
    assert counts(job)["relations"] == (1, 0, 0, 0)
    again = await importer.bring(LINES, NDJSON, complete=True)
    assert all(numbers[:3] == (0, 0, 0) for numbers in counts(again).values())


async def test_an_export_imported_again_is_no_difference(importer: Importer) -> None:
    await importer.world.seed()
    await importer.world.done(
        "PUT", "/v1/classes/g1", {"school": "s1", "title": "Хор, «старшие»", "kind": "group", "year": 2027}
    )
    await importer.world.done("PUT", "/v1/people/a,b", _person("Запятая", "В имени"))
    parent = {**_person("Мать", "Её"), "role": "parent", "children": ["a,b", "s201"]}
    await importer.world.done("PUT", "/v1/people/p,2", parent)
    roles = [*SCHOOL["roles"][:1], ["t15", "secondary", "principal", "s1"]]
    job = await importer.bring(oneroster({"roles": roles, "enrollments": SCHOOL["enrollments"][:1]}))
    assert counts(job)["administrators"] == (1, 0, 0, 0)
    exported = await importer.export()
    for options in ({"complete": True}, {}):
        job = await importer.bring(exported, **options)
        assert (job["state"], job["problems"]) == ("done", [])
        assert all(numbers[:3] == (0, 0, 0) for numbers in counts(job).values())
    assert await importer.export() == exported
    elsewhere = await importer.bring(exported, key=OTHER_KEY)
    assert counts(elsewhere)["people"][0] == len([path for path in ROSTER if path.startswith("people/")]) + 2
    assert await importer.export(OTHER_KEY) == exported


async def test_an_export_is_not_sent_twice_to_who_has_it(importer: Importer) -> None:
    await importer.world.seed()
    first = await importer.world.ask("GET", "/v1/exports/oneroster.zip")
    again = await importer.world.ask(
        "GET", "/v1/exports/oneroster.zip", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status, again.status) == (200, 304)


async def test_one_import_of_a_journal_at_a_time(importer: Importer) -> None:
    imports = importer.world.bridge.imports
    journal = (await importer.world.done("GET", "/v1/me"))["journal"]["id"]
    waiting = await imports.keep(journal, Order("ndjson"), _file(LINES), len(LINES))
    refused = await importer.refused(oneroster())
    assert (refused["code"], refused["import"]) == ("import_running", waiting)
    assert (await importer.bring(oneroster(), key=OTHER_KEY))["state"] == "done"
    await imports.run(waiting)
    assert (await importer.bring(oneroster()))["state"] == "done"


async def test_uploads_at_once_become_one_job(importer: Importer) -> None:
    answers = await asyncio.gather(*(importer.post(oneroster()) for _ in range(4)))
    taken = sorted(answer.status for answer in answers)
    assert taken[0] == 202 and set(taken) <= {202, 409}
    for answer in answers:
        if answer.status == 202:
            await importer.end((await answer.json())["id"])


async def test_a_job_goes_on_after_its_server_died(importer: Importer) -> None:
    world = importer.world
    journal = (await world.done("GET", "/v1/me"))["journal"]["id"]
    imports = world.bridge.imports
    job = await imports.keep(journal, Order("ndjson"), _file(LINES), len(LINES))
    async with world.database.write() as connection:  # a server that claimed it and wrote a part
        assert await store.claim(connection, job, world.clock(), world.clock() + LEASE)
    await world.done("PUT", "/v1/schools/s1", {"name": "Школа № 1"})
    await imports.run(job)
    assert (await world.done("GET", f"/v1/imports/{job}"))["state"] == "running"
    world.clock.now += LEASE
    await imports.resume()
    done = await importer.end(job)
    assert (done["state"], counts(done)["schools"]) == ("done", (0, 0, 0, 1))


async def test_a_file_that_came_in_part_is_no_import(importer: Importer) -> None:
    world = importer.world
    journal = (await world.done("GET", "/v1/me"))["journal"]["id"]
    job = await world.bridge.imports.keep(journal, Order("ndjson"), _file(LINES), len(LINES) + 1)
    await world.bridge.imports.run(job)
    assert [code for code, *_ in codes(await importer.end(job))] == ["upload_incomplete"]


async def test_what_somebody_else_writes_meanwhile_is_no_failure(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PUT makes one of the people between the comparison and the writing."""
    world, meddled = importer.world, []
    add = applying.bulk.add

    async def meddle(connection: Any, kind: Any, rows: Any) -> None:
        if kind == "people" and not meddled:
            meddled.append(rows)
            rows = [*rows, rows[0]]  # as if it were there
        await add(connection, kind, rows)

    monkeypatch.setattr(applying.bulk, "add", meddle)
    job = await importer.bring(oneroster())
    assert (job["state"], counts(job)["people"]) == ("done", (4, 0, 0, 0))
    async with world.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(PEOPLE)) == 4
        assert await connection.scalar(select(func.count()).select_from(ENROLLMENTS)) == 4


async def test_our_own_failure_ends_the_job(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(work, "read", fail)
    job = await importer.bring(oneroster())
    assert (job["state"], [code for code, *_ in codes(job)]) == ("failed", ["internal"])
    assert "secret" not in str(job)


async def test_the_journal_is_told_and_the_file_forgotten(importer: Importer) -> None:
    job = await importer.bring(oneroster())
    async with importer.world.database.read() as connection:
        event = (await connection.execute(select(EVENTS).where(EVENTS.c.type == "import.finished"))).one()
        assert await connection.scalar(select(func.count()).select_from(CHUNKS)) == 0
    assert job["id"] in event.data and '"done"' in event.data


async def test_imports_are_listed_the_newest_first(importer: Importer) -> None:
    made = []
    for _ in range(3):
        importer.world.clock.now += 1
        made.append((await importer.bring(oneroster(), dry_run=True))["id"])
    first = await importer.world.done("GET", "/v1/imports?limit=2")
    rest = await importer.world.done("GET", f"/v1/imports?limit=2&after={first['next']}")
    assert [job["id"] for job in first["data"] + rest["data"]] == made[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_another_journals_import_is_nobodys_business(importer: Importer) -> None:
    job = await importer.bring(oneroster())
    refused = await importer.world.refused("GET", f"/v1/imports/{job['id']}", key=OTHER_KEY)
    assert refused["code"] == "import_unknown"
    assert (await importer.world.done("GET", "/v1/imports", key=OTHER_KEY))["data"] == []
    assert await importer.export(OTHER_KEY) != await importer.export()


async def test_a_body_that_is_no_roster_is_refused(importer: Importer) -> None:
    assert (await importer.refused(b"{}", "application/json"))["code"] == "media_type_unknown"
    await importer.world.refused("GET", "/v1/imports?after=xyz")


def _person(family: str, given: str, **more: str) -> dict[str, Any]:
    return {"role": "student", "family_name": family, "given_name": given, **more}


def _file(data: bytes) -> Any:
    return io.BytesIO(data)
