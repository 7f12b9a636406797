"""Meetings through BigBlueButton's interface: created, looked at, joined, ended, kept apart."""

import asyncio
from xml.etree.ElementTree import Element

import pytest

from identity.http import SESSION_COOKIE
from journal_bridge.core.bbb_meetings import UNVISITED_MINUTES
from tests.journal_bridge.bbb.platform import API, Platform, key, xml
from tests.journal_bridge.world import NOON, World
from tests.support.databases import ON_BOTH

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}

pytestmark = ON_BOTH


def texts(parent: Element, *names: str) -> tuple[str | None, ...]:
    return tuple(parent.findtext(name) for name in names)


@pytest.mark.parametrize("path", [API, f"{API}/", f"{API}?checksum=whatever"])
async def test_the_version_is_told_to_everybody(moodle: Platform, path: str) -> None:
    found = await xml(await moodle.raw(path))
    assert texts(found, "returncode", "version", "apiVersion") == ("SUCCESS", "2.0", "2.0")


async def test_a_meeting_is_created_with_what_clients_keep_of_it(moodle: Platform) -> None:
    created = await moodle.create(duration=90, voiceBridge="77777", dialNumber="613-555-1234")
    assert [field.tag for field in created] == [
        "returncode",
        "meetingID",
        "internalMeetingID",
        "parentMeetingID",
        "attendeePW",
        "moderatorPW",
        "createTime",
        "voiceBridge",
        "dialNumber",
        "createDate",
        "hasUserJoined",
        "duration",
        "hasBeenForciblyEnded",
        "messageKey",
        "message",
    ]
    assert texts(created, "meetingID", "attendeePW", "moderatorPW") == ("lesson-1", "ap", "mp")
    assert texts(created, "createTime", "createDate") == (str(int(NOON * 1000)), "Mon Jan 26 09:00:00 UTC 2026")
    assert texts(created, "voiceBridge", "dialNumber", "duration") == ("77777", "613-555-1234", "90")
    digest, _, moment = (created.findtext("internalMeetingID") or "").partition("-")
    assert (len(digest), moment) == (40, created.findtext("createTime"))


async def test_creating_again_changes_nothing(moodle: Platform) -> None:
    first = await moodle.create()
    moodle.world.clock.now += 5
    again = await moodle.create(name="Другое")
    assert again.findtext("messageKey") == "duplicateWarning"
    assert texts(again, "internalMeetingID", "createTime") == texts(first, "internalMeetingID", "createTime")
    without = await moodle.done("create", name="x", meetingID="lesson-1")
    assert without.findtext("messageKey") == "duplicateWarning"
    assert await moodle.refused("create", name="x", meetingID="lesson-1", moderatorPW="other") == "idNotUnique"


async def test_passwords_that_nobody_gave_are_chosen(moodle: Platform) -> None:
    created = await moodle.done("create", name="x", meetingID="lesson-1")
    attendee, moderator = texts(created, "attendeePW", "moderatorPW")
    assert attendee and moderator and attendee != moderator
    assert (await moodle.join("Анна", password=moderator)).findtext("messageKey") == "successfullyJoined"


async def test_of_concurrent_creates_one_makes_the_meeting(moodle: Platform) -> None:
    answers = await asyncio.gather(*(moodle.create() for _ in range(5)))
    assert len({answer.findtext("internalMeetingID") for answer in answers}) == 1
    assert sorted(answer.findtext("messageKey") or "" for answer in answers) == ["", *["duplicateWarning"] * 4]


async def test_a_meeting_that_was_not_created_is_told_so(moodle: Platform) -> None:
    for call in ("getMeetingInfo", "end", "insertDocument", "sendChatMessage"):
        assert await moodle.refused(call, meetingID="lesson-1") == "notFound"
    assert await moodle.refused("join", meetingID="lesson-1", fullName="Анна", role="VIEWER") == "notFound"
    assert (await moodle.done("isMeetingRunning", meetingID="lesson-1")).findtext("running") == "false"
    none = await moodle.done("getMeetings")
    assert none.findtext("messageKey") == "noMeetings"
    assert none.findall("meetings/meeting") == []


