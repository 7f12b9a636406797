"""Captures the golden files of `tests/data/sdp` from real clients: `python -m tests.support.capture_sdp [client ...]`.

For each client (chromium, firefox, python-sdk): `<client>.offer.sdp`, what it offers to publish with; and
`<client>.answer.sdp`, what it answers to `subscriber.offer.sdp`. What changes from run to run is made constant.
"""

import asyncio
import itertools
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import WSMsgType, web
from livekit import api, rtc
from livekit.protocol import models
from livekit.protocol import rtc as signal

from sfu.negotiation.description import Fingerprint
from sfu.negotiation.parameters import Candidate, LocalParameters
from sfu.negotiation.publisher import PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.negotiation.subscriber import SubscriberSections
from sfu.plane.model import Codec
from sfu.transport.dtls import Certificate
from sfu.transport.mux import Mux
from sfu.transport.transport import SERVER_CHANNELS
from tests.support.browser_peer import BrowserPeer, interface_address
from tests.support.browsers import Name, browsers
from tests.support.fake_plane import FakePlane

DATA = Path(__file__).parent.parent / "data" / "sdp"

LOCAL = LocalParameters(
    "serverfragment01",
    "serverpassword0123456789abcdef01",
    Fingerprint("sha-256", ":".join(["5A"] * 32)),
    (Candidate("192.0.2.10", 40_000), Candidate("2001:db8::10", 40_000, 100)),
)

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CNAME = re.compile(r"(?<=cname:)[0-9A-Za-z+/]{16}$", re.MULTILINE)


def subscriber_sections() -> SubscriberSections:
    """Two tracks of one participant and a screen whose owner sends H.264."""
    ssrcs = itertools.count(1001)
    sections = SubscriberSections(4242, lambda: next(ssrcs))
    sections.add("TR_microphone", "audio", "PA_1|camera", Codec.OPUS)
    sections.add("TR_camera", "video", "PA_1|camera", Codec.VP8)
    sections.add("TR_screen", "video", "PA_2|screen", Codec.H264)
    return sections


def subscriber_offer() -> str:
    return render(subscriber_sections().offer(LOCAL)[0])


def publisher_answer(offer: str) -> str:
    return render(PublisherSections(4242).answer(parse(offer), LOCAL).description)


def normalise(sdp: str) -> str:
    """The same text with constant names, numbers and secrets; equal ones stay equal."""
    sdp = re.sub(r"^a=candidate:.*\r\n", "", sdp, flags=re.MULTILINE)
    sdp = re.sub(r"^(o=\S+) \d+", r"\1 1000000000000000001", sdp, flags=re.MULTILINE)
    sdp = re.sub(r"^(m=\w+) [1-9]\d*", r"\1 9", sdp, flags=re.MULTILINE)
    sdp = re.sub(r"^c=IN .*?(?=\r)", "c=IN IP4 0.0.0.0", sdp, flags=re.MULTILINE)
    sdp = re.sub(r"^(a=rtcp:\d+) .*?(?=\r)", r"\1 IN IP4 0.0.0.0", sdp, flags=re.MULTILINE)
    sdp = re.sub(r"(a=fingerprint:\S+) \S+", rf"\1 {':'.join(['C1'] * 32)}", sdp)
    sdp = re.sub(r"a=ice-ufrag:\S+", "a=ice-ufrag:clientfragment", sdp)
    sdp = re.sub(r"a=ice-pwd:\S+", "a=ice-pwd:clientpassword0123456789", sdp)
    sdp = _numbered(sdp, re.findall(r"a=ssrc:(\d+)", sdp), "{:d}", 2_000_000_001)
    sdp = _numbered(sdp, _UUID.findall(sdp), "00000000-0000-4000-8000-{:012d}", 1)
    return _numbered(sdp, _CNAME.findall(sdp), "cname{:011d}", 1)


def _numbered(sdp: str, found: list[str], form: str, start: int) -> str:
    for number, text in enumerate(dict.fromkeys(found), start):
        sdp = re.sub(rf"\b{re.escape(text)}(?!\w)", form.format(number), sdp)
    return sdp


async def capture_browser(name: Name) -> tuple[str, str]:
    async with browsers(name) as (browser,):
        offer = await (await BrowserPeer.open(browser)).publish("q", "h", "f")
        answer = await (await BrowserPeer.open(browser)).take_offer(subscriber_offer())
        return offer, answer


