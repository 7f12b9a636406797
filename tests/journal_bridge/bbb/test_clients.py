"""The clients that platforms ship: one from PyPI as it is, the others' requests as they go over the wire."""

import asyncio
import hashlib
import io
import warnings
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest

from signalling.events import ParticipantJoined
from tests.journal_bridge.bbb.platform import API, CANVAS, MOODLE, Platform, key, xml
from tests.journal_bridge.world import NOON

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # an old library with invalid escapes
    from bigbluebutton_api_python import BigBlueButton
    from bigbluebutton_api_python.exception import BBBException

XML = {"Content-Type": "application/xml"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Recorded:
    """Sends requests exactly as they are written here, with the checksum at the end as all these clients have it."""

    def __init__(self, platform: Platform, secret: str, algorithm: str) -> None:
        self.platform = platform
        self._secret = secret
        self._algorithm = algorithm

    def path(self, call: str, query: str) -> str:
        checksum = hashlib.new(self._algorithm, (call + query + self._secret).encode()).hexdigest()
        return f"{API}/{call}?{query}{'&' if query else ''}checksum={checksum}"

    async def get(self, call: str, query: str = "") -> Element:
        return await xml(await self.platform.raw(self.path(call, query)))

    async def post(self, call: str, query: str, body: bytes | io.BytesIO, headers: dict[str, str]) -> Element:
        return await xml(await self.platform.raw(self.path(call, query), method="POST", data=body, headers=headers))

    async def browser(self, query: str) -> str:
        """Where a browser that follows a join link arrives."""
        response = await self.platform.raw(self.path("join", query), headers=HTML)
        assert response.status == 303
        return response.headers["Location"]


async def connect(platform: Platform, meeting: str, user: str) -> None:
    """The person of that userID is in the room."""
    meetings = platform.world.bridge.meetings
    call = await platform.call_of(meeting)
    visitor = next(one.id for one in (await meetings.visitors(call)).values() if one.ext_id == user)
    platform.world.bridge.heard(ParticipantJoined(call, call, visitor, f"PA_{visitor}", platform.world.clock.now))


async def test_the_library_of_pypi_drives_a_meeting_from_end_to_end(moodle: Platform) -> None:
    address = str(moodle.world.client.make_url("/"))
    client: Any = BigBlueButton(address, MOODLE)

    async def ask(method: Any, *arguments: Any, **named: Any) -> Any:
        return await asyncio.to_thread(method, *arguments, **named)

    assert (await ask(client.get_api_version)).get_version() == "2.0"
    assert (await ask(client.get_meetings)).get_meetings() == []
    assert (await ask(client.is_meeting_running, "урок 1")).is_meeting_running() is False
    with pytest.raises(BBBException) as missing:
        await ask(client.get_meeting_info, "урок 1")
    assert missing.value.key == "notFound"

    asked = {"name": "Алгебра, 7В", "attendeePW": "ap", "moderatorPW": "mp", "record": True, "duration": 45}
    created = await ask(client.create_meeting, "урок 1", params=dict(asked), meta={"class": "7В"})
    assert (created.get_meetingid(), created.get_attendee_pw(), created.get_moderator_pw()) == ("урок 1", "ap", "mp")
    assert not created.has_been_forcibly_ended()
    await ask(client.create_meeting, "урок 2", params={"name": "Физика"})

    joined = client.get_join_meeting_url("Иванова Анна", "урок 1", "mp", params={"userID": "2"})
    path = joined.removeprefix(address.rstrip("/"))
    response = await moodle.raw(path, headers=HTML)
    assert response.headers["Location"].startswith("/join/")
    await connect(moodle, "урок 1", "2")

    assert (await ask(client.is_meeting_running, "урок 1")).is_meeting_running() is True
    info = await ask(client.get_meeting_info, "урок 1")
    meeting = info.get_meetinginfo()
    assert (meeting.get_meetingname(), meeting.get_duration(), meeting.get_participantcount()) == ("Алгебра, 7В", 45, 1)
    assert (meeting.get_createtime(), meeting.has_user_joined()) == (NOON * 1000, True)
    [person] = info.get_attendees()
    assert (person.get_userid(), person.get_fullname(), person.get_role()) == ("2", "Иванова Анна", "MODERATOR")
    assert len((await ask(client.get_meetings)).get_meetings()) == 2

    assert (await ask(client.get_recordings, "урок 1")).get_recordings() == []
    for method, arguments in (
        (client.publish_recordings, ["a"]),
        (client.delete_recordings, ["a"]),
        (client.update_recordings, ["a", {"x": "y"}]),
    ):
        with pytest.raises(BBBException) as refused:
            await ask(method, *arguments)
        assert refused.value.key == "notFound"

    with pytest.raises(BBBException) as wrong:
        await ask(client.end_meeting, "урок 1", "ap")
    assert wrong.value.key == "invalidPassword"
    assert (await ask(client.end_meeting, "урок 1", "mp")).get_message_key() == "sentEndMeetingRequest"
    assert (await ask(client.is_meeting_running, "урок 1")).is_meeting_running() is False

    stranger: Any = BigBlueButton(address, "x" * 40)
    with pytest.raises(BBBException) as unknown:
        await ask(stranger.get_meetings)
    assert unknown.value.key == "checksumError"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
async def test_moodles_activity(moodle: Platform, algorithm: str) -> None:
    """mod_bigbluebuttonbn: looks first, creates with a presentation, sends teacher, pupil and guest, asks, ends."""
    client = Recorded(moodle, MOODLE, algorithm)
    meeting = "9b2f3cd1a8e94c5d6f7a8b9c0d1e2f3a4b5c6d7e-2-5%5B3%5D"
    version = await client.get("")
    assert float(version.findtext("version") or 0) >= 2.0
    assert key(await client.get("getMeetingInfo", f"meetingID={meeting}")) == "notFound"
    created = await client.post(
        "create",
        f"meetingID={meeting}&name=%D0%90%D0%BB%D0%B3%D0%B5%D0%B1%D1%80%D0%B0+7%D0%92&attendeePW=Zx81kQpL&moderatorPW=Mw72hTrE"
        "&logoutURL=https%3A%2F%2Fmoodle.school.ru%2Fmod%2Fbigbluebuttonbn%2Fbbb_view.php%3Faction%3Dlogout%26id%3D7"
        "&record=true&autoStartRecording=false&allowStartStopRecording=true&welcome=%3Cb%3E%D0%97%D0%B4%D1%80%3C%2Fb%3E"
        "&muteOnStart=true&guestPolicy=ASK_MODERATOR&maxParticipants=30&lockSettingsDisableCam=true"
        "&lockSettingsLockOnJoin=true&disabledFeatures=externalVideos"
        "&meta_bbb-origin=Moodle&meta_bbb-origin-version=5.1&meta_bbb-origin-server-name=moodle.school.ru"
        "&meta_bbb-origin-tag=moodle-mod_bigbluebuttonbn+%282025041400%29&meta_bbb-context=7%D0%92&meta_bbb-context-id=2"
        "&meta_bn-recording-ready-url=https%3A%2F%2Fmoodle.school.ru%2Fbroker.php%3Faction%3Drecording_ready"
        "&meta_analytics-callback-url=https%3A%2F%2Fmoodle.school.ru%2Fbroker.php%3Faction%3Dmeeting_events",
        b'<?xml version="1.0" encoding="UTF-8"?><modules><module name="presentation">'
        b'<document url="https://moodle.school.ru/pluginfile.php/1/a.pdf" filename="a.pdf"/></module></modules>',
        XML,
    )
    assert created.findtext("meetingID") == meeting.replace("%5B", "[").replace("%5D", "]")
    time = created.findtext("createTime")
    assert created.findtext("messageKey") == ""
    leave = "logoutURL=https%3A%2F%2Fmoodle.school.ru%2Fmod%2Fbigbluebuttonbn%2Fbbb_view.php%3Fid%3D7"
    locale = "userdata-bbb_override_default_locale=ru"
    teacher = await client.browser(
        f"meetingID={meeting}&fullName=%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0&password=Mw72hTrE&{leave}"
        f"&role=MODERATOR&userID=2&guest=false&createTime={time}&{locale}&avatarURL=https%3A%2F%2Fmoodle%2Fa.png"
    )
    assert teacher.startswith("/join/")
    pupil = await client.browser(
        f"meetingID={meeting}&fullName=%D0%98%D0%BB%D1%8C%D1%8F&password=Zx81kQpL&{leave}"
        f"&role=VIEWER&userID=7&guest=false&createTime={time}&{locale}"
    )
    assert pupil.startswith("/join/")
    guest = f"meetingID={meeting}&fullName=%D0%93&password=Zx81kQpL&{leave}&role=VIEWER&guest=true&createTime={time}"
    assert await client.browser(guest) == "/entry?problem=guests_refused"
    name = created.findtext("meetingID") or ""
    await connect(moodle, name, "2")
    await connect(moodle, name, "7")
    info = await client.get("getMeetingInfo", f"meetingID={meeting}")
    assert (info.findtext("running"), info.findtext("moderatorCount")) == ("true", "1")
    assert (info.findtext("participantCount"), info.findtext("createTime")) == ("2", time)
    internal = created.findtext("internalMeetingID")
    recordings = await client.get("getRecordings", f"recordID={internal}&state=any")
    assert recordings.findtext("messageKey") == "noRecordings"
    assert (await client.get("isMeetingRunning", f"meetingID={meeting}")).findtext("running") == "true"
    assert (await client.get("end", f"meetingID={meeting}&password=Mw72hTrE")).findtext("returncode") == "SUCCESS"
    assert key(await client.get("getMeetingInfo", f"meetingID={meeting}")) == "notFound"
    assert await client.browser(f"meetingID={meeting}&fullName=x&role=VIEWER&createTime={time}") == (
        "/entry?problem=meeting_gone"
    )


async def test_canvas_conferences(canvas: Platform) -> None:
    """Canvas signs with sha1 and sends a voice bridge of twenty digits; it asks whether the conference runs."""
    client = Recorded(canvas, CANVAS, "sha1")
    meeting = "instructure_web_conference_3Fn2k10wu0jK7diwJHs2FkDU0oXyX1ErUZCavikc"
    created = await client.get(
        "create",
        f"attendeePW=qRk0ebvmp7yx3hWNdzYG&logoutURL=https%3A%2F%2Fcanvas.school.ru%2Fcourses%2F1&meetingID={meeting}"
        "&moderatorPW=xn4sWTbIAdh3gCkE7Zbq&name=BBB&record=false&voiceBridge=00690700101234567890&welcome=",
    )
    assert created.findtext("voiceBridge") == "00690700101234567890"
    assert (await client.get("isMeetingRunning", f"meetingID={meeting}")).findtext("running") == "false"
    way = await client.browser(
        f"createTime={created.findtext('createTime')}&fullName=User&meetingID={meeting}"
        "&password=xn4sWTbIAdh3gCkE7Zbq&userID=u-9b2f"
    )
    assert way.startswith("/join/")
    await connect(canvas, meeting, "u-9b2f")
    assert (await client.get("isMeetingRunning", f"meetingID={meeting}")).findtext("running") == "true"
    assert (await client.get("getRecordings", f"meetingID={meeting}")).findtext("messageKey") == "noRecordings"
    ended = await client.get("end", f"meetingID={meeting}&password=xn4sWTbIAdh3gCkE7Zbq")
    assert ended.findtext("returncode") == "SUCCESS"


async def test_greenlights_rooms(moodle: Platform) -> None:
    """Greenlight creates without passwords, again whenever somebody joins, and joins by role with an empty password."""
    client = Recorded(moodle, MOODLE, "sha256")
    meeting = "zqnjv5bqmbqvdkcnphhvzuyeo1wtcxbvnpxrqbgh"
    asked = (
        f"name=My+Room&meetingID={meeting}&logoutURL=https%3A%2F%2Fgl.school.ru&record=false"
        "&meta_endCallbackUrl=https%3A%2F%2Fgl.school.ru%2Fend"
    )
    first = await client.get("create", asked)
    again = await client.get("create", asked)
    assert (first.findtext("returncode"), again.findtext("messageKey")) == ("SUCCESS", "duplicateWarning")
    internal = first.findtext("internalMeetingID") or ""
    assert int(internal.split("-")[1]) == NOON * 1000
    time = first.findtext("createTime")
    way = await client.browser(
        f"meetingID={meeting}&fullName=Anna&password=&role=Moderator&userID=gl-1&createTime={time}"
    )
    assert way.startswith("/join/")
    await connect(moodle, meeting, "gl-1")
    info = await client.get("getMeetingInfo", f"meetingID={meeting}")
    assert info.findtext("attendees/attendee/role") == "MODERATOR"
    listed = await client.get("getMeetings")
    assert [one.findtext("meetingID") for one in listed.findall("meetings/meeting")] == [meeting]


async def test_the_php_library_and_nextcloud(moodle: Platform) -> None:
    """Both post XML and sign what PHP's http_build_query made; Nextcloud asks for the URL to join."""
    client = Recorded(moodle, MOODLE, "sha256")
    meeting = "4a7c61ae-9d14-4f5c-9f5e-bb9e1c2f3a44"
    slides = b'<?xml version="1.0"?>\n<modules><module name="presentation"><document url="https://nc/x.pdf"/></module></modules>\n'
    created = await client.post(
        "create",
        f"meetingID={meeting}&name=%D0%9A%D0%BE%D0%BC%D0%BD%D0%B0%D1%82%D0%B0+%7E+1&attendeePW=a1b2&moderatorPW=c3d4"
        "&record=false&guestPolicy=ALWAYS_ACCEPT&maxParticipants=0&meetingLayout=SMART_LAYOUT&groups=%5B%5D"
        "&logoutURL=https%3A%2F%2Fcloud.school.ru%2Fapps%2Fbbb%2F&copyright=&meta_ok=1",
        slides,
        {"Content-Type": "application/x-www-form-urlencoded"},  # what curl says when nobody tells it
    )
    assert created.findtext("returncode") == "SUCCESS"
    joined = await client.get(
        "join",
        f"meetingID={meeting}&fullName=Guest&password=a1b2&userID=&redirect=false&guest=true"
        f"&createTime={created.findtext('createTime')}",
    )
    url = urlsplit(joined.findtext("url") or "")
    assert url.netloc == urlsplit(str(moodle.world.client.make_url("/"))).netloc
    assert url.path.startswith("/join/")
    assert joined.findtext("meeting_id") == created.findtext("internalMeetingID")
    hook = await client.get("hooks/create", "callbackURL=https%3A%2F%2Fcloud.school.ru%2Fhook&getRaw=false")
    assert hook.findtext("hookID")
    assert len((await client.get("hooks/list")).findall("hooks/hook")) == 1


async def test_a_form_is_posted_with_its_checksum_inside(moodle: Platform) -> None:
    text = "meetingID=lesson-1&moderatorPW=mp&name=Test+Meeting"
    checksum = hashlib.sha256(f"create{text}{MOODLE}".encode()).hexdigest()
    body = f"{text}&checksum={checksum}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    created = await xml(await moodle.raw(f"{API}/create", method="POST", data=body, headers=form))
    assert created.findtext("meetingID") == "lesson-1"
    doubled = await xml(await moodle.raw(f"{API}/create?meetingID=lesson-1", method="POST", data=body, headers=form))
    assert key(doubled) == "checksumError"


async def test_a_body_is_limited_and_safe(moodle: Platform) -> None:
    client = Recorded(moodle, MOODLE, "sha256")
    asked = "meetingID=lesson-1&name=x"
    assert (
        key(await client.post("create", asked, io.BytesIO(b"<modules>" + b" " * (5 << 20)), XML)) == "validationError"
    )
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><modules>&b;</modules>'
    assert key(await client.post("create", asked, bomb, XML)) == "validationError"
    big = await moodle.raw(f"{API}/create", method="POST", data=b"a=" + b"x" * 70_000)
    assert key(await xml(big)) == "validationError"
    unsigned = await moodle.raw(f"{API}/create?{asked}", method="POST", data=b"<modules/>", headers=XML)
    assert key(await xml(unsigned)) == "checksumError"
    assert (await moodle.done("getMeetings")).findtext("messageKey") == "noMeetings"


async def test_only_get_and_post_are_served(moodle: Platform) -> None:
    await moodle.create()
    path = f"{API}/join?{moodle.query('join', {'meetingID': 'lesson-1', 'fullName': 'x', 'role': 'VIEWER'})}"
    for method in ("HEAD", "PUT", "DELETE"):
        assert (await moodle.raw(path, method=method)).status == 405
    assert await moodle.world.bridge.meetings.visitors(await moodle.call_of("lesson-1")) == {}


async def test_without_secrets_nothing_is_served(world: Any) -> None:
    assert (await world.client.get(API)).status == 404
