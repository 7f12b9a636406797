"""A journal's end of webhooks: a server on a port of this machine that remembers what it got and answers as told."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Got:
    """One request with the status it was answered with."""

    headers: dict[str, str]
    body: bytes
    status: int

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass
class Receiver:
    """`status` is the next answers' one, `text` their body, `location` where they point to."""

    url: str = ""
    status: int = 200
    text: str = "fine"
    location: str = ""
    got: list[Got] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)  # types of events that are answered with 500

    @property
    def taken(self) -> list[dict[str, Any]]:
        """Events that were answered with 2xx, in order."""
        return [got.event for got in self.got if got.status < 300]

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.read()
        status = 500 if json.loads(body)["type"] in self.refuse else self.status
        self.got.append(Got(dict(request.headers), body, status))
        headers = {"Location": self.location} if self.location else {}
        return web.Response(status=status, text=self.text, headers=headers)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver as long as the block."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.serve)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    receiver.url = str(server.make_url("/hook"))
    try:
        yield receiver
    finally:
        await server.close()