class SdkServer:
    """As much of a server as the Python SDK needs to offer and to answer."""

    def __init__(self, mux: Mux) -> None:
        self.offer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._sections = subscriber_sections()
        self._publications = PublisherSections(1)
        self._receiver = mux.open(self, SERVER_CHANNELS)
        self._sender = mux.open(self)

    def connected(self) -> None: ...
    def failed(self) -> None: ...
    def closed(self) -> None: ...
    def message(self, label: str, payload: bytes) -> None: ...

    async def close(self) -> None:
        await self._receiver.close()
        await self._sender.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        me = models.ParticipantInfo(sid="PA_me", identity="me", state=models.ParticipantInfo.JOINING)
        me.permission.CopyFrom(models.ParticipantPermission(can_publish=True, can_subscribe=True))
        join = signal.JoinResponse(
            room=models.Room(sid="RM_1", name="room"),
            participant=me,
            server_version="1.9.0",
            subscriber_primary=True,
            ping_interval=5,
            ping_timeout=15,
            server_info=models.ServerInfo(version="1.9.0", protocol=16),
        )
        await self._say(join=join)
        description, _ = self._sections.offer(self._receiver.local)
        await self._say(offer=signal.SessionDescription(type="offer", sdp=render(description), id=1))
        async for message in socket:
            if message.type is WSMsgType.BINARY:
                await self._hear(signal.SignalRequest.FromString(message.data))
        return socket

    async def _hear(self, request: signal.SignalRequest) -> None:
        if request.HasField("answer"):
            self.answer.set_result(request.answer.sdp)
            self._receiver.connect(self._sections.accept(parse(request.answer.sdp)).remote)
        elif request.HasField("add_track"):
            track = models.TrackInfo(sid=f"TR_{request.add_track.type}", type=request.add_track.type)
            reply = signal.TrackPublishedResponse(cid=request.add_track.cid, track=track)
            await self._say(track_published=reply)
        elif request.HasField("offer"):
            offer = parse(request.offer.sdp)
            sending = [each for each in offer.sections if each.direction in ("sendonly", "sendrecv") and each.msids]
            if len(sending) == 2 and not self.offer.done():
                self.offer.set_result(request.offer.sdp)
            answer = self._publications.answer(offer, self._sender.local)
            self._sender.connect(answer.remote)
            sdp = render(answer.description)
            await self._say(answer=signal.SessionDescription(type="answer", sdp=sdp, id=request.offer.id))

    async def _say(self, **message: object) -> None:
        await self._socket.send_bytes(signal.SignalResponse(**message).SerializeToString())


@asynccontextmanager
async def sdk_server() -> AsyncIterator[tuple[SdkServer, str]]:
    plane = FakePlane((interface_address(),))
    mux = Mux(plane, Certificate(), lambda event: None, time.monotonic)
    server = SdkServer(mux)
    app = web.Application()
    app.router.add_get("/rtc", server.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=1)
    await site.start()
    try:
        yield server, f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
        await server.close()
        await mux.close()
        plane.close()


async def capture_sdk() -> tuple[str, str]:
    token = api.AccessToken("key", "secret-of-thirty-two-bytes-length").with_identity("me").to_jwt()
    async with sdk_server() as (server, url), asyncio.TaskGroup() as group:
        room = rtc.Room()
        await asyncio.wait_for(room.connect(url, token), 20)
        video, audio = rtc.VideoSource(640, 360), rtc.AudioSource(48_000, 1)
        camera = rtc.LocalVideoTrack.create_video_track("camera", video)
        microphone = rtc.LocalAudioTrack.create_audio_track("microphone", audio)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=True)
        publishing = [
            group.create_task(room.local_participant.publish_track(microphone)),
            group.create_task(room.local_participant.publish_track(camera, options)),
        ]
        captured = await asyncio.wait_for(server.offer, 20), await asyncio.wait_for(server.answer, 20)
        await asyncio.wait(publishing, timeout=5)
        await room.disconnect()
        return captured


async def main(clients: list[str]) -> None:
    DATA.mkdir(exist_ok=True)
    _write("subscriber.offer", subscriber_offer())
    for client in clients:
        offer, answer = await (capture_sdk() if client == "python-sdk" else capture_browser(client))  # type: ignore[arg-type]
        _write(f"{client}.offer", normalise(offer))
        _write(f"{client}.answer", normalise(answer))
        _write(f"{client}.offer.answered", publisher_answer(normalise(offer)))


def _write(name: str, sdp: str) -> None:
    (DATA / f"{name}.sdp").write_bytes(sdp.encode())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["chromium", "firefox", "python-sdk"]))
