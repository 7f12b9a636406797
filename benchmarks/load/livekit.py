"""A participant over LiveKit's signalling protocol v0 (two peer connections), for any server that speaks it.

It publishes synthetic tracks on the connection that it offers, and answers every offer of the server on the other.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from joserfc import jwt
from joserfc.jwk import OctKey
from livekit.protocol import models, rtc

from benchmarks.load import sdp
from benchmarks.load.client import ConnectError, Connection, LoadClient
from benchmarks.load.model import Kind
from benchmarks.load.tracks import Outgoing, source_format

PROTOCOL = 16  # the newest whose behaviour this client has: participant updates, no single connection
REPLY_TIMEOUT = 10.0  # seconds: as long as real clients wait for a published track
TOKEN_LIFE = 3600  # seconds
PING_INTERVAL = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Access:
    """Where to join and with what right."""

    url: str
    """ws:// or wss:// of the server, without a path."""
    key: str
    secret: str


def token(access: Access, room: str, identity: str) -> str:
    """An access token to join the room, publish and subscribe."""
    now = int(time.time())
    video = {"room": room, "roomJoin": True, "canPublish": True, "canSubscribe": True}
    claims = {"iss": access.key, "sub": identity, "name": identity, "nbf": now, "exp": now + TOKEN_LIFE, "video": video}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(access.secret))


class Participant:
    """One participant of a room. Made by `join`; `leave` ends it."""

    def __init__(self, client: LoadClient, socket: aiohttp.ClientWebSocketResponse, *, sample: int, remb: int) -> None:
        self._client, self._socket = client, socket
        self._sample, self._remb = sample, remb
        self._joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._published: dict[str, asyncio.Future[None]] = {}
        self._answer: asyncio.Future[str] | None = None
        self._left = False
        self.publisher: Connection | None = None
        self.subscriber: Connection | None = None
        self.problem = ""
        """Why the server ended the session, or why a connection failed; empty while all is well."""
        self._handlers: Mapping[str, Callable[[Any], Coroutine[Any, Any, None]]] = {
            "join": self._on_join,
            "offer": self._on_offer,
            "answer": self._on_answer,
            "track_published": self._on_track_published,
            "leave": self._on_leave,
        }

    async def publish(self, tracks: Sequence[Outgoing], phase: float = 0.0) -> None:
        """Announce the tracks, connect, send. Raises ConnectError when the server does not play along."""
        loop = asyncio.get_running_loop()
        for item in tracks:
            self._published[item.track.track_id] = loop.create_future()
            await self._send(rtc.SignalRequest(add_track=_add_track(item)))
        await self._reply(asyncio.gather(*self._published.values()), "published tracks")
        self.publisher = self._client.open()
        self._answer = loop.create_future()
        text = sdp.offer(self.publisher.transport, [item.track for item in tracks])
        await self._send(rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp=text, id=1)))
        answer = sdp.parse(await self._reply(self._answer, "an answer"))
        await self.publisher.establish(answer, offered=True)
        for item in tracks:
            self.publisher.send(item.rhythm, source_format(item.track), phase)

    async def wait_subscriber(self) -> Connection:
        """The connection on which the server sends, once it is up. Raises ConnectError."""
        await self._reply(self._subscribed, "an offer")
        if self.subscriber is None:
            raise ConnectError(self.problem)
        return self.subscriber

    async def leave(self) -> None:
        self._left = True
        with contextlib.suppress(aiohttp.ClientError, OSError):
            reason = models.DisconnectReason.CLIENT_INITIATED
            await self._send(rtc.SignalRequest(leave=rtc.LeaveRequest(reason=reason)))
        await self._socket.close()
        for connection in (self.publisher, self.subscriber):
            if connection is not None:
                await self._client.release(connection)

    async def wait_joined(self) -> None:
        await self._reply(self._joined, "a join response")

    async def _reply(self, waited: "asyncio.Future[Any]", what: str) -> Any:
        try:
            return await asyncio.wait_for(waited, REPLY_TIMEOUT)
        except TimeoutError as error:
            raise ConnectError(self.problem or f"the server did not send {what}") from error

    async def _send(self, request: rtc.SignalRequest) -> None:
        await self._socket.send_bytes(request.SerializeToString())

    async def read(self) -> None:
        """Handle the server's messages until the socket closes."""
        async for frame in self._socket:
            if frame.type is not aiohttp.WSMsgType.BINARY:
                continue
            response = rtc.SignalResponse.FromString(frame.data)
            kind = response.WhichOneof("message")
            if kind in self._handlers:
                await self._handlers[kind](getattr(response, kind))
        if not self._left:
            self._fail(self.problem or "the server closed the WebSocket")

    async def ping(self) -> None:
        """Keep the session alive."""
        while not self._socket.closed:
            now = int(time.time() * 1000)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await self._send(rtc.SignalRequest(ping=now))
                await self._send(rtc.SignalRequest(ping_req=rtc.Ping(timestamp=now)))
            await asyncio.sleep(PING_INTERVAL)

    async def _on_join(self, _: rtc.JoinResponse) -> None:
        if not self._joined.done():
            self._joined.set_result(None)

    async def _on_offer(self, offer: rtc.SessionDescription) -> None:
        remote = sdp.parse(offer.sdp)
        first = self.subscriber is None
        if self.subscriber is None:
            self.subscriber = self._client.open(sample=self._sample, remb=self._remb)
        self.subscriber.update(remote)
        text = sdp.answer(remote, self.subscriber.transport, session=max(1, offer.id))
        answer = rtc.SessionDescription(type="answer", sdp=text, id=offer.id)
        await self._send(rtc.SignalRequest(answer=answer))
        if first:
            self._client.spawn(self._connect_subscriber(self.subscriber, remote))

    async def _connect_subscriber(self, connection: Connection, remote: sdp.RemoteDescription) -> None:
        try:
            await connection.establish(remote, offered=False)
        except ConnectError as error:
            self._fail(str(error))
        else:
            if not self._subscribed.done():
                self._subscribed.set_result(None)

    async def _on_answer(self, answer: rtc.SessionDescription) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer.sdp)

    async def _on_track_published(self, published: rtc.TrackPublishedResponse) -> None:
        waiting = self._published.get(published.cid)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _on_leave(self, leave: rtc.LeaveRequest) -> None:
        self._fail(f"the server ended the session: {models.DisconnectReason.Name(leave.reason)}")

    def _fail(self, problem: str) -> None:
        self.problem = problem
        waiting: list[asyncio.Future[Any]] = [self._joined, self._subscribed, *self._published.values()]
        if self._answer is not None:
            waiting.append(self._answer)
        for future in waiting:
            if not future.done():
                future.set_exception(ConnectError(problem))
                future.exception()  # seen: nobody may wait for it any more


