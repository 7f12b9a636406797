"""Signalling on a real port with media that is not there, and a client that speaks protobuf over a WebSocket."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.protocol import models, rtc

from signalling.config import SignallingConfig
from signalling.core.grants import Claims, Grants, Permission
from signalling.events import Event
from signalling.http import setup
from signalling.ports import CallStore
from signalling.service import SignallingService
from tests.support.fake_media import FakeMedia, FakePeer
from tests.support.memory_calls import MemoryCallStore

KEY = "testkey"
SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"


@dataclass
class Server:
    """A running server; `url` is http, `events` what it reported."""

    service: SignallingService
    media: FakeMedia
    url: str
    session: aiohttp.ClientSession
    events: list[Event] = field(default_factory=list)
    sockets: list[aiohttp.ClientWebSocketResponse] = field(default_factory=list)

    def token(self, identity: str = "anna", room: str = "class", **permission: Any) -> str:
        grants = Grants(room=room, join=True, permission=Permission(**permission))
        return self.service.tokens.sign(Claims(identity=identity, name=identity.title(), grants=grants), 60)

    def peer(self, identity: str, room: str = "class") -> FakePeer:
        return self.media.peer(self.service.rooms.seat(room, identity).participant.sid)

    async def connect(self, token: str, **parameters: str) -> "SignalClient":
        query = {"access_token": token, "protocol": "16", "auto_subscribe": "1", **parameters}
        return SignalClient(await self.open("/rtc", **query))

    async def open(self, path: str, **query: str) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket that is closed with the server."""
        socket = await self.session.ws_connect(self.url + path, params=query)
        self.sockets.append(socket)
        return socket

    async def join(self, identity: str = "anna", room: str = "class", **permission: Any) -> "SignalClient":
        """Join, answer the first offer, be connected."""
        client = await self.connect(self.token(identity, room, **permission))
        client.joined = (await client.expect("join")).join
        offer = (await client.expect("offer")).offer
        await client.send(answer=rtc.SessionDescription(type="answer", sdp="fine", id=offer.id))
        self.peer(identity, room).connect()
        await client.expect("update", lambda m: m.update.participants[0].state == models.ParticipantInfo.State.ACTIVE)
        return client

    async def publish(self, client: "SignalClient", identity: str, *, video: bool = False, room: str = "class") -> str:
        """Announce a track and let its first packet arrive; its sid."""
        await client.send(
            add_track=rtc.AddTrackRequest(
                cid="cid",
                type=models.TrackType.VIDEO if video else models.TrackType.AUDIO,
                source=models.TrackSource.CAMERA if video else models.TrackSource.MICROPHONE,
            )
        )
        sid = str((await client.expect("track_published")).track_published.track.sid)
        self.peer(identity, room).go_live(sid, video=video, rids="qhf" if video else "")
        return sid


class SignalClient:
    """The client's end of a signal connection. Messages that nobody waited for stay in `seen`."""

    joined: rtc.JoinResponse

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seen: list[rtc.SignalResponse] = []

    async def send(self, **message: Any) -> None:
        await self.socket.send_bytes(rtc.SignalRequest(**message).SerializeToString())

    async def receive(self) -> rtc.SignalResponse:
        message = await self.socket.receive(timeout=10)
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise ConnectionError(f"{message.type} {message.data} {message.extra}")
        response = rtc.SignalResponse.FromString(message.data)
        self.seen.append(response)
        return response

    async def expect(self, kind: str, such: Any = lambda message: True) -> rtc.SignalResponse:
        """The next message of this kind for which `such` is true; others are put aside."""
        while True:
            response = await self.receive()
            if response.WhichOneof("message") == kind and such(response):
                return response

    async def is_closed(self) -> tuple[int | None, str]:
        """Wait until the server has closed it; the code and the reason."""
        while True:
            message = await self.socket.receive(timeout=10)
            if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return self.socket.close_code, str(message.extra or "")

    async def roundtrip(self) -> None:
        """Everything that was sent before has been handled when this returns."""
        stamp = random.getrandbits(40)
        await self.send(ping_req=rtc.Ping(timestamp=stamp))
        await self.expect("pong_resp", lambda message: message.pong_resp.last_ping_timestamp == stamp)


@asynccontextmanager
async def running(
    media: FakeMedia | None = None, store: CallStore | None = None, **config: Any
) -> AsyncIterator[Server]:
    """A server with this configuration."""
    tasks: set[asyncio.Task[None]] = set()

    def spawn(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    media = media or FakeMedia()
    events: list[Event] = []
    service = SignallingService(
        SignallingConfig(keys={KEY: SECRET}, **config),
        media,
        spawn=spawn,
        clock=time.monotonic,
        wall=time.time,
        emit=events.append,
        store=store or MemoryCallStore(),
        random=random.Random(7),
    )
    app = web.Application()
    setup(app, service)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        running_server = Server(service, media, str(server.make_url("")).rstrip("/"), session, events)
        yield running_server
        await service.close()
        for socket in running_server.sockets:
            await socket.close()
    assert not tasks, "a task was left behind"
