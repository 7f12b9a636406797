"""A participant over LiveKit's signalling protocol v0 (two peer connections), for any server that speaks it.

It publishes synthetic tracks on the connection that it offers, and answers every offer of the server on the other.
Messages that a load client has no use for are passed over, unknown ones too.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import aiohttp
from google.protobuf.message import DecodeError
from livekit.protocol import models, rtc

from benchmarks.load import access, sdp
from benchmarks.load.channels import Outbox, deliver
from benchmarks.load.choice import Choice
from benchmarks.load.client import ConnectError, Connection, LoadClient
from benchmarks.load.model import Kind
from benchmarks.load.tasks import end
from benchmarks.load.tracks import Outgoing, begin, outgoing
from benchmarks.rooms.plan import Seat

PROTOCOL = 16  # the newest whose behaviour this client has: participant updates, no single connection
REPLY_TIMEOUT = 10.0  # seconds: as long as real clients wait for a published track
CLOSE_TIMEOUT = 2.0  # seconds for the server's half of the WebSocket's closing handshake
GATHER_TIME = 0.5  # seconds after the first trickled address in which others still count
PING_INTERVAL = 5.0  # seconds
BITRATE = 100_000_000  # bit/s that receivers claim to have room for, so that nothing is thinned out
RIDS = {models.VideoQuality.LOW: "q", models.VideoQuality.MEDIUM: "h", models.VideoQuality.HIGH: "f"}
"""What LiveKit's clients call the encodings of simulcast."""
PUBLISHER, SUBSCRIBER = rtc.SignalTarget.PUBLISHER, rtc.SignalTarget.SUBSCRIBER

Waiting = asyncio.Future[Any]


