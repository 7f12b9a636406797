"""Sign-in by an outside provider as a browser sees it, into a profile of ours."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from identity.core import limits
from identity.http import routes
from identity.oidc import http as outside_http
from identity.oidc.providers import Provider
from identity.oidc.service import OutsideSignIn
from identity.service import Identity
from identity.sms.outbox import OutboxSms
from server.lifecycle import Spawner
from server.storage import Database
from tests.identity.oidc.conftest import Clock
from tests.support import oidc_provider
from tests.support.databases import ON_BOTH
from tests.support.oidc_provider import CLIENT, PERSON, SECRET, OidcProvider

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
FORM = {
    "family_name": "Смирнов",
    "given_name": "Илья",
    "patronymic": "Петрович",
    "birth_date": "2006-05-17",
    "gender": "male",
}


@dataclass
class Browser:
    """One browser; `cookies` are what it keeps of us."""

    client: TestClient[web.Request, web.Application]
    provider: OidcProvider
    identity: Identity
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **sent: Any) -> ClientResponse:
        """One request; redirects are shown, not followed."""
        response = await self.client.request(method, path, cookies=self.cookies, allow_redirects=False, **sent)
        await response.read()
        self.client.session.cookie_jar.clear()
        for header in response.headers.getall("Set-Cookie", ()):
            assert "HttpOnly" in header and "SameSite=Lax" in header
            for name, morsel in SimpleCookie(header).items():
                self.cookies.pop(name, None)
                if morsel.value:
                    self.cookies[name] = morsel.value
        return response

    async def there_and_back(self, next_path: str = "/") -> ClientResponse:
        left = await self.ask("GET", "/auth/school/start", params={"next": next_path})
        assert left.status == 303, await left.text()
        back = await self.provider.consent(left.headers["Location"])
        return await self.ask("GET", back.removeprefix(str(self.client.make_url("/")).rstrip("/")))

    async def step(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        response = await self.ask("POST", f"/api/sign-in/{name}", json=body, headers=OWN_PAGE)
        assert response.status == 200, await response.text()
        found: dict[str, Any] = await response.json()
        return found

    async def state(self) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.ask("GET", "/api/sign-in")).json()
        return found

    def other(self) -> "Browser":
        return Browser(self.client, self.provider, self.identity)


@pytest.fixture
async def someone(database_url: str) -> AsyncIterator[Browser]:
    database, clock, spawner, chance = Database(database_url), Clock(), Spawner(), random.Random(3)
    identity = Identity(database, clock=clock, random=chance.randbytes, spawn=spawner.spawn, sms=OutboxSms(clock))
    async with oidc_provider.running(clock) as provider:
        provider.person["birthdate"] = FORM["birth_date"]
        providers = {"school": Provider("Школа", provider.issuer, CLIENT, SECRET)}
        app = web.Application()
        routes.setup(app, identity)
        sign_in = OutsideSignIn(database, providers, limits=identity.limits, clock=clock, random=chance.randbytes)
        outside_http.add_routes(app, identity, sign_in)
        client: TestClient[web.Request, web.Application] = TestClient(TestServer(app))
        await client.start_server()
        yield Browser(client, provider, identity)
        await client.close()
    await spawner.close()
    await database.close()


@ON_BOTH
async def test_a_new_person_checks_the_form_and_consents(someone: Browser) -> None:
    arrived = await someone.there_and_back("/call/call_x")
    assert arrived.headers["Location"] == "/sign-in?next=/call/call_x"
    state = await someone.state()
    assert state["step"] == "form"
    assert state["prefill"] == FORM
    state = await someone.step("form", FORM)
    state = await someone.step("consent", {"version": state["consent"]["version"], "accepted": True})
    assert (state["step"], state["next"]) == ("done", "/call/call_x")
    profile = await (await someone.ask("GET", "/api/profile")).json()
    assert "248289761001" not in str(profile) and "school" not in str(profile)  # A4: nothing of it is shown


@ON_BOTH
async def test_the_second_time_there_is_nothing_left_to_do(someone: Browser) -> None:
    await someone.there_and_back()
    state = await someone.step("form", FORM)
    await someone.step("consent", {"version": state["consent"]["version"], "accepted": True})
    again = someone.other()
    someone.provider.person = {"sub": PERSON["sub"]}  # whatever else the provider says, it is the same person
    arrived = await again.there_and_back("/profile")
    assert (arrived.status, arrived.headers["Location"]) == (303, "/profile")
    assert "zvonok_profile" in again.cookies and "zvonok_attempt" not in again.cookies
    first, second = [await (await one.ask("GET", "/api/profile")).json() for one in (someone, again)]
    assert first["id"] == second["id"]


async def test_another_person_of_the_provider_gets_no_session(someone: Browser) -> None:
    await someone.there_and_back()
    state = await someone.step("form", FORM)
    await someone.step("consent", {"version": state["consent"]["version"], "accepted": True})
    stranger = someone.other()
    someone.provider.person = {"sub": "somebody else"}
    arrived = await stranger.there_and_back()
    assert arrived.headers["Location"].startswith("/sign-in") and "zvonok_profile" not in stranger.cookies


async def test_without_a_verified_phone_the_wizard_asks_for_one(someone: Browser) -> None:
    someone.provider.person["phone_number_verified"] = False
    await someone.there_and_back()
    assert (await someone.state())["step"] == "phone"


@pytest.mark.parametrize(
    "asked", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "", "/a b", "/\r\nx"]
)
async def test_nobody_is_sent_elsewhere(someone: Browser, asked: str) -> None:
    arrived = await someone.there_and_back(asked)
    assert arrived.headers["Location"] == "/sign-in?next=/"


async def test_a_state_that_was_planted_signs_nobody_in(someone: Browser) -> None:
    attacker = someone.other()
    left = await attacker.ask("GET", "/auth/school/start")
    back = await someone.provider.consent(left.headers["Location"])
    path = back.removeprefix(str(someone.client.make_url("/")).rstrip("/"))
    refused = await someone.ask("GET", path)
    assert refused.headers["Location"] == "/entry?problem=sign_in_expired"
    assert someone.cookies == {}


async def test_what_goes_wrong_is_told_in_words(someone: Browser) -> None:
    unknown = await someone.ask("GET", "/auth/unknown/start")
    assert (unknown.status, unknown.headers["Location"]) == (303, "/entry?problem=provider_unknown")
    assert (await someone.ask("GET", "/auth/school/callback")).headers["Location"] == "/entry?problem=sign_in_expired"
    twice = await someone.ask("GET", "/auth/school/callback?state=a&state=b")
    assert twice.headers["Location"] == "/entry?problem=provider_failed"
    someone.provider.answers["/.well-known/openid-configuration"] = lambda: web.Response(status=500)
    failed = await someone.ask("GET", "/auth/school/start")
    assert failed.headers["Location"] == "/entry?problem=provider_failed"
    assert failed.headers["Cache-Control"] == "no-store"


async def test_a_guessing_browser_does_not_leave(someone: Browser) -> None:
    assert (await someone.ask("GET", "/auth/school/start", headers={"Sec-Purpose": "prefetch"})).status == 503
    assert someone.cookies == {} and (await someone.ask("HEAD", "/auth/school/start")).status == 405


@ON_BOTH
async def test_one_address_begins_so_many_ways_an_hour(someone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DEPARTURES_ADDRESS", (limits.Limit("departure.address.hour", 2, limits.HOUR),))
    for _ in range(2):
        assert (await someone.ask("GET", "/auth/school/start")).headers["Location"].startswith(someone.provider.issuer)
    refused = await someone.ask("GET", "/auth/school/start")
    assert (refused.status, refused.headers["Location"]) == (303, "/entry?problem=too_many_tries")
    assert "Set-Cookie" not in refused.headers