async def test_who_is_there_is_shown(moodle: Platform) -> None:
    await moodle.create(**{"meta_bn-Origin": "Moodle", "meta_2bad": "x", "maxParticipants": 30})
    before = await moodle.done("getMeetingInfo", meetingID="lesson-1")
    assert texts(before, "running", "hasUserJoined", "participantCount", "startTime") == ("false", "false", "0", "0")
    teacher = await moodle.enters("Иванова Анна", password="mp", userID="2")
    await moodle.enters("Смирнов Илья", userID="7")
    info = await moodle.done("getMeetingInfo", meetingID="lesson-1")
    assert texts(info, "meetingName", "running", "hasUserJoined") == ("Алгебра", "true", "true")
    assert texts(info, "participantCount", "moderatorCount", "maxUsers") == ("2", "1", "30")
    assert texts(info, "startTime", "endTime", "recording") == (str(int(NOON * 1000)), "0", "false")
    assert [texts(one, "userID", "fullName", "role") for one in info.findall("attendees/attendee")] == [
        ("2", "Иванова Анна", "MODERATOR"),
        ("7", "Смирнов Илья", "VIEWER"),
    ]
    assert {one.tag: one.text for one in info.find("metadata") or ()} == {"bn-origin": "Moodle"}
    assert (await moodle.done("isMeetingRunning", meetingID="lesson-1")).findtext("running") == "true"
    listed = await moodle.done("getMeetings")
    assert [one.findtext("participantCount") for one in listed.findall("meetings/meeting")] == ["2"]
    assert len((await moodle.done("getSessions")).findall("sessions/session")) == 2
    await moodle.leaves(teacher)
    left = await moodle.done("getMeetingInfo", meetingID="lesson-1")
    assert texts(left, "participantCount", "moderatorCount", "hasUserJoined") == ("1", "0", "true")


async def test_a_join_link_leads_a_browser_into_the_call(moodle: Platform) -> None:
    await moodle.create(logoutURL="https://moodle.school.ru/course/5")
    asked = {"meetingID": "lesson-1", "fullName": "Иванова Анна", "password": "mp", "userID": "2"}
    response = await moodle.get("join", **asked)
    assert response.status == 303
    entered = await moodle.raw(response.headers["Location"])
    call = await moodle.call_of("lesson-1")
    assert entered.headers["Location"] == f"/call/{call}"
    cookies = {SESSION_COOKIE: entered.cookies[SESSION_COOKIE].value}
    moodle.world.client.session.cookie_jar.clear()
    client = moodle.world.client
    shown = await (await client.get(f"/api/calls/{call}", cookies=cookies)).json()
    assert (shown["title"], shown["status"], shown["administrator"]) == ("Алгебра", "running", True)
    assert (shown["person"]["name"], shown["person"]["role"]) == ("Иванова Анна", "teacher")
    assert shown["leave_url"] == "https://moodle.school.ru/course/5"
    answer = await client.post(f"/api/calls/{call}/enter", cookies=cookies, headers=SAME_ORIGIN, json={})
    assert answer.status == 200
    [(opened, admission)] = moodle.world.rooms.admitted
    assert (opened, admission.role, admission.name) == (call, "administrator", "Иванова Анна")


async def test_a_join_link_works_again_and_for_the_same_person(moodle: Platform) -> None:
    await moodle.create()
    query = moodle.query("join", {"meetingID": "lesson-1", "fullName": "Анна", "role": "VIEWER", "userID": "7"})
    first, again = [await moodle.raw(f"{API}/join?{query}") for _ in range(2)]
    assert first.headers["Location"] != again.headers["Location"]
    call = await moodle.call_of("lesson-1")
    assert len(await moodle.world.bridge.meetings.visitors(call)) == 1


async def test_guests_without_an_id_are_different_people(moodle: Platform) -> None:
    await moodle.create()
    assert await moodle.enters("Гость", guest="true") != await moodle.enters("Гость", guest="true")


async def test_the_role_goes_before_the_password(moodle: Platform) -> None:
    await moodle.create()
    await moodle.enters("Анна", password="", role="MODERATOR", userID="1")
    await moodle.enters("Илья", password="mp", role="viewer", userID="2")
    info = await moodle.done("getMeetingInfo", meetingID="lesson-1")
    assert [one.findtext("role") for one in info.findall("attendees/attendee")] == ["MODERATOR", "VIEWER"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"password": "wrong"}, "invalidPassword"),
        ({"password": ""}, "invalidPassword"),
        ({"createTime": "1531155809613"}, "mismatchCreateTimeParam"),
        ({"createTime": "x"}, "validationError"),
        ({"role": "KING"}, "validationError"),
        ({"fullName": " "}, "validationError"),
        ({"userID": "x" * 257}, "validationError"),
        ({"meetingID": "a,b"}, "validationError"),
        ({"meetingID": ""}, "validationError"),
    ],
)
async def test_a_join_that_cannot_be_is_refused_by_its_key(
    moodle: Platform, change: dict[str, str], refusal: str
) -> None:
    await moodle.create()
    asked = {"meetingID": "lesson-1", "fullName": "Анна", "password": "ap", "redirect": "false"}
    assert await moodle.refused("join", **{**asked, **change}) == refusal
    assert moodle.world.rooms.open == {}