async def join(
    client: LoadClient,
    http: aiohttp.ClientSession,
    access: Access,
    room: str,
    identity: str,
    *,
    subscribe: bool = True,
    sample: int = 1,
    remb: int = 100_000_000,
) -> Participant:
    """Enter a room. `subscribe`: take everything that others publish. Raises ConnectError."""
    query = {
        "access_token": token(access, room, identity),
        "auto_subscribe": str(int(subscribe)),
        "protocol": str(PROTOCOL),
        "sdk": "python",
        "version": "1.0.0",
    }
    try:
        socket = await http.ws_connect(f"{access.url}/rtc", params=query, max_msg_size=0)
    except aiohttp.ClientError as error:
        raise ConnectError(f"{access.url} refused the WebSocket: {error}") from error
    participant = Participant(client, socket, sample=sample, remb=remb)
    client.spawn(participant.read())
    await participant.wait_joined()
    client.spawn(participant.ping())
    return participant


def _add_track(item: Outgoing) -> rtc.AddTrackRequest:
    if item.rhythm.kind is Kind.AUDIO:
        return rtc.AddTrackRequest(
            cid=item.track.track_id, name="voice", type=models.TrackType.AUDIO, source=models.TrackSource.MICROPHONE
        )
    layer = models.VideoLayer(
        quality=models.VideoQuality.HIGH, width=1280, height=720, bitrate=item.rhythm.bits_per_second()
    )
    return rtc.AddTrackRequest(
        cid=item.track.track_id,
        name="camera",
        type=models.TrackType.VIDEO,
        source=models.TrackSource.CAMERA,
        width=1280,
        height=720,
        layers=[layer],
    )
