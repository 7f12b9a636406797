"""What reaches a real receiver: everything, in order, signed; what is down, gone or closing loses nothing."""

import asyncio
import socket
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook, WebhookVerificationError

from journal_bridge.core.targets import Targets
from journal_bridge.store.webhooks import DELIVERIES
from journal_bridge.webhooks_courier import Courier
from journal_bridge.webhooks_sending import Sender
from tests.journal_bridge.hooks import HOOKS, LOOPBACK, events, hook, lesson, receiver, school
from tests.journal_bridge.world import OTHER_KEY, World
from tests.support.databases import ON_BOTH
from tests.support.receiver import Receiver, receiving

__all__ = ["receiver", "school"]


async def pass_time(world: World, seconds: float, step: float = 600.0) -> None:
    """Virtual time goes on; what is due is sent."""
    until = world.clock.now + seconds
    while world.clock.now < until:
        world.clock.now = min(until, world.clock.now + step)
        await world.bridge.courier.drain()


# -- what arrives


@ON_BOTH
async def test_what_arrives_is_verified_by_the_public_library(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    call = await school.plan()
    await school.bridge.courier.drain()
    got = receiver.got[0]
    # The library compares with the real time, which is not ours.
    verifier = Webhook(made["secret"])
    headers = {name.lower(): value for name, value in got.headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + got.body
    assert headers["webhook-timestamp"] == str(int(school.clock.now))
    assert (
        verifier.sign(headers["webhook-id"], _moment(school.clock.now), got.body.decode())
        == headers["webhook-signature"]
    )
    assert signed.startswith(b"evt_")
    assert got.event["type"] == "call.planned"
    assert got.event["timestamp"] == "2026-01-26T09:00:00Z"
    assert got.event["data"]["call"]["id"] == call["id"]
    assert got.event["data"]["call"]["ext_id"] == "lesson-1"
    assert got.event["data"]["sequence"] == 1
    listed = await school.done("GET", "/v1/events")
    assert listed["data"][0]["id"] == headers["webhook-id"]
    assert listed["data"][0]["data"] == got.event["data"]


async def test_the_public_library_takes_it_at_its_own_time_and_refuses_a_change(
    school: World, receiver: Receiver
) -> None:
    made = await hook(school, receiver.url)
    school.clock.now = _now()
    await school.plan()
    await school.bridge.courier.drain()
    got = receiver.got[0]
    assert Webhook(made["secret"]).verify(got.body, got.headers)["type"] == "call.planned"
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(got.body + b" ", got.headers)


async def test_after_a_rotation_old_and_new_secret_verify_for_a_day(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    school.clock.now = _now()
    rotated = await school.done("POST", f"{HOOKS}/{made['id']}/rotate-secret", {})
    assert rotated["secret"] != made["secret"]
    await school.plan("one")
    await school.bridge.courier.drain()
    for secret in (made["secret"], rotated["secret"]):
        assert Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
    assert "secret" not in await school.done("GET", f"{HOOKS}/{made['id']}")
    assert len(receiver.got[0].headers["webhook-signature"].split(" ")) == 2


async def test_an_endpoint_gets_only_what_it_asked_for_and_only_its_journals(school: World, receiver: Receiver) -> None:
    await hook(school, receiver.url, "call.started")
    await school.seed(OTHER_KEY)
    await school.plan("other", key=OTHER_KEY)
    await lesson(school, "mine")
    await school.bridge.courier.drain()
    assert [event["type"] for event in receiver.taken] == ["call.started"]
    assert receiver.taken[0]["data"]["call"]["ext_id"] == "mine"


async def test_a_change_that_is_refused_tells_nothing(school: World, receiver: Receiver) -> None:
    await hook(school, receiver.url)
    await school.plan()
    await school.refused("POST", "/v1/calls/ext:lesson-1/end")
    await school.done("PATCH", "/v1/calls/ext:lesson-1", {"lesson_no": 1})
    await school.bridge.courier.drain()
    assert [event["type"] for event in receiver.taken] == ["call.planned"]


# -- a receiver that is down


@ON_BOTH
async def test_a_receiver_that_is_down_for_thirty_hours_loses_nothing_and_gets_each_call_in_order(
    school: World, receiver: Receiver
) -> None:
    await hook(school, receiver.url)
    receiver.status = 503
    for hour in range(30):
        await lesson(school, f"algebra-{hour}")
        if hour % 7 == 0:
            await lesson(school, f"physics-{hour}", "physics")
        await pass_time(school, 3600, step=1200)
    assert receiver.taken == []
    receiver.status = 200
    await pass_time(school, 26 * 3600, step=3600)
    told = (await events(school))[: len(receiver.taken)]
    assert len(receiver.taken) == 3 * 35
    assert len({got.headers["webhook-id"] for got in receiver.got if got.status == 200}) == 3 * 35
    assert sorted(event["data"]["call"]["ext_id"] for event in told) == sorted(
        event["data"]["call"]["ext_id"] for event in receiver.taken
    )
    by_call: dict[str, list[int]] = {}
    for event in receiver.taken:
        by_call.setdefault(event["data"]["call"]["ext_id"], []).append(event["data"]["sequence"])
    assert set(map(tuple, by_call.values())) == {(1, 2, 3)}


async def test_what_waited_goes_at_once_when_the_receiver_answers_again(school: World, receiver: Receiver) -> None:
    await hook(school, receiver.url)
    receiver.status = 500
    for number in range(5):
        await lesson(school, f"lesson-{number}")
    await pass_time(school, 10 * 3600)
    receiver.status = 200
    await school.plan("now")
    await school.bridge.courier.drain()
    assert len(receiver.taken) == 16


async def test_an_event_that_is_never_taken_holds_its_call_only(school: World, receiver: Receiver) -> None:
    await hook(school, receiver.url)
    receiver.refuse = {"call.started"}
    await lesson(school, "one")
    await school.bridge.courier.drain()
    await school.plan("two")
    await school.bridge.courier.drain()
    assert [(event["type"], event["data"]["call"]["ext_id"]) for event in receiver.taken] == [
        ("call.planned", "one"),
        ("call.planned", "two"),
    ]
    await pass_time(school, 90 * 3600, step=1800)
    assert [event["type"] for event in receiver.taken if event["data"]["call"]["ext_id"] == "one"] == [
        "call.planned",
        "call.ended",
    ]


async def test_after_ten_tries_a_delivery_has_failed_and_is_tried_again_by_hand(
    school: World, receiver: Receiver
) -> None:
    made = await hook(school, receiver.url)
    receiver.status, receiver.text = 500, "боль" * 2000
    await school.plan()
    await school.bridge.courier.drain()
    await pass_time(school, 90 * 3600, step=900)
    assert len(receiver.got) == 10
    log = await school.done("GET", f"{HOOKS}/{made['id']}/deliveries")
    delivery = log["data"][0]
    assert (delivery["status"], delivery["tries"], delivery["next_try_at"]) == ("failed", 10, None)
    assert delivery["last_try"]["status"] == 500
    assert delivery["last_try"]["body"].startswith("боль") and len(delivery["last_try"]["body"]) <= 1024
    assert (await school.done("GET", f"{HOOKS}/{made['id']}"))["failing_since"] is not None
    receiver.status = 200
    again = await school.ask("POST", f"/v1/deliveries/{delivery['id']}/retry", {})
    assert (again.status, (await again.json())["status"]) == (202, "waiting")
    await school.bridge.courier.drain()
    assert len(receiver.taken) == 1
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


async def test_410_switches_the_endpoint_off_until_it_is_switched_on(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    receiver.status = 410
    await school.plan("one")
    await school.bridge.courier.drain()
    off = await school.done("GET", f"{HOOKS}/{made['id']}")
    assert (off["enabled"], off["off_reason"]) == (False, "It answered 410 Gone.")
    await school.plan("two")
    await school.bridge.courier.drain()
    assert len(receiver.got) == 1
    assert (await school.refused("POST", f"{HOOKS}/{made['id']}/test", {}))["code"] == "endpoint_off"
    receiver.status = 200
    await school.done("PATCH", f"{HOOKS}/{made['id']}", {"enabled": True})
    await school.plan("three")
    await school.bridge.courier.drain()
    assert [event["data"]["call"]["ext_id"] for event in receiver.taken] == ["three"]


async def test_a_redirect_is_not_followed(school: World, receiver: Receiver) -> None:
    async with receiving() as elsewhere:
        made = await hook(school, receiver.url)
        receiver.status, receiver.location = 307, elsewhere.url
        await school.plan()
        await school.bridge.courier.drain()
        assert elsewhere.got == []
    log = await school.done("GET", f"{HOOKS}/{made['id']}/deliveries")
    assert (log["data"][0]["status"], log["data"][0]["last_try"]["status"]) == ("waiting", 307)


async def test_a_port_where_nobody_listens_is_told_in_the_log(school: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = await hook(school, f"http://127.0.0.1:{port}/hook")
    await school.plan()
    await school.bridge.courier.drain()
    last = (await school.done("GET", f"{HOOKS}/{made['id']}/deliveries"))["data"][0]["last_try"]
    assert last["status"] is None and "onnect" in last["error"]


# -- who sends


@ON_BOTH
async def test_two_servers_never_send_the_same_delivery(school: World, receiver: Receiver) -> None:
    other = Courier(
        school.database,
        school.bridge.outbox.bell,
        Sender(Targets(LOOPBACK)),
        spawn=school.spawner.spawn,
        clock=school.clock,
        random=lambda count: bytes(count),
    )
    await hook(school, receiver.url)
    for number in range(8):
        await lesson(school, f"lesson-{number}")
    await asyncio.gather(school.bridge.courier.drain(), other.drain())
    await asyncio.gather(school.bridge.courier.drain(), other.drain())
    await other.close()
    assert len(receiver.got) == 24
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 24


async def test_a_delivery_of_a_server_that_died_is_sent_by_another_when_its_lease_is_over(
    school: World, receiver: Receiver
) -> None:
    await hook(school, receiver.url)
    await school.plan()
    async with school.database.write() as connection:
        await connection.execute(DELIVERIES.update().values(leased_until=school.clock.now + 60))
    await school.bridge.courier.drain()
    assert receiver.got == []
    school.clock.now += 61
    await school.bridge.courier.drain()
    assert len(receiver.taken) == 1


async def test_an_attempt_that_is_broken_off_by_closing_costs_no_try(school: World) -> None:
    arrived = asyncio.Event()

    async def never(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await hold.wait()
        writer.close()

    hold = asyncio.Event()
    server = await asyncio.start_server(never, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await hook(school, f"http://127.0.0.1:{port}/hook")
    await school.plan()
    await school.bridge.courier.turn()
    await arrived.wait()
    await school.bridge.courier.close()
    hold.set()
    server.close()
    async with school.database.read() as connection:
        row = (await connection.execute(select(DELIVERIES))).one()
    assert (row.status, row.tries, row.leased_until) == ("waiting", 0, None)


def _now() -> float:
    """The library of the receiver looks at the real clock."""
    return time.time()


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)
