"""Webhook endpoints over HTTP: their life, their log, whose they are, and no way into our own network."""

import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, select

from journal_bridge.core.targets import Targets
from journal_bridge.store.webhooks import DELIVERIES
from journal_bridge.webhooks_sending import Sender
from tests.journal_bridge.hooks import HOOKS, LOOPBACK, events, hook, lesson, receiver, school
from tests.journal_bridge.world import OTHER_KEY, World
from tests.support.databases import ON_BOTH
from tests.support.receiver import Receiver, receiving

__all__ = ["receiver", "school"]


# -- our own network


class Rebinding(AbstractResolver):
    """Answers with a public address first, with ours afterwards."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        address = self.answers.pop(0)
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fe80::1"]
)
async def test_a_name_that_leads_to_a_private_address_is_not_connected_to(receiver: Receiver, address: str) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    sender = Sender(Targets(), resolver=Rebinding(address))
    outcome = await sender.post(f"https://journal.example.org:{port}/hook", {}, b'{"type":"x"}')
    await sender.close()
    assert outcome.status is None and "not a public address" in (outcome.error or "")
    assert receiver.got == []


async def test_a_name_that_changes_its_mind_between_two_tries_gains_nothing(receiver: Receiver) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    sender = Sender(Targets(LOOPBACK), resolver=Rebinding("127.0.0.1", "10.0.0.1"))
    first = await sender.post(f"http://journal.example.org:{port}/hook", {}, b'{"type":"x"}')
    second = await sender.post(f"http://journal.example.org:{port}/hook", {}, b'{"type":"x"}')
    await sender.close()
    assert first.status == 200
    assert second.status is None and "10.0.0.1" in (second.error or "")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://10.0.0.1/hook", "private"),
        ("https://10.0.0.1/hook", "private"),
        ("https://[::ffff:10.0.0.1]/hook", "private"),
        ("https://user@example.org/", "malformed"),
        ("file:///etc/passwd", "malformed"),
    ],
)
async def test_an_endpoint_cannot_be_given_a_private_address(school: World, url: str, code: str) -> None:
    refused = await school.refused("POST", HOOKS, {"url": url})
    assert (refused["code"], refused["errors"][0]["field"], refused["errors"][0]["code"]) == (
        "body_invalid",
        "url",
        code,
    )
    made = await hook(school, "https://journal.example.org/hook")
    changed = await school.refused("PATCH", f"{HOOKS}/{made['id']}", {"url": url})
    assert changed["errors"][0]["code"] == code


async def test_no_more_of_an_answer_is_read_than_needed(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    receiver.text = "x" * 5_000_000
    await school.plan()
    await school.bridge.courier.drain()
    last = (await school.done("GET", f"{HOOKS}/{made['id']}/deliveries"))["data"][0]
    assert last["status"] == "delivered" and len(last["last_try"]["body"]) == 1024


# -- the interface


@ON_BOTH
async def test_an_endpoint_is_made_looked_at_changed_and_deleted(school: World, receiver: Receiver) -> None:
    response = await school.ask("POST", HOOKS, {"url": "https://journal.example.org/hook", "description": "Основной"})
    made = await response.json()
    assert response.status == 201
    assert response.headers["Location"] == f"{HOOKS}/{made['id']}"
    assert response.headers["Cache-Control"] == "no-store"
    assert made["secret"].startswith("whsec_")
    shown = await school.done("GET", f"{HOOKS}/{made['id']}")
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert (await school.done("GET", HOOKS))["data"] == [shown]
    changed = await school.done("PATCH", f"{HOOKS}/{made['id']}", {"url": receiver.url, "events": ["call.ended"]})
    assert (changed["url"], changed["events"], changed["description"]) == (receiver.url, ["call.ended"], "Основной")
    await lesson(school, "lesson-1")
    await school.bridge.courier.drain()
    assert [event["type"] for event in receiver.taken] == ["call.ended"]
    assert (await school.ask("DELETE", f"{HOOKS}/{made['id']}")).status == 204
    assert (await school.refused("GET", f"{HOOKS}/{made['id']}"))["code"] == "endpoint_unknown"
    async with school.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(DELIVERIES)) == 0


async def test_a_test_event_goes_to_its_endpoint_alone(school: World, receiver: Receiver) -> None:
    async with receiving() as other:
        await hook(school, other.url)
        made = await hook(school, receiver.url, "call.ended")
        response = await school.ask("POST", f"{HOOKS}/{made['id']}/test", {})
        assert response.status == 202
        await school.bridge.courier.drain()
        assert other.got == []
    assert receiver.taken[0]["type"] == "webhook.test"
    log = (await school.done("GET", f"{HOOKS}/{made['id']}/deliveries"))["data"]
    assert (log[0]["id"], log[0]["status"]) == ((await response.json())["id"], "delivered")


@ON_BOTH
async def test_the_log_is_read_page_by_page_the_newest_first(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    for number in range(5):
        await school.plan(f"lesson-{number}", lesson_no=number + 1)
    await school.bridge.courier.drain()
    path, found = f"{HOOKS}/{made['id']}/deliveries", []
    page = await school.done("GET", f"{path}?limit=2")
    while True:
        found += page["data"]
        if not page["has_more"]:
            break
        page = await school.done("GET", f"{path}?limit=2&after={page['next']}")
    assert len(found) == len({one["id"] for one in found}) == 5
    newest = (await events(school))[-1]
    assert found[0]["event"] == {"id": newest["id"], "type": "call.planned"}
    assert (await school.refused("GET", f"{path}?after=dlv_none"))["code"] == "cursor_invalid"


async def test_a_journal_has_no_more_endpoints_than_it_may(school: World) -> None:
    for number in range(20):
        await hook(school, f"https://journal.example.org/{number}")
    assert (await school.refused("POST", HOOKS, {"url": "https://journal.example.org/"}))["code"] == "endpoints_full"
    await school.done("POST", HOOKS, {"url": "https://journal.example.org/"}, key=OTHER_KEY)


async def test_endpoints_and_deliveries_of_another_journal_are_unknown(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    await school.plan()
    await school.bridge.courier.drain()
    path = f"{HOOKS}/{made['id']}"
    delivery = (await school.done("GET", f"{path}/deliveries"))["data"][0]["id"]
    for method, asked, body in (
        ("GET", path, None),
        ("PATCH", path, {"enabled": False}),
        ("DELETE", path, None),
        ("POST", f"{path}/rotate-secret", {}),
        ("POST", f"{path}/test", {}),
        ("GET", f"{path}/deliveries", None),
    ):
        assert (await school.refused(method, asked, body, key=OTHER_KEY))["code"] == "endpoint_unknown"
    refused = await school.refused("POST", f"/v1/deliveries/{delivery}/retry", {}, key=OTHER_KEY)
    assert refused["code"] == "delivery_unknown"
    await school.done("POST", HOOKS, {"url": receiver.url}, key=OTHER_KEY)
    own = (await school.done("GET", HOOKS, key=OTHER_KEY))["data"][0]["id"]
    stolen = await school.refused("GET", f"{HOOKS}/{own}/deliveries?after={delivery}", key=OTHER_KEY)
    assert stolen["code"] == "cursor_invalid"
    assert (await school.done("GET", path))["enabled"] is True


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": ""},
        {"url": 5},
        {"url": "https://a.b", "events": ["call.exploded"]},
        {"url": "https://a.b", "secret": "whsec_mine"},
        {"url": "https://a.b", "journal_id": "jrn_x"},
        {"url": "https://a.b", "enabled": False},
        {"url": "https://a.b", "description": "x" * 201},
    ],
)
async def test_a_body_that_does_not_fit_is_refused(school: World, body: dict[str, Any]) -> None:
    assert (await school.refused("POST", HOOKS, body))["code"] == "body_invalid"


async def test_endpoints_need_their_scope(school: World) -> None:
    await school.bridge.ensure_key("Журнал первый", "sk_test_reader-of-calls", ["calls:read"])
    for path in (HOOKS, "/v1/events", "/v1/events/stream"):
        assert (await school.refused("GET", path, key="sk_test_reader-of-calls"))["code"] == "scope_missing"


async def test_old_events_go_with_their_deliveries(school: World, receiver: Receiver) -> None:
    made = await hook(school, receiver.url)
    await school.plan("old")
    await school.bridge.courier.drain()
    school.clock.now += 31 * 86400
    await school.plan("new")
    await school.bridge.events.prune()
    assert [event["data"]["call"]["ext_id"] for event in await events(school)] == ["new"]
    assert len((await school.done("GET", f"{HOOKS}/{made['id']}/deliveries"))["data"]) == 1