class Participant:
    """One participant of a room, which does what its seat says. Made by `join`; `leave` ends it."""

    def __init__(
        self,
        client: LoadClient,
        socket: aiohttp.ClientWebSocketResponse,
        seat: Seat,
        take_message: Callable[[bytes], None],
        *,
        sample: int,
        host: str,
        shown: int | None,
        quality: "models.VideoQuality | None",
    ) -> None:
        self._client, self._socket, self._seat = client, socket, seat
        self._take_message = take_message
        self._quality = quality
        self._sample, self._host = sample, host
        loop = asyncio.get_running_loop()
        self._joined: Waiting = loop.create_future()
        self._offered: Waiting = loop.create_future()
        self._answered: Waiting = loop.create_future()
        self._ready: Waiting = loop.create_future()
        self._published: dict[str, Waiting] = {}
        self._sids: dict[Kind, str] = {}  # of its tracks
        self._addresses = {PUBLISHER: _Addresses(), SUBSCRIBER: _Addresses()}
        self._choice = Choice(seat, shown)
        self._reader = sdp.Reader()
        self._answers: sdp.Answers | None = None
        self._outbox: Outbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._left = False
        self.publisher: Connection | None = None
        self.subscriber: Connection | None = None
        self.problem = ""
        """Why the server ended the session, or why a connection failed; empty while all is well."""
        self.identity = ""
        """As the server calls it."""
        self.room = ""
        """Where it is; the server may move it."""
        self.on_sending: Callable[[], Coroutine[Any, Any, None]] = _nothing
        """Called when its tracks have begun."""
        self.on_moved: Callable[[], Coroutine[Any, Any, None]] = _nothing
        """Called when it is in another room."""
        self.looked_at: frozenset[str] = frozenset(RIDS.values())
        """Which encodings of its camera anybody takes, as the server says (dynacast)."""
        self._handlers: Mapping[str, Callable[[Any], Coroutine[Any, Any, None]]] = {
            "join": self._on_join,
            "offer": self._on_offer,
            "answer": self._on_answer,
            "trickle": self._on_trickle,
            "update": self._on_update,
            "room_moved": self._on_room_moved,
            "track_published": self._on_track_published,
            "request_response": self._on_request_response,
            "subscribed_quality_update": self._on_qualities,
            "leave": self._on_leave,
        }

    async def start(self) -> None:
        """Read, wait for the join response, and let the rest go on by itself. Raises ConnectError."""
        self._tasks.append(self._client.spawn(self._read()))
        joined: rtc.JoinResponse = await self._reply(self._joined, "a join response")
        self._tasks += [self._client.spawn(self._ping()), self._client.spawn(self._connect(joined.subscriber_primary))]

    async def wait_ready(self) -> None:
        """Until its tracks are announced and its connections and channels are up. Raises ConnectError."""
        await asyncio.shield(self._ready)

    def send_message(self, payload: bytes, *, reliable: bool) -> None:
        """To everybody else in the room. Raises ConnectError when there is no channel."""
        if self._outbox is None:
            raise ConnectError("the participant has no data channels")
        self._outbox.send(payload, reliable=reliable)

    async def mute(self, kind: Kind, *, muted: bool) -> None:
        """Say that nothing comes in its track of a kind, or that something does again. It has to be announced."""
        await self._send(rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid=self._sids[kind], muted=muted)))

    async def leave(self) -> None:
        """Say goodbye and close everything. Safe after a failure and when called twice."""
        self._left = True
        await end(self._tasks[1:])  # the reader, the first one, ends with the socket
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT):
                reason = models.DisconnectReason.CLIENT_INITIATED
                await self._send(rtc.SignalRequest(leave=rtc.LeaveRequest(reason=reason)))
        await self._socket.close()
        if self._tasks:
            await end(self._tasks[:1])
        for connection in (self.publisher, self.subscriber):
            if connection is not None:
                await self._client.release(connection)
        self._fail("the participant left")

    async def _connect(self, subscriber_first: bool) -> None:
        """Both connections at once; a server whose primary one is the publisher's offers when there are tracks."""
        try:
            await asyncio.gather(self._publish(), *([self._subscribe()] if subscriber_first else []))
            _set(self._ready, None)
            if not subscriber_first:
                await asyncio.shield(self._offered)
                await self._subscribe()
        except (ConnectError, sdp.SdpError, aiohttp.ClientError, OSError) as error:
            self._fail(str(error))

    async def _publish(self) -> None:
        tracks = outgoing(self._seat.sends, self._seat.identity)
        if not tracks and self._seat.messages is None:
            return
        self.publisher = connection = self._client.open(host=self._host)
        loop = asyncio.get_running_loop()
        for item in tracks:
            self._published[item.track.track_id] = loop.create_future()
            await self._send(rtc.SignalRequest(add_track=_add_track(item)))
        text = sdp.offer(connection.transport, [item.track for item in tracks], data=self._seat.messages is not None)
        await self._send(rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp=text, id=1)))
        for item in tracks:
            waiting = self._published[item.track.track_id]
            self._sids[item.rhythm.kind] = await self._reply(waiting, "published tracks")
        answer = sdp.parse(await self._reply(self._answered, "an answer"))
        await connection.establish(await self._addresses[PUBLISHER].complete(answer), offered=True)
        begin(connection, tracks, self._seat.phase)
        await self.on_sending()
        if self._seat.messages is not None:
            self._outbox = Outbox(connection)
            await self._outbox.wait_open()

    async def _subscribe(self) -> None:
        remote: sdp.RemoteDescription = await self._reply(self._offered, "an offer")
        if self.subscriber is not None:
            await self.subscriber.establish(await self._addresses[SUBSCRIBER].complete(remote), offered=False)

    async def _reply(self, waited: Waiting, what: str) -> Any:
        try:
            async with asyncio.timeout(REPLY_TIMEOUT):
                return await asyncio.shield(waited)
        except TimeoutError as error:
            raise ConnectError(self.problem or f"the server did not send {what} within {REPLY_TIMEOUT:g} s") from error

    async def _send(self, request: rtc.SignalRequest) -> None:
        await self._socket.send_bytes(request.SerializeToString())

    async def _read(self) -> None:
        """Handle the server's messages until the socket closes."""
        try:
            async for frame in self._socket:
                if frame.type is aiohttp.WSMsgType.BINARY:
                    await self.take(frame.data)
        except (ConnectError, aiohttp.ClientError, OSError) as error:
            self._fail(str(error))
        if not self._left:
            self._fail("the server closed the WebSocket")

    async def take(self, data: bytes) -> None:
        """Handle one message of the server. Raises ConnectError when it makes no sense."""
        try:
            response = rtc.SignalResponse.FromString(data)
            kind = response.WhichOneof("message")
            if kind in self._handlers:
                await self._handlers[kind](getattr(response, kind))
        except (DecodeError, ValueError) as error:  # SdpError is a ValueError
            raise ConnectError(f"the server sent a message that makes no sense: {error}") from error

    async def _ping(self) -> None:
        """Keep the session alive."""
        while not self._socket.closed:
            now = int(time.time() * 1000)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await self._send(rtc.SignalRequest(ping=now))
                await self._send(rtc.SignalRequest(ping_req=rtc.Ping(timestamp=now)))
            await asyncio.sleep(PING_INTERVAL)

    async def _on_join(self, join: rtc.JoinResponse) -> None:
        self.room, self.identity = join.room.name, join.participant.identity
        _set(self._joined, join)
        await self._ask_for(join.other_participants)

    async def _on_update(self, update: rtc.ParticipantUpdate) -> None:
        await self._ask_for(update.participants)

    async def _on_room_moved(self, moved: rtc.RoomMovedResponse) -> None:
        """The same connections, other people."""
        self.room = moved.room.name
        self._choice.moved()
        await self.on_moved()
        await self._ask_for(moved.other_participants)

    async def _ask_for(self, participants: Any) -> None:
        if wanted := self._choice.seen(participants):
            sids = [sid for tracks in wanted for sid in tracks.track_sids]
            await self._send(
                rtc.SignalRequest(
                    subscription=rtc.UpdateSubscription(track_sids=sids, subscribe=True, participant_tracks=wanted)
                )
            )
            if self._quality is not None:
                settings = rtc.UpdateTrackSettings(track_sids=sids, quality=self._quality)
                await self._send(rtc.SignalRequest(track_setting=settings))

    async def _on_offer(self, offer: rtc.SessionDescription) -> None:
        remote = self._reader.parse(offer.sdp)
        if self.subscriber is None or self._answers is None:
            self.subscriber = self._client.open(host=self._host, sample=self._sample, remb=BITRATE)
            self._answers = sdp.Answers(self.subscriber.transport)
            self.subscriber.on_channel = lambda channel: deliver(channel, self._take_message)
        self.subscriber.update(remote)
        text = self._answers.write(remote, session=max(1, offer.id))
        await self._send(rtc.SignalRequest(answer=rtc.SessionDescription(type="answer", sdp=text, id=offer.id)))
        _set(self._offered, remote)

    async def _on_answer(self, answer: rtc.SessionDescription) -> None:
        _set(self._answered, answer.sdp)

    async def _on_trickle(self, trickle: rtc.TrickleRequest) -> None:
        if trickle.target in self._addresses:
            self._addresses[trickle.target].take(trickle.candidateInit, final=trickle.final)

    async def _on_track_published(self, published: rtc.TrackPublishedResponse) -> None:
        if (waiting := self._published.get(published.cid)) is not None:
            _set(waiting, published.track.sid)

    async def _on_request_response(self, response: rtc.RequestResponse) -> None:
        if response.WhichOneof("request") == "add_track" and response.reason != rtc.RequestResponse.Reason.OK:
            reason = rtc.RequestResponse.Reason.Name(response.reason)
            self._fail(f"the server refused a track: {reason} {response.message}".strip())

    async def _on_qualities(self, update: rtc.SubscribedQualityUpdate) -> None:
        qualities = [each for codec in update.subscribed_codecs for each in codec.qualities]
        self.looked_at = frozenset(RIDS[each.quality] for each in qualities if each.enabled and each.quality in RIDS)

    async def _on_leave(self, leave: rtc.LeaveRequest) -> None:
        name = models.DisconnectReason.DESCRIPTOR.values_by_number.get(leave.reason)
        self._fail(f"the server ended the session: {name.name if name else leave.reason}")

    def _fail(self, problem: str) -> None:
        if not self._left:
            self.problem = self.problem or problem
        for future in (self._joined, self._offered, self._answered, self._ready, *self._published.values()):
            if not future.done():
                future.set_exception(ConnectError(problem))
                future.exception()  # seen: nobody may wait for it any more


