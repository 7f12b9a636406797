"""A learning platform for tests: signs requests as BigBlueButton's clients do and reads the XML it is answered."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode
from xml.etree.ElementTree import Element

from aiohttp import ClientResponse
from defusedxml.ElementTree import fromstring
from yarl import URL

from signalling.events import ParticipantJoined, ParticipantLeft
from tests.journal_bridge.world import World

MOODLE = "moodle-secret-of-forty-characters-0123456"
CANVAS = "canvas-secret-of-forty-characters-0123456"
SECRETS = {"moodle": MOODLE, "canvas": CANVAS}

API = "/bigbluebutton/api"


class Platform:
    """One client of the interface."""

    def __init__(self, world: World, secret: str = MOODLE, algorithm: str = "sha256") -> None:
        self.world = world
        self.secret = secret
        self.algorithm = algorithm

    def query(self, call: str, parameters: Mapping[str, Any]) -> str:
        """The signed query."""
        query = urlencode({name: str(value) for name, value in parameters.items()}, quote_via=quote_plus)
        checksum = hashlib.new(self.algorithm, (call + query + self.secret).encode()).hexdigest()
        return f"{query}&checksum={checksum}" if query else f"checksum={checksum}"

    async def get(self, call: str, *, headers: Mapping[str, str] | None = None, **parameters: Any) -> ClientResponse:
        return await self.raw(f"{API}/{call}?{self.query(call, parameters)}", headers=headers)

    async def raw(
        self, path: str, *, method: str = "GET", data: Any = None, headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        """A request whose address goes over the wire exactly as it is."""
        url = URL(str(self.world.client.make_url("/")).rstrip("/") + path, encoded=True)
        response = await self.world.client.session.request(
            method, url, data=data, headers=dict(headers or {}), allow_redirects=False
        )
        await response.read()
        return response

    async def call(self, call: str, **parameters: Any) -> Element:
        """The answer to a call, whatever it is."""
        return await xml(await self.get(call, **parameters))

    async def done(self, call: str, **parameters: Any) -> Element:
        """The answer to a call that must succeed."""
        found = await self.call(call, **parameters)
        assert found.findtext("returncode") == "SUCCESS", (found.findtext("messageKey"), found.findtext("message"))
        return found

    async def refused(self, call: str, **parameters: Any) -> str:
        """The message key of a call that must fail."""
        return key(await self.call(call, **parameters))

    async def create(self, meeting: str = "lesson-1", **parameters: Any) -> Element:
        """A meeting with passwords."""
        asked = {"name": "Алгебра", "meetingID": meeting, "attendeePW": "ap", "moderatorPW": "mp", **parameters}
        return await self.done("create", **asked)

    async def join(self, name: str, meeting: str = "lesson-1", **parameters: Any) -> Element:
        """A person's way in, without a redirect."""
        asked = {"fullName": name, "meetingID": meeting, "password": "ap", "redirect": "false", **parameters}
        return await self.done("join", **asked)

    async def enters(self, name: str, meeting: str = "lesson-1", **parameters: Any) -> str:
        """The person joins and connects; their id."""
        joined = await self.join(name, meeting, **parameters)
        visitor = joined.findtext("user_id") or ""
        call = await self.call_of(meeting)
        self.world.bridge.heard(ParticipantJoined(call, call, visitor, f"PA_{visitor}", self.world.clock.now))
        return visitor

    async def leaves(self, visitor: str, meeting: str = "lesson-1") -> None:
        call = await self.call_of(meeting)
        now = self.world.clock.now
        self.world.bridge.heard(ParticipantLeft(call, call, visitor, f"PA_{visitor}", now, "CLIENT_INITIATED"))

    async def moves(self, visitor: str, room: int, meeting: str = "lesson-1") -> None:
        """From the main room to a breakout room."""
        call, now = await self.call_of(meeting), self.world.clock.now
        self.world.bridge.heard(ParticipantLeft(call, call, visitor, f"PA_{visitor}", now, "MIGRATION"))
        self.world.bridge.heard(ParticipantJoined(call, f"{call}:{room}", visitor, f"PA_{visitor}_{room}", now))

    async def call_of(self, meeting: str) -> str:
        """Our id of a living meeting."""
        name = next(name for name, secret in SECRETS.items() if secret == self.secret)
        found = await self.world.bridge.meetings.of(f"bbb:{name}", meeting)
        assert found is not None
        return found.id


async def xml(response: ClientResponse) -> Element:
    """The document of a response."""
    assert response.status == 200
    assert response.content_type == "text/xml"
    found: Element = fromstring(await response.read())
    assert found.tag == "response"
    return found


def key(failed: Element) -> str:
    """The message key of a refusal."""
    assert failed.findtext("returncode") == "FAILED", failed.findtext("messageKey")
    return failed.findtext("messageKey") or ""
