"""A participant in a real browser: two peer connections, driven from the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page

from sfu.media import Room
from sfu.peer import Peer
from tests.sfu.fakes import Ear, Request
from tests.sfu.real_client import until

SCRIPT = """
const publisher = new RTCPeerConnection();
const subscriber = new RTCPeerConnection();
const videos = {};
let cids = {};

window.publish = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 1280, height: 720}});
  const [camera] = stream.getVideoTracks(), [microphone] = stream.getAudioTracks();
  publisher.addTransceiver(microphone, {direction: 'sendonly', streams: [stream]});
  publisher.addTransceiver(camera, {direction: 'sendonly', streams: [stream], sendEncodings: [
    {rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150000},
    {rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 450000},
    {rid: 'f', maxBitrate: 1500000},
  ]});
  await publisher.setLocalDescription();
  return {sdp: publisher.localDescription.sdp, mic: microphone.id, cam: camera.id};
};

window.answered = sdp => publisher.setRemoteDescription({type: 'answer', sdp});

subscriber.ontrack = ({track, transceiver}) => {
  const element = document.createElement(track.kind);
  element.autoplay = true;
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  videos[transceiver.mid] = element;
};

window.receive = async sdp => {
  await subscriber.setRemoteDescription({type: 'offer', sdp});
  await subscriber.setLocalDescription();
  return subscriber.localDescription.sdp;
};

window.figures = async () => {
  const report = await subscriber.getStats();
  return [...report.values()].filter(each => each.type === 'inbound-rtp').map(each => ({
    kind: each.kind, frames: each.framesDecoded || 0, width: each.frameWidth || 0, height: each.frameHeight || 0,
    energy: each.totalAudioEnergy || 0, freezes: each.freezeCount || 0, lost: each.packetsLost || 0,
    keys: each.keyFramesDecoded || 0, packets: each.packetsReceived || 0, nacks: each.nackCount || 0,
    plis: each.pliCount || 0, dropped: each.framesDropped || 0,
  }));
};

window.sent = async () => {
  const report = await publisher.getStats();
  return [...report.values()].filter(each => each.type === 'outbound-rtp').map(each => ({
    kind: each.kind, rid: each.rid || '', bytes: each.bytesSent, frames: each.framesSent || 0,
  }));
};
"""


@asynccontextmanager
async def served_page(page: Page) -> AsyncIterator[None]:
    """The page has a secure origin, which cameras need."""

    async def index(_: web.Request) -> web.Response:
        return web.Response(text=f"<!doctype html><body><script>{SCRIPT}</script>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", index)
    async with TestServer(app, host="127.0.0.1") as server:
        await page.goto(str(server.make_url("/")))
        yield


class BrowserClient:
    """A participant of a room, in a page that `served_page` has opened."""

    def __init__(self, page: Page, room: Room, name: str) -> None:
        self.page = page
        self.name = name
        self.ear = Ear()
        self.peer: Peer = room.join(f"PA_{name}", self.ear)

    async def publish(self) -> None:
        """A fake microphone and a fake camera in three layers; returns when both are live."""
        offer = await self.page.evaluate("publish()")
        self.peer.announce(Request(f"TR_{self.name}_mic", (offer["mic"],), "audio"))
        self.peer.announce(Request(f"TR_{self.name}_cam", (offer["cam"],), "video"))
        answer = self.peer.answer(offer["sdp"])
        await self.page.evaluate("sdp => answered(sdp)", answer.sdp)
        await until(lambda: len(self.ear.named("track_live")) == 2)

    async def receive(self, *tracks: str) -> None:
        for track in tracks:
            assert self.peer.subscribe(track, f"PA_{self.name}|camera")
        await self.negotiate()

    async def negotiate(self) -> None:
        answer = await self.page.evaluate("sdp => receive(sdp)", self.peer.offer().sdp)
        self.peer.accept_answer(answer)

    async def figures(self, kind: str) -> dict[str, Any]:
        """The browser's statistics of the first track of this kind that it receives."""
        return next((each for each in await self.page.evaluate("figures()") if each["kind"] == kind), {})
