"""A running identity for tests: its pages' requests, browsers with cookies of their own, a clock moved by hand."""

import random
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from identity.config import IdentityConfig
from identity.core.addresses import networks
from identity.http import routes
from identity.http.wire import TRUSTED_PROXIES
from identity.service import Identity
from identity.sms.outbox import OutboxSms
from server.lifecycle import Spawner
from server.storage import Database
from tests.support.cheap_hasher import CHEAP_HASHER

NOON = 1769418000.0  # 26 January 2026, 12:00 in Moscow
PHONE = "+79123456789"
OTHER_PHONE = "+79031112233"
PASSWORD = "сирень у крыльца 7"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FORM = {
    "family_name": "Иванова",
    "given_name": "Анна",
    "patronymic": "Сергеевна",
    "birth_date": "1980-05-17",
    "gender": "female",
}
CHILD = {"family_name": "Смирнов", "given_name": "Илья", "birth_date": "2014-03-02", "gender": "male"}


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """One server."""

    client: TestClient[web.Request, web.Application]
    identity: Identity
    database: Database
    clock: Clock
    sms: OutboxSms

    def browser(self, address: str = "203.0.113.5") -> "Person":
        """A browser that has never been here."""
        return Person(self, address)

    async def last_code(self, phone: str = PHONE) -> str:
        """The code in the newest message to a phone."""
        await self.identity.messages.send_due()
        found = next(message for message in self.sms.newest() if message.phone == phone)
        match = re.search(r"\b[0-9]{6}\b", found.text)
        assert match is not None
        return match[0]

    async def person(self, phone: str = PHONE, form: dict[str, Any] = FORM) -> "Person":
        """A browser in which somebody has just made a profile."""
        person = self.browser()
        await person.sign_up(phone, form)
        return person


@dataclass
class Person:
    """A browser and who sits before it."""

    world: World
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    agent: str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] = {},
        raw: bytes | None = None,
    ) -> ClientResponse:
        """A request of our page in this browser; its body has been read."""
        sent = {"X-Forwarded-For": self.address, "User-Agent": self.agent}
        if method != "GET":
            sent |= {"Content-Type": "application/json", **SAME_ORIGIN}
        sent |= headers
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = await self.world.client.request(
            method, path, json=body if raw is None else None, data=raw, headers=sent, allow_redirects=False
        )
        await answer.read()
        for name, morsel in answer.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return answer

    async def done(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.ask(method, path, {} if body is None and method != "GET" else body)
        assert answer.status < 300, await answer.text()
        return await answer.json() if answer.status != 204 else None

    async def refused(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = await self.ask(method, path, {} if body is None and method != "GET" else body)
        assert answer.status >= 400, await answer.text()
        assert answer.content_type == "application/problem+json"
        document: dict[str, Any] = await answer.json()
        return document

    async def begin(self, phone: str = PHONE, intent: str = "continue", query: str = "") -> Any:
        """Up to the code."""
        await self.done("GET", f"/api/sign-in{query}")
        return await self.done("POST", "/api/sign-in/phone", {"phone": phone, "intent": intent})

    async def prove(self, phone: str = PHONE, intent: str = "continue", query: str = "") -> Any:
        """Up to what follows the code."""
        await self.begin(phone, intent, query)
        return await self.done("POST", "/api/sign-in/code", {"code": await self.world.last_code(phone)})

    async def sign_up(self, phone: str = PHONE, form: dict[str, Any] = FORM) -> Any:
        """All the way, for a new phone."""
        await self.prove(phone, "create")
        state = await self.done("POST", "/api/sign-in/form", form)
        assert state["step"] == "consent"
        state = await self.done(
            "POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True}
        )
        assert state["step"] == "done"
        return state

    async def profile(self) -> Any:
        return await self.done("GET", "/api/profile")

    async def profile_id(self) -> str:
        return str((await self.profile())["id"])


@asynccontextmanager
async def running(url: str, config: IdentityConfig | None = None) -> AsyncIterator[World]:
    """A server on a free port over a database that has its tables."""
    database, clock, spawner = Database(url), Clock(NOON), Spawner()
    sms = OutboxSms(clock)
    identity = Identity(
        database,
        clock=clock,
        random=random.Random(26).randbytes,
        spawn=spawner.spawn,
        config=config or IdentityConfig(operator="Школе № 1", support="кабинет 12"),
        sms=sms,
        hasher=CHEAP_HASHER,
    )
    app = web.Application()
    app[TRUSTED_PROXIES] = networks(("127.0.0.1",))
    routes.setup(app, identity)
    client: TestClient[web.Request, web.Application] = TestClient(TestServer(app), cookie_jar=DummyCookieJar())
    await client.start_server()
    yield World(client, identity, database, clock, sms)
    await client.close()
    await spawner.close()
    await database.close()