@pytest.mark.parametrize(
    "change",
    [
        {"meetingID": "x"},
        {"meetingID": "x" * 257},
        {"duration": "long"},
        {"maxParticipants": "9999999999"},
        {"guestPolicy": "MAYBE"},
        {"attendeePW": "same", "moderatorPW": "same"},
    ],
)
async def test_a_meeting_that_cannot_be_is_refused(moodle: Platform, change: dict[str, str]) -> None:
    assert await moodle.refused("create", **{"name": "x", "meetingID": "lesson-1", **change}) == "validationError"


async def test_the_create_time_names_this_very_meeting(moodle: Platform) -> None:
    created = await moodle.create()
    await moodle.join("Анна", createTime=created.findtext("createTime"))
    await moodle.done("end", meetingID="lesson-1")
    moodle.world.clock.now += 1
    await moodle.create()
    late = {"meetingID": "lesson-1", "fullName": "Анна", "role": "VIEWER", "createTime": created.findtext("createTime")}
    assert await moodle.refused("join", **late) == "mismatchCreateTimeParam"


async def test_a_full_meeting_lets_back_in_who_was_there(moodle: Platform) -> None:
    await moodle.create(maxParticipants=2)
    await moodle.enters("Анна", userID="1")
    await moodle.enters("Илья", userID="2")
    asked = {"meetingID": "lesson-1", "fullName": "Вера", "password": "ap", "userID": "3"}
    assert await moodle.refused("join", **asked) == "maxParticipantsReached"
    await moodle.join("Илья", userID="2")
    browser = await moodle.get("join", headers={"Accept": "text/html,*/*"}, **asked)
    assert (browser.status, browser.headers["Location"]) == (303, "/entry?problem=meeting_full")


@pytest.mark.parametrize("policy", ["ALWAYS_DENY", "ASK_MODERATOR"])
async def test_guests_stay_outside_when_nobody_could_ask_for_them(moodle: Platform, policy: str) -> None:
    await moodle.create(guestPolicy=policy)
    guest = {"meetingID": "lesson-1", "fullName": "Гость", "password": "ap", "guest": "true"}
    assert await moodle.refused("join", **guest) == "guestDeny"
    await moodle.join("Анна", guest="false")


async def test_the_end_sends_everybody_away_and_frees_the_name(moodle: Platform) -> None:
    first = await moodle.create()
    await moodle.enters("Анна", password="mp")
    assert await moodle.refused("end", meetingID="lesson-1", password="ap") == "invalidPassword"
    assert len(moodle.world.rooms.open) == 1
    ended = await moodle.done("end", meetingID="lesson-1", password="mp")
    assert ended.findtext("messageKey") == "sentEndMeetingRequest"
    assert moodle.world.rooms.open == {}
    assert await moodle.refused("end", meetingID="lesson-1") == "notFound"
    moodle.world.clock.now += 1
    assert (await moodle.create()).findtext("internalMeetingID") != first.findtext("internalMeetingID")


async def test_the_session_of_an_ended_meeting_enters_nothing(moodle: Platform) -> None:
    await moodle.create()
    joined = await moodle.join("Анна")
    ticket = joined.findtext("session_token") or ""
    assert (joined.findtext("url") or "").endswith(f"/join/{ticket}")
    entered = await moodle.raw(f"/join/{ticket}")
    cookies = {SESSION_COOKIE: entered.cookies[SESSION_COOKIE].value}
    call = await moodle.call_of("lesson-1")
    await moodle.done("end", meetingID="lesson-1")
    moodle.world.client.session.cookie_jar.clear()
    late = await moodle.world.client.post(f"/api/calls/{call}/enter", cookies=cookies, headers=SAME_ORIGIN, json={})
    assert (late.status, (await late.json())["code"]) == (409, "call_not_running")


