"""A running bridge for tests: its HTTP interface, a journal's client, a clock that is moved by hand."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from identity.http import routes as identity_routes
from identity.service import Identity
from identity.sms.outbox import OutboxSms
from journal_bridge.bridge import BridgeConfig, JournalBridge
from journal_bridge.http import setup
from journal_bridge.http.api import ROUTES
from journal_bridge.http.openapi import PARTS, problems
from server.lifecycle import Spawner
from server.storage import Database
from tests.support.cheap_hasher import CHEAP_HASHER
from tests.support.fake_calls import FakeCalls

NOON = 1769418000.0  # 26 January 2026, 12:00 in Moscow
KEY = "sk_test_journal-one-key"
OTHER_KEY = "sk_test_journal-two-key"
SCOPES = ("roster:write", "links:write", "calls:write", "calls:read", "attendance:read", "webhooks:write")

Client = TestClient[web.Request, web.Application]


@dataclass
class World:
    """One server with two journals, which must never see each other's records."""

    client: Client
    bridge: JournalBridge
    database: Database
    rooms: FakeCalls
    clock: "Clock"
    spawner: Spawner

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = KEY, headers: Mapping[str, str] = {}
    ) -> ClientResponse:
        """A journal's request; the body has been read when this returns."""
        sent = dict(headers)
        if key is not None:
            sent["Authorization"] = f"Bearer {key}"
        response = await self.client.request(method, path, json=body, headers=sent, allow_redirects=False)
        await response.read()
        if response.content_type == "application/problem+json":
            must_be_documented(method, response.url.path, (await response.json())["code"])
        return response

    async def done(self, method: str, path: str, body: Any = None, *, key: str = KEY) -> Any:
        """A request that must succeed, as JSON."""
        response = await self.ask(method, path, body, key=key)
        assert response.status < 300, await response.text()
        return await response.json() if response.status != 204 else None

    async def refused(self, method: str, path: str, body: Any = None, *, key: str | None = KEY) -> dict[str, Any]:
        """A request that must fail with a problem document."""
        response = await self.ask(method, path, body, key=key)
        assert response.status >= 400, await response.text()
        return await problem(response)

    async def seed(self, key: str = KEY) -> None:
        """One school with 7В and 8А, algebra and physics; Иванова teaches 7В, Петров teaches 8А."""
        for path, body in ROSTER.items():
            await self.done("PUT", f"/v1/{path}", body, key=key)

    async def plan(self, ext_id: str = "lesson-1", *, key: str = KEY, **changes: Any) -> dict[str, Any]:
        """A planned call of algebra in 7В."""
        call: dict[str, Any] = await self.done("POST", "/v1/calls", {**CALL, "ext_id": ext_id, **changes}, key=key)
        return call

    async def browser(self, person: str, call: str = "ext:lesson-1") -> dict[str, str]:
        """The cookies of a browser in which the person used a ticket."""
        ticket = await self.done("POST", f"/v1/calls/{call}/tickets", {"person": person})
        response = await self.ask("GET", ticket["url"].removeprefix(str(self.client.make_url("/")).rstrip("/")))
        self.client.session.cookie_jar.clear()
        assert response.status == 303
        return {name: morsel.value for name, morsel in response.cookies.items()}


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


ROSTER: dict[str, dict[str, Any]] = {
    "schools/s1": {"name": "Школа № 1", "tz": "Europe/Moscow"},
    "people/t15": {"role": "teacher", "family_name": "Иванова", "given_name": "Анна", "patronymic": "Сергеевна"},
    "people/t16": {"role": "teacher", "family_name": "Петров", "given_name": "Пётр"},
    "people/s201": {"role": "student", "family_name": "Смирнов", "given_name": "Илья"},
    "people/s202": {"role": "student", "family_name": "Орлова", "given_name": "Мария"},
    "people/s301": {"role": "student", "family_name": "Чужой", "given_name": "Борис"},
    "people/p1": {"role": "parent", "family_name": "Смирнова", "given_name": "Ольга", "children": ["s201"]},
    "people/p3": {"role": "parent", "family_name": "Чужая", "given_name": "Вера", "children": ["s301"]},
    "classes/7v": {"school": "s1", "title": "7В"},
    "classes/8a": {"school": "s1", "title": "8А"},
    "subjects/algebra": {"title": "Алгебра"},
    "subjects/physics": {"title": "Физика"},
    "enrollments/7v/algebra": {"teachers": ["t15"], "students": ["s201", "s202"]},
    "enrollments/7v/physics": {"teachers": ["t15"], "students": ["s201", "s202"]},
    "enrollments/8a/algebra": {"teachers": ["t16"], "students": ["s301"]},
}

CALL = {
    "class": "7v",
    "subject": "algebra",
    "lesson_no": 1,
    "starts_at": "2026-01-26T12:00:00+03:00",
    "teacher": "t15",
}


def must_be_documented(method: str, path: str, code: str) -> None:
    """A refusal of /v1 is one that the route's description names."""
    for route in ROUTES:
        if route.method == method and re.fullmatch("/v1" + PARTS.sub("[^/]+", route.path), path):
            assert code in problems(route), f"{method} /v1{route.path} may refuse with {code}: say so in its problems"


async def problem(response: ClientResponse) -> dict[str, Any]:
    """The problem document of a response."""
    assert response.content_type == "application/problem+json", await response.text()
    document: dict[str, Any] = await response.json()
    assert document["status"] == response.status
    assert document["request_id"] == response.headers["X-Request-Id"]
    return document


async def build(url: str, config: BridgeConfig | None = None, *, chance: random.Random | None = None) -> World:
    """A server on a free port, over a database that has its tables. Close it with `close`."""
    database, rooms, clock = Database(url), FakeCalls(), Clock(NOON)
    seeded, spawner = chance or random.Random(26), Spawner()
    identity = Identity(
        database,
        clock=clock,
        random=seeded.randbytes,
        spawn=spawner.spawn,
        sms=OutboxSms(clock),
        hasher=CHEAP_HASHER,
    )
    bridge = JournalBridge(
        database,
        rooms,
        classes=rooms.steering,
        identity=identity,
        spawn=spawner.spawn,
        clock=clock,
        random=seeded.randbytes,
        config=config,
    )
    await bridge.ensure_key("Журнал первый", KEY, SCOPES)
    await bridge.ensure_key("Журнал второй", OTHER_KEY, SCOPES)
    app = web.Application()
    identity_routes.setup(app, identity)
    setup(app, bridge)
    client: Client = TestClient(TestServer(app))
    await client.start_server()
    return World(client, bridge, database, rooms, clock, spawner)


async def close(world: World) -> None:
    """Stop the server, close the database."""
    await world.client.close()
    await world.bridge.close()
    await world.spawner.close()
    await world.database.close()
