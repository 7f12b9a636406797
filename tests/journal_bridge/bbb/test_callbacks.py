"""What platforms are told: the end, attendance, hooks. Receivers that are down lose nothing, and nothing overtakes."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import OctKey

from identity.core.addresses import networks
from journal_bridge.bbb.callbacks import SETTLE_SECONDS
from journal_bridge.bridge import BridgeConfig
from journal_bridge.core.bbb_hooks import MAX_HOOKS
from journal_bridge.core.webhooks import JITTER, LADDER
from tests.journal_bridge.bbb.platform import MOODLE, SECRETS, Platform
from tests.journal_bridge.world import NOON, World, build, close
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


@dataclass
class Receiver:
    """The platform's server. `answers` are given first, then 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append((request.method, request.raw_path, await request.read(), dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": f"{self.url}/elsewhere"})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made, app = Receiver(), web.Application()
    app.router.add_route("*", "/{path:.*}", made.take)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made


async def tell(world: World) -> None:
    await world.bridge.bigbluebutton.callbacks.tell()


def event(sent: tuple[str, str, bytes, dict[str, str]]) -> dict[str, Any]:
    """What bbb-webhooks' receivers read from a request."""
    [found] = json.loads(dict(parse_qsl(sent[2].decode()))["event"])
    data: dict[str, Any] = found["data"]
    return data


async def test_the_end_of_a_meeting_is_told_by_get(moodle: Platform, receiver: Receiver) -> None:
    await moodle.create(meta_endCallbackUrl=f"{receiver.url}/end?x=1", meetingEndedURL=f"{receiver.url}/over")
    await moodle.done("end", meetingID="lesson-1")
    await tell(moodle.world)
    assert sorted(sent[:2] for sent in receiver.heard) == [
        ("GET", "/end?x=1&recordingmarks=false&meetingID=lesson-1"),
        ("GET", "/over?recordingmarks=false&meetingID=lesson-1"),
    ]
    await tell(moodle.world)
    assert len(receiver.heard) == 2


async def test_attendance_comes_with_a_proof_that_moodle_checks(moodle: Platform, receiver: Receiver) -> None:
    world = moodle.world
    await moodle.create(**{"meta_analytics-callback-url": f"{receiver.url}/analytics", "meta_bn-course": "5"})
    internal = (await moodle.create()).findtext("internalMeetingID")
    teacher = await moodle.enters("Иванова Анна", password="mp", userID="2")
    pupil = await moodle.enters("Смирнов Илья", userID="7")
    world.clock.now += 600
    await moodle.leaves(pupil)
    world.clock.now += 60
    await moodle.leaves(teacher)
    await moodle.done("end", meetingID="lesson-1")
    await world.bridge.attendance.flush()
    await tell(world)
    assert receiver.heard == []
    world.clock.now += SETTLE_SECONDS
    await tell(world)
    [(method, path, body, headers)] = receiver.heard
    assert (method, path, headers["Content-Type"]) == ("POST", "/analytics", "application/json")
    token = headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, OctKey.import_key(MOODLE), algorithms=["HS512"]).claims
    assert claims["exp"] > world.clock.now
    told = json.loads(body)
    assert (told["meeting_id"], told["internal_meeting_id"]) == ("lesson-1", internal)
    assert told["data"]["metadata"]["bn-course"] == "5"
    assert (told["data"]["duration"], told["data"]["start"]) == (660, "2026-01-26T09:00:00.000+00:00")
    people = {one["ext_user_id"]: one for one in told["data"]["attendees"]}
    assert people.keys() == {"2", "7"}
    assert (people["2"]["moderator"], people["2"]["duration"]) == (True, 660)
    assert (people["7"]["moderator"], people["7"]["duration"], people["7"]["name"]) == (False, 600, "Смирнов Илья")
    assert people["7"]["joins"] == ["2026-01-26T09:00:00.000+00:00"]
    assert people["7"]["leaves"] == ["2026-01-26T09:10:00.000+00:00"]
    assert people["7"]["engagement"]["raisehand"] == 0


