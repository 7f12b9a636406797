"""A server beside a learning platform, and a browser between them that sends its cookies where a real one would."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any

import pytest
from aiohttp import ClientResponse
from joserfc.jwk import KeySet

from identity.core.addresses import networks
from journal_bridge.bridge import BridgeConfig
from journal_bridge.lti.service import LtiConfig
from tests.journal_bridge.world import World, build, close
from tests.support import lti_platform
from tests.support.lti_platform import LtiPlatform

SECRET = "registration" * 3


@dataclass
class Way:
    """One browser. `cookies` are what it keeps of us."""

    world: World
    platform: LtiPlatform
    cookies: dict[str, str] = field(default_factory=dict)
    tasks: int = 0  # of the server, when nothing is under way

    @property
    def origin(self) -> str:
        return str(self.world.client.make_url("/")).rstrip("/")

    @property
    def target(self) -> str:
        return f"{self.origin}/lti/launch"

    async def ask(self, method: str, path: str, **sent: Any) -> ClientResponse:
        """One request of the browser; redirects are shown, not followed."""
        path = path.removeprefix(self.origin)
        response = await self.world.client.request(method, path, cookies=self.cookies, allow_redirects=False, **sent)
        await response.read()
        for header in response.headers.getall("Set-Cookie", ()):
            assert "HttpOnly" in header
            header = header.removesuffix("; Partitioned")
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        self.world.client.session.cookie_jar.clear()
        return response

    async def register(self, secret: str = SECRET, **query: str) -> ClientResponse:
        asked = {
            "openid_configuration": f"{self.platform.origin}/openid-configuration",
            "registration_token": "registration-1",
            **query,
        }
        response = await self.ask("GET", f"/lti/register/{secret}", params=asked)
        keys = await (await self.ask("GET", "/lti/jwks")).json()
        self.platform.tool_keys = KeySet.import_key_set(keys)
        return response

    async def login(self, method: str = "GET", **changes: str) -> ClientResponse:
        asked = {
            "iss": self.platform.issuer,
            "client_id": self.platform.client,
            "target_link_uri": self.target,
            "login_hint": "user-1",
            "lti_message_hint": "message-1",
            **changes,
        }
        return await self.ask(method, "/lti/login", **({"params": asked} if method == "GET" else {"data": asked}))

    async def form(self, **claims: Any) -> dict[str, str]:
        """What the platform's page posts to us after a login."""
        begun = await self.login()
        assert begun.status == 303, await begun.text()
        return self.platform.authorise(begun.headers["Location"], **(claims or self.platform.resource(self.target)))

    async def post(self, form: dict[str, str], **headers: str) -> ClientResponse:
        return await self.ask("POST", "/lti/launch", data=form, headers=headers)

    async def launch(self, **changes: Any) -> ClientResponse:
        """A whole resource link launch."""
        return await self.post(await self.form(**self.platform.resource(self.target, **changes)))

    async def enter(self, **changes: Any) -> str:
        """A whole launch with what follows; the id of the call in front of which the browser stands."""
        launched = await self.launch(**changes)
        assert launched.status == 303, await launched.text()
        opened = await self.ask("GET", launched.headers["Location"])
        assert opened.status == 303 and opened.headers["Location"].startswith("/call/"), await opened.text()
        return opened.headers["Location"].removeprefix("/call/")

    async def shown(self, call: str) -> dict[str, Any]:
        """What the call's page is told."""
        response = await self.ask("GET", f"/api/calls/{call}")
        assert response.status == 200, await response.text()
        found: dict[str, Any] = await response.json()
        return found

    def other(self) -> "Way":
        """Another browser."""
        return Way(self.world, self.platform)


def fields(text: str) -> dict[str, str]:
    """The fields of a page's form that the browser would send."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", text):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attributes["type"] != "radio" or " checked" in tag:
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


@pytest.fixture
async def unregistered(database_url: str) -> AsyncIterator[Way]:
    """A platform that does not know us yet."""
    config = BridgeConfig(lti=LtiConfig(SECRET, networks(["127.0.0.0/8"])))
    world = await build(database_url, config)
    async with lti_platform.running(world.clock) as platform:
        yield Way(world, platform, tasks=len(world.spawner))
        await close(world)


@pytest.fixture
async def way(unregistered: Way) -> Way:
    """A platform that has registered us."""
    response = await unregistered.register()
    assert response.status == 200, await response.text()
    return unregistered
