"""Calendars over HTTP: made by a journal, read by programs that know only the address."""

from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientResponse
from icalendar import Calendar

from tests.journal_bridge.world import OTHER_KEY, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

DAY = 86400.0


async def _make(school: World, **whose: str) -> str:
    made = await school.done("POST", "/v1/calendars", whose)
    return str(made["url"]).removeprefix(str(school.client.make_url("/")).rstrip("/"))


async def _get(school: World, path: str, **headers: str) -> ClientResponse:
    return await school.client.get(path, headers=headers)


async def _events(school: World, path: str) -> dict[str, Any]:
    """By the last part of their address."""
    response = await _get(school, path)
    assert (response.status, response.content_type) == (200, "text/calendar")
    calendar = Calendar.from_ical(await response.text())
    return {event["url"].rpartition("/")[2]: event for event in calendar.walk("VEVENT")}


async def test_a_pupils_lessons_are_in_the_calendar_with_their_hour(school: World) -> None:
    call = await school.plan(ends_at="2026-01-26T12:40:00+03:00")
    other = await school.plan("lesson-2", subject="physics", lesson_no=2, starts_at="2026-01-26T13:00:00+03:00")
    events = await _events(school, await _make(school, person="s201"))
    assert set(events) == {call["id"], other["id"]}
    event = events[call["id"]]
    assert event["summary"] == "Онлайн-урок №1, Алгебра · 7В"
    assert event.start == datetime(2026, 1, 26, 9, tzinfo=UTC)
    assert event.end == datetime(2026, 1, 26, 9, 40, tzinfo=UTC)
    assert (event["uid"], event["status"], event["sequence"]) == (f"{call['id']}@zvonok", "CONFIRMED", 0)
    assert events[other["id"]].duration.total_seconds() == 45 * 60


@pytest.mark.parametrize(
    ("whose", "there"),
    [({"person": "p1"}, True), ({"person": "t15"}, True), ({"person": "p3"}, False), ({"class": "8a"}, False)],
)
async def test_whom_a_lesson_concerns_has_it(school: World, whose: dict[str, str], there: bool) -> None:
    await school.plan()
    assert bool(await _events(school, await _make(school, **whose))) is there


async def test_a_class_has_its_name_and_no_persons_name(school: World) -> None:
    await school.plan()
    text = await (await _get(school, await _make(school, **{"class": "ext:7v"}))).text()
    assert "X-WR-CALNAME:Онлайн-уроки 7В" in text
    assert "Иванова" not in text and "Смирнов" not in text


async def test_a_change_is_a_later_revision_of_the_same_event(school: World) -> None:
    call = await school.plan()
    path = await _make(school, person="s201")
    before = (await _events(school, path))[call["id"]]
    school.clock.now += 60
    await school.done("PATCH", "/v1/calls/ext:lesson-1", {"starts_at": "2026-01-26T14:00:00+03:00"})
    after = (await _events(school, path))[call["id"]]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    school.clock.now += 60
    await school.done("DELETE", "/v1/calls/ext:lesson-1")
    removed = (await _events(school, path))[call["id"]]
    assert (removed["status"], removed["uid"]) == ("CANCELLED", before["uid"])
    assert removed["sequence"] > after["sequence"]


async def test_the_same_lessons_are_the_same_bytes(school: World) -> None:
    await school.plan()
    path = await _make(school, person="s201")
    first = await _get(school, path)
    school.clock.now += 3600
    again = await _get(school, path, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status, again.status) == (200, 304)
    assert await (await _get(school, path)).read() == await first.read()


async def test_old_and_far_lessons_are_not_in_it(school: World) -> None:
    call = await school.plan()
    path = await _make(school, person="s201")
    school.clock.now += 60 * DAY
    assert set(await _events(school, path)) == {call["id"]}
    school.clock.now += DAY
    assert await _events(school, path) == {}
    await school.plan("far", starts_at="2027-01-26T12:00:00+03:00")
    assert await _events(school, path) == {}


async def test_an_address_can_be_taken_back(school: World) -> None:
    made = await school.done("POST", "/v1/calendars", {"person": "s201"})
    other = await _make(school, person="s201")
    assert (await school.refused("DELETE", f"/v1/calendars/{made['id']}", key=OTHER_KEY))["code"] == "calendar_unknown"
    await school.done("DELETE", f"/v1/calendars/{made['id']}")
    gone = await _get(school, f"/ical/{made['url'].rpartition('/')[2]}")
    assert (gone.status, (await gone.json())["code"]) == (404, "calendar_unknown")
    assert (await _get(school, other)).status == 200


async def test_who_left_the_roster_has_no_calendar(school: World) -> None:
    path = await _make(school, person="s202")
    journal = (await school.done("GET", "/v1/me"))["journal"]["id"]
    await school.bridge.linking.leave(journal, "s202")
    assert (await _get(school, path)).status == 404


async def test_addresses_are_kept_as_hashes_and_listed_without_them(school: World) -> None:
    made = [await school.done("POST", "/v1/calendars", {"person": "s201"}) for _ in range(3)]
    first = await school.done("GET", "/v1/calendars?limit=2")
    rest = await school.done("GET", f"/v1/calendars?limit=2&after={first['next']}")
    listed = first["data"] + rest["data"]
    assert {line["id"] for line in listed} == {one["id"] for one in made}
    assert all("url" not in line and line["person"] == "s201" for line in listed)
    assert (await school.done("GET", "/v1/calendars", key=OTHER_KEY))["data"] == []
    async with school.database.read() as connection:
        kept = str((await connection.exec_driver_sql("SELECT * FROM calendars")).all())
    assert not any(one["url"].rpartition("/")[2].removesuffix(".ics") in kept for one in made)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "body_invalid"),
        ({"person": "s201", "class": "7v"}, "body_invalid"),
        ({"person": "nobody"}, "person_unknown"),
        ({"class": "nothing"}, "class_unknown"),
    ],
)
async def test_a_calendar_is_of_one_person_or_one_class(school: World, body: dict[str, str], code: str) -> None:
    assert (await school.refused("POST", "/v1/calendars", body))["code"] == code