async def test_hooks_hear_of_meetings_and_people_in_order(moodle: Platform, receiver: Receiver) -> None:
    hook = await moodle.done("hooks/create", callbackURL=f"{receiver.url}/hook")
    assert [field.tag for field in hook] == ["returncode", "hookID", "permanentHook", "rawData"]
    await moodle.create()
    person = await moodle.enters("Илья", userID="7")
    await moodle.leaves(person)
    await tell(moodle.world)  # who left before the end is told before it
    await moodle.done("end", meetingID="lesson-1")
    await tell(moodle.world)
    told = [event(sent) for sent in receiver.heard]
    assert [one["id"] for one in told] == ["meeting-created", "user-joined", "user-left", "meeting-ended"]
    assert {one["attributes"]["meeting"]["external-meeting-id"] for one in told} == {"lesson-1"}
    assert told[0]["attributes"]["meeting"]["name"] == "Алгебра"
    user = told[1]["attributes"]["user"]
    assert (user["external-user-id"], user["name"], user["role"]) == ("7", "Илья", "VIEWER")
    assert told[0]["event"]["ts"] == NOON * 1000


async def test_who_goes_to_a_breakout_room_does_not_leave_the_meeting(moodle: Platform, receiver: Receiver) -> None:
    await moodle.done("hooks/create", callbackURL=f"{receiver.url}/hook", eventID="user-joined,user-left")
    await moodle.create()
    person = await moodle.enters("Илья")
    await moodle.moves(person, 1)
    await moodle.leaves(person)
    await moodle.enters("Илья", userID="7")
    await tell(moodle.world)
    assert [event(sent)["id"] for sent in receiver.heard] == ["user-joined", "user-left", "user-joined"]


async def test_a_hook_can_check_who_calls_it(moodle: Platform, receiver: Receiver) -> None:
    await moodle.done("hooks/create", callbackURL=f"{receiver.url}/hook?key=1")
    await moodle.create(name="Тест ~*&=")
    await tell(moodle.world)
    [(method, path, body, headers)] = receiver.heard
    expected = hashlib.sha1(f"{receiver.url}/hook?key=1{body.decode()}{MOODLE}".encode()).hexdigest()
    assert (method, path) == ("POST", f"/hook?key=1&checksum={expected}")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    fields = dict(parse_qsl(body.decode()))
    assert (fields["timestamp"], fields.keys()) == (str(int(NOON * 1000)), {"domain", "event", "timestamp"})


async def test_a_hook_hears_only_what_it_asked_for(moodle: Platform, canvas: Platform, receiver: Receiver) -> None:
    await moodle.done("hooks/create", callbackURL=f"{receiver.url}/one", meetingID="lesson-1")
    await moodle.done("hooks/create", callbackURL=f"{receiver.url}/ends", eventID="meeting-ended,user-left")
    await moodle.create("lesson-2")
    await canvas.create("lesson-1")
    await tell(moodle.world)
    assert receiver.heard == []
    await moodle.create("lesson-1")
    await moodle.done("end", meetingID="lesson-2")
    await tell(moodle.world)
    assert sorted((sent[1].partition("?")[0], event(sent)["id"]) for sent in receiver.heard) == [
        ("/ends", "meeting-ended"),
        ("/one", "meeting-created"),
    ]


async def test_hooks_are_listed_and_destroyed_by_their_client_only(moodle: Platform, canvas: Platform) -> None:
    assert (await moodle.done("hooks/list")).findall("hooks/hook") == []
    first = await moodle.done("hooks/create", callbackURL="https://a.example.org/x", meetingID="lesson-1")
    again = await moodle.done("hooks/create", callbackURL="https://a.example.org/x")
    assert again.findtext("messageKey") == "duplicateWarning"
    assert again.findtext("hookID") == first.findtext("hookID")
    await moodle.done("hooks/create", callbackURL="https://b.example.org/x?y=1")
    listed = (await moodle.done("hooks/list")).findall("hooks/hook")
    assert [hook.findtext("callbackURL") for hook in listed] == [
        "https://a.example.org/x",
        "https://b.example.org/x?y=1",
    ]
    others = (await moodle.done("hooks/list", meetingID="lesson-2")).findall("hooks/hook")
    assert [hook.findtext("callbackURL") for hook in others] == ["https://b.example.org/x?y=1"]
    assert (await canvas.done("hooks/list")).findall("hooks/hook") == []
    number = first.findtext("hookID")
    assert await canvas.refused("hooks/destroy", hookID=number) == "destroyMissingHook"
    assert (await moodle.done("hooks/destroy", hookID=number)).findtext("removed") == "true"
    assert await moodle.refused("hooks/destroy", hookID=number) == "destroyMissingHook"
    assert await moodle.refused("hooks/destroy", hookID="x") == "destroyMissingHook"
    assert await moodle.refused("hooks/destroy") == "missingParamHookID"


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "https://10.0.0.1/x", "http://[::ffff:169.254.169.254]/", "https://u:p@example.org/"]
)
async def test_a_hook_into_our_own_network_is_refused(moodle: Platform, url: str) -> None:
    expected = "validationError" if url else "missingParamCallbackURL"
    assert await moodle.refused("hooks/create", callbackURL=url) == expected


