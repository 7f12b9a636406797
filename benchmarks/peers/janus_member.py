"""A participant of a VideoRoom: a publisher handle if it sends, a subscriber handle if it takes.

Feeds become known through the room (`JanusRoom`), which one more handle listens to: Janus has less to tell than if
every receiver listened by itself. What is taken later comes by renegotiation of the one subscriber connection.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from aiortc import RTCDataChannel

from benchmarks.load import sdp
from benchmarks.load.channels import LABELS, wait_open
from benchmarks.load.client import ConnectError, Connection, LoadClient
from benchmarks.load.livekit import BITRATE
from benchmarks.load.model import Kind
from benchmarks.load.tasks import end
from benchmarks.load.tracks import begin, outgoing
from benchmarks.peers.janus_api import Handle, JanusApi, Json, RefusedError, Reply
from benchmarks.peers.peer import Inbox, PeerError
from benchmarks.rooms.plan import EVERYBODY, Seat

MAX_REFUSALS = 5  # in a row, before a receiver gives up
RETRY_AFTER = 0.5  # seconds; sooner when the room changes
GREETING = "JanusDataChannel"  # Janus sends on no association before it has answered to a channel of the receiver's
KINDS = {"audio": Kind.AUDIO, "video": Kind.VIDEO}


@dataclass(frozen=True, slots=True)
class Feed:
    """What one publisher of a room sends."""

    number: int
    identity: str
    streams: tuple[tuple[str, str], ...]
    """Pairs of mid and type: "audio", "video", "data"."""


class JanusRoom:
    """A room with its feeds, as its listening handle hears of them."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.feeds: dict[int, Feed] = {}
        self._watchers: dict[object, Callable[[], None]] = {}

    def watch(self, who: object, changed: Callable[[], None]) -> None:
        self._watchers[who] = changed

    def forget(self, who: object) -> None:
        self._watchers.pop(who, None)

    def take(self, reply: Reply) -> None:
        """The answer to joining, or an event: feeds come and go. Raises PeerError when it makes no sense."""
        try:
            for item in reply.data.get("publishers", ()):
                streams = tuple((str(stream["mid"]), str(stream["type"])) for stream in item.get("streams", ()))
                self.feeds[item["id"]] = Feed(item["id"], str(item["display"]), streams)
            for gone in (reply.data.get("unpublished"), reply.data.get("leaving")):
                self.feeds.pop(gone, None)  # type: ignore[arg-type]  # "ok" for ourselves, None for nobody
        except (KeyError, TypeError, AttributeError) as error:
            raise PeerError("Janus sent an event that makes no sense") from error
        for changed in list(self._watchers.values()):
            changed()


class Sender:
    """The publishing half."""

    def __init__(self, client: LoadClient, handle: Handle, room: JanusRoom, seat: Seat, host: str) -> None:
        self._handle, self._room, self._seat = handle, room, seat
        self.connection = client.open(host=host)
        self._channels: dict[bool, RTCDataChannel] = {}

    async def join(self) -> None:
        """Raises PeerError when Janus refuses."""
        body = {"request": "join", "ptype": "publisher", "room": self._room.number, "display": self._seat.identity}
        await self._handle.ask(body)

    async def connect(self) -> None:
        """Publish and begin to send. Raises PeerError, ConnectError or SdpError."""
        tracks = outgoing(self._seat.sends, self._seat.identity)
        data = self._seat.messages is not None
        offer = sdp.offer(self.connection.transport, [item.track for item in tracks], data=data)
        reply = await self._handle.ask({"request": "configure"}, offer=offer)
        await self.connection.establish(sdp.parse(reply.sdp), offered=True)
        await self._handle.wait_up()
        begin(self.connection, tracks, self._seat.phase)
        if data:
            self._channels = {
                reliable: self.connection.open_channel(label, reliable=reliable) for reliable, label in LABELS.items()
            }
            await wait_open(self._channels.values())

    def send_message(self, payload: bytes, *, reliable: bool) -> None:
        """Raises PeerError when there is no open channel."""
        channel = self._channels.get(reliable)
        if channel is None or channel.readyState != "open":
            raise PeerError("the participant has no open data channel")
        channel.send(payload)