async def test_clients_never_see_each_others_meetings(moodle: Platform, canvas: Platform) -> None:
    await moodle.create()
    await moodle.enters("Анна")
    assert await canvas.refused("getMeetingInfo", meetingID="lesson-1") == "notFound"
    assert await canvas.refused("end", meetingID="lesson-1", password="mp") == "notFound"
    refused = await canvas.refused("join", meetingID="lesson-1", fullName="Анна", password="mp")
    assert refused == "notFound"
    assert (await canvas.done("isMeetingRunning", meetingID="lesson-1")).findtext("running") == "false"
    assert (await canvas.done("getMeetings")).findall("meetings/meeting") == []
    assert (await canvas.done("getSessions")).findall("sessions/session") == []
    theirs = await canvas.create()
    mine = await moodle.create()
    assert theirs.findtext("internalMeetingID") != mine.findtext("internalMeetingID")


async def test_a_visitor_sees_the_meeting_it_was_sent_to_and_no_other(moodle: Platform) -> None:
    await moodle.create("lesson-1")
    await moodle.create("lesson-2")
    await moodle.join("Вера", "lesson-2")
    entered = await moodle.raw(f"/join/{(await moodle.join('Анна')).findtext('session_token')}")
    cookies = {SESSION_COOKIE: entered.cookies[SESSION_COOKIE].value}
    moodle.world.client.session.cookie_jar.clear()
    other = await moodle.world.client.get(f"/api/calls/{await moodle.call_of('lesson-2')}", cookies=cookies)
    assert (other.status, (await other.json())["code"]) == (403, "not_invited")


async def test_there_are_no_recordings_and_that_is_said_as_clients_expect(moodle: Platform) -> None:
    await moodle.create(record="true")
    for asked in ({"meetingID": "lesson-1"}, {"recordID": "a,b", "state": "any"}, {}):
        none = await moodle.done("getRecordings", **asked)
        assert none.findtext("messageKey") == "noRecordings"
        assert none.find("recordings") is not None
    for call in ("publishRecordings", "updateRecordings", "deleteRecordings"):
        assert await moodle.refused(call, recordID="a", publish="true") == "notFound"
        assert await moodle.refused(call, publish="true") == "missingParamRecordID"
    assert await moodle.refused("insertDocument", meetingID="lesson-1") == "unsupportedRequest"
    assert await moodle.refused("sendChatMessage", meetingID="lesson-1", message="x") == "unsupportedRequest"
    assert await moodle.refused("setConfigXML", meetingID="lesson-1") == "unsupportedRequest"


async def test_text_that_is_no_xml_comes_out_harmless(moodle: Platform) -> None:
    await moodle.create(name="<b>\x00\x0b&ﾟ\u202e]]></b>", meta_x="\ufffe<y/>")
    info = await moodle.done("getMeetingInfo", meetingID="lesson-1")
    assert info.findtext("meetingName") == "<b>&ﾟ\u202e]]></b>"
    assert info.findtext("metadata/x") == "<y/>"


async def test_a_room_that_does_not_open_is_told(moodle: Platform) -> None:
    await moodle.create()
    moodle.world.rooms.broken = True
    asked = {"meetingID": "lesson-1", "fullName": "Анна", "password": "ap"}
    assert await moodle.refused("join", **asked) == "internalError"
    moodle.world.rooms.broken = False
    await moodle.join("Анна")
    assert len(moodle.world.rooms.open) == 1


async def test_a_meeting_ends_by_itself_as_its_client_asked(moodle: Platform) -> None:
    look, clock = moodle.world.bridge.meetings.look, moodle.world.clock
    await moodle.create("nobody")
    await moodle.create("short", duration=30)
    await moodle.create("left", meetingExpireWhenLastUserLeftInMinutes=2)
    await moodle.enters("Анна", "short")
    person = await moodle.enters("Илья", "left")
    await moodle.leaves(person, "left")
    clock.now += 2 * 60 - 1
    await look()
    assert len((await moodle.done("getMeetings")).findall("meetings/meeting")) == 3
    clock.now += 1
    await look()
    assert await moodle.refused("getMeetingInfo", meetingID="left") == "notFound"
    clock.now += 28 * 60
    await look()
    assert await moodle.refused("getMeetingInfo", meetingID="short") == "notFound"
    clock.now = NOON + UNVISITED_MINUTES * 60
    await look()
    assert (await moodle.done("getMeetings")).findtext("messageKey") == "noMeetings"
    assert moodle.world.rooms.open == {}


async def test_an_error_is_an_answer_with_status_200(server: World) -> None:
    response = await server.client.get(f"{API}/create?meetingID=x")
    assert key(await xml(response)) == "checksumError"