async def test_a_client_has_only_so_many_hooks(moodle: Platform) -> None:
    for number in range(MAX_HOOKS):
        await moodle.done("hooks/create", callbackURL=f"https://a.example.org/{number}")
    assert await moodle.refused("hooks/create", callbackURL="https://a.example.org/more") == "createHookError"


async def test_a_receiver_that_is_down_gets_everything_in_order_later(moodle: Platform, receiver: Receiver) -> None:
    world = moodle.world
    await moodle.done("hooks/create", callbackURL=f"{receiver.url}/hook")
    receiver.answers = [500, 302, 500]
    await moodle.create()
    await moodle.done("end", meetingID="lesson-1")
    for step in range(1, 5):
        await tell(world)
        world.clock.now += LADDER[step] * (1 + JITTER)
    told = [event(sent)["id"] for sent in receiver.heard]
    assert told == ["meeting-created"] * 4 + ["meeting-ended"]
    bodies = {sent[2] for sent in receiver.heard[:4]}
    assert len(bodies) == 1  # with the timestamp of the first try
    assert all(sent[1] != "/elsewhere" for sent in receiver.heard)


async def test_who_never_answers_is_given_up_at_the_end_of_the_ladder(moodle: Platform, receiver: Receiver) -> None:
    world = moodle.world
    receiver.answers = [500] * 100
    await moodle.create(meta_endCallbackUrl=f"{receiver.url}/end")
    await moodle.done("end", meetingID="lesson-1")
    for _ in range(3 * len(LADDER)):
        await tell(world)
        world.clock.now += max(LADDER) * (1 + JITTER)
    assert len(receiver.heard) == len(LADDER)


@pytest.mark.parametrize("answer", [401, 410])
async def test_an_answer_that_means_never_is_final(moodle: Platform, receiver: Receiver, answer: int) -> None:
    receiver.answers = [answer]
    await moodle.create(meta_endCallbackUrl=f"{receiver.url}/end")
    await moodle.done("end", meetingID="lesson-1")
    for _ in range(3):
        await tell(moodle.world)
        moodle.world.clock.now += max(LADDER) * 2
    assert len(receiver.heard) == 1


async def test_nothing_is_lost_when_the_server_restarts(database_url: str, receiver: Receiver) -> None:
    config = BridgeConfig(bigbluebutton=SECRETS)  # loopback is not allowed: the first server cannot send
    first = await build(database_url, config)
    platform = Platform(first)
    await platform.create(meta_endCallbackUrl=f"{receiver.url}/end")
    await platform.join("Анна")
    await platform.done("end", meetingID="lesson-1")
    await tell(first)
    assert receiver.heard == []
    await first.bridge.bigbluebutton.close()
    await close(first)
    second = await build(database_url, BridgeConfig(bigbluebutton=SECRETS, webhooks_allow=networks(("127.0.0.0/8",))))
    second.clock.now = first.clock.now + LADDER[1] * (1 + JITTER)
    await tell(second)
    assert [sent[0] for sent in receiver.heard] == ["GET"]
    await second.bridge.bigbluebutton.close()
    await close(second)


async def test_two_servers_of_one_database_do_not_tell_twice(database_url: str, receiver: Receiver) -> None:
    config = BridgeConfig(bigbluebutton=SECRETS, webhooks_allow=networks(("127.0.0.0/8",)))
    worlds = [await build(database_url, config) for _ in range(2)]
    platform = Platform(worlds[0])
    await platform.create(meta_endCallbackUrl=f"{receiver.url}/end")
    await platform.done("end", meetingID="lesson-1")
    await asyncio.gather(*(tell(world) for world in worlds))
    assert len(receiver.heard) == 1
    for world in worlds:
        await world.bridge.bigbluebutton.close()
        await close(world)