class Taker:
    """The subscribing half: asks for feeds as they appear, one negotiation after the other."""

    def __init__(
        self, client: LoadClient, handle: Handle, room: JanusRoom, seat: Seat, inbox: Inbox, host: str, sample: int
    ) -> None:
        self._client, self._handle, self._room, self._seat = client, handle, room, seat
        self._inbox, self._host, self._sample = inbox, host, sample
        self._asked: set[tuple[int, str]] = set()
        self._offers: list[str] = []
        self._changed = asyncio.Event()
        self._sessions = self._refusals = 0
        self.settled = asyncio.Event()
        """There was a moment when it had everything that it wanted."""
        self.connection: Connection | None = None
        self._greeting: RTCDataChannel | None = None

    def look(self) -> None:
        """The room's feeds have changed."""
        self._changed.set()

    def take(self, reply: Reply) -> None:
        """An event of the handle: an offer that nobody asked for, when a feed went away."""
        if reply.sdp:
            self._offers.append(reply.sdp)
            self._changed.set()

    async def run(self) -> None:
        """Until it is cancelled. Raises PeerError, ConnectError or SdpError."""
        while True:
            self._changed.clear()
            while self._offers:
                await self._answer(self._offers.pop(0))
            if wanted := self._wanted():
                await self._ask_for(wanted)
                continue
            self.settled.set()
            await self._changed.wait()

    def _wanted(self) -> list[tuple[int, str]]:
        return [
            (feed.number, mid)
            for feed in self._room.feeds.values()
            for mid, kind in feed.streams
            if (feed.number, mid) not in self._asked and self._takes(feed.identity, kind)
        ]

    def _takes(self, identity: str, kind: str) -> bool:
        if identity == self._seat.identity:
            return False
        if kind == "data":
            return True
        names = self._seat.takes(KINDS[kind]) if kind in KINDS else frozenset()
        return names is EVERYBODY or identity in names

    async def _ask_for(self, wanted: Sequence[tuple[int, str]]) -> None:
        body: Json = {"streams": [{"feed": feed, "mid": mid} for feed, mid in wanted]}
        if self.connection is None:
            body |= {"request": "join", "ptype": "subscriber", "room": self._room.number}
        else:
            body |= {"request": "subscribe"}
        try:
            reply = await self._handle.ask(body)
        except RefusedError:
            self._refusals += 1  # one of them has left, and the room has not heard of it yet
            if self._refusals > MAX_REFUSALS:
                raise
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_AFTER):
                    await self._changed.wait()
            return
        self._refusals = 0
        self._asked.update(wanted)
        if reply.sdp:
            await self._answer(reply.sdp)

    async def _answer(self, offer: str) -> None:
        remote = sdp.parse(offer)
        first = self.connection is None
        if self.connection is None:
            self.connection = self._client.open(host=self._host, sample=self._sample, remb=BITRATE)
            self.connection.on_channel = self._deliver
        self._sessions += 1
        self.connection.update(remote)
        text = sdp.answer(remote, self.connection.transport, session=self._sessions)
        await self._handle.ask({"request": "start"}, answer=text)
        if first:
            await self.connection.establish(remote, offered=False)
            await self._handle.wait_up()
        else:
            await self.connection.open_data(remote)
        if self._greeting is None and any(section.sctp_port for section in remote.sections):
            self._greeting = self.connection.open_channel(GREETING, reliable=True)

    def _deliver(self, channel: RTCDataChannel) -> None:
        channel.on("message", lambda payload: self._inbox.take(payload if isinstance(payload, bytes) else b""))


class JanusMember:
    """A seated participant. Made by `enter`."""

    def __init__(self, client: LoadClient, room: JanusRoom, seat: Seat) -> None:
        self._client, self._room, self._seat = client, room, seat
        self._handles: list[Handle] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._sender: Sender | None = None
        self._taker: Taker | None = None
        self._published: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._inbox = Inbox()
        self._problem = ""

    @property
    def sending(self) -> Connection | None:
        return self._sender.connection if self._sender is not None else None

    @property
    def receiving(self) -> Sequence[Connection]:
        return [self._taker.connection] if self._taker is not None and self._taker.connection is not None else []

    @property
    def inbox(self) -> Inbox:
        return self._inbox

    @property
    def problem(self) -> str:
        return self._problem or next((handle.problem for handle in self._handles if handle.problem), "")

    async def enter(self, api: JanusApi, host: str, sample: int) -> None:
        """Join with what the seat needs and let the rest go on by itself. Raises PeerError."""
        if self._seat.sends or self._seat.messages is not None:
            handle = await self._attach(api, lambda reply: None)
            self._sender = Sender(self._client, handle, self._room, self._seat, host)
            await self._sender.join()
            self._spawn(self._send(self._sender))
        handle = await self._attach(api, lambda reply: taker.take(reply))
        taker = self._taker = Taker(self._client, handle, self._room, self._seat, self._inbox, host, sample)
        self._room.watch(self, taker.look)
        self._spawn(self._receive(taker))

    async def _attach(self, api: JanusApi, take: Callable[[Reply], None]) -> Handle:
        handle = await api.attach(take)
        self._handles.append(handle)
        return handle

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(self._client.spawn(work))

    async def _send(self, sender: Sender) -> None:
        try:
            await sender.connect()
        except (PeerError, ConnectError, sdp.SdpError) as error:
            self._fail(str(error))
        else:
            self._published.set_result(None)

    async def _receive(self, taker: Taker) -> None:
        try:
            await taker.run()
        except (PeerError, ConnectError, sdp.SdpError) as error:
            self._fail(str(error))
            taker.settled.set()

    def _fail(self, problem: str) -> None:
        self._problem = self._problem or problem
        self._give_up(problem)

    def _give_up(self, problem: str) -> None:
        if not self._published.done():
            self._published.set_exception(PeerError(problem))
            self._published.exception()  # seen: nobody may wait for it any more

    async def wait_ready(self) -> None:
        """Nothing to take yet counts as ready: Janus makes the connection when somebody sends."""
        if self._sender is not None:
            await asyncio.shield(self._published)
        if self._taker is not None:
            await self._taker.settled.wait()
        if self.problem:
            raise PeerError(self.problem)

    async def send_message(self, payload: bytes, *, reliable: bool) -> None:
        """Janus passes everything on reliably, whatever channel it came on."""
        if self._sender is None:
            raise PeerError("the participant has no data channels")
        self._sender.send_message(payload, reliable=reliable)

    async def leave(self) -> None:
        self._room.forget(self)
        self._give_up("the participant left")
        await end(self._tasks)
        await asyncio.gather(*(handle.detach() for handle in self._handles))
        for connection in (self.sending, *self.receiving):
            if connection is not None:
                await self._client.release(connection)