class _Addresses:
    """A server's addresses that come by trickle, for one connection."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int]] = []
        self._first, self._last = asyncio.Event(), asyncio.Event()

    def take(self, candidate_init: str, *, final: bool) -> None:
        """JSON of an RTCIceCandidateInit. Raises ValueError when it is none."""
        init = json.loads(candidate_init) if candidate_init else {}
        line = init.get("candidate") if isinstance(init, dict) else None
        if isinstance(line, str) and (address := sdp.candidate(line)) is not None:
            self._found.append(address)
            self._first.set()
        if final:
            self._last.set()

    async def complete(self, remote: sdp.RemoteDescription) -> sdp.RemoteDescription:
        """The description with addresses, once there are any. Raises ConnectError."""
        if not remote.addresses:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REPLY_TIMEOUT):
                    await self._first.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER_TIME):
                    await self._last.wait()
        complete = sdp.with_addresses(remote, self._found)
        if not complete.addresses:
            raise ConnectError(
                "the server names no UDP address of its own: TCP and TURN are not what this client speaks"
            )
        return complete


async def join(
    client: LoadClient,
    http: aiohttp.ClientSession,
    url: str,
    ticket: str,
    seat: Seat,
    take_message: Callable[[bytes], None],
    *,
    sample: int = 1,
    host: str = "127.0.0.1",
    shown: int | None = None,
    quality: "models.VideoQuality | None" = None,
) -> Participant:
    """Enter the room that the access token `ticket` names, as `seat`, and return at the join response.

    `host` is the address that media sockets are bound to, `shown` how many cameras are taken at most, `quality` what is
    asked of them at most. Raises ConnectError.
    """
    choice = Choice(seat, shown)
    query = {
        "access_token": ticket,
        "auto_subscribe": str(int(choice.everything)),
        "protocol": str(PROTOCOL),
        "sdk": "python",
        "version": "1.0.0",
    }
    timeout = aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT)
    try:
        async with asyncio.timeout(REPLY_TIMEOUT):
            socket = await http.ws_connect(f"{url}/rtc", params=query, max_msg_size=0, timeout=timeout)
    except aiohttp.WSServerHandshakeError as error:
        await access.validate(http, url, ticket)
        raise ConnectError(access.explain(url, error)) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise ConnectError(access.explain(url, error)) from error
    participant = Participant(
        client, socket, seat, take_message, sample=sample, host=host, shown=shown, quality=quality
    )
    try:
        await participant.start()
    except BaseException:
        await participant.leave()
        raise
    return participant


async def _nothing() -> None: ...


def _set(future: Waiting, value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _add_track(item: Outgoing) -> rtc.AddTrackRequest:
    if item.rhythm.kind is Kind.AUDIO:
        return rtc.AddTrackRequest(
            cid=item.track.track_id, name="voice", type=models.TrackType.AUDIO, source=models.TrackSource.MICROPHONE
        )
    rate = item.rhythm.bits_per_second()
    layers = [_layer(number, rid, rate) for number, rid in enumerate(reversed(item.rhythm.rids or ("f",)))]
    return rtc.AddTrackRequest(
        cid=item.track.track_id,
        name="camera",
        type=models.TrackType.VIDEO,
        source=models.TrackSource.CAMERA,
        width=1280,
        height=720,
        layers=layers,
    )


def _layer(halvings: int, rid: str, rate: int) -> models.VideoLayer:
    quality = next(quality for quality, name in RIDS.items() if name == rid)
    return models.VideoLayer(quality=quality, width=1280 >> halvings, height=720 >> halvings, bitrate=rate, rid=rid)
