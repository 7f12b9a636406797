"""A page with peer connections in a real browser, for tests that speak SDP with it and need no page of ours."""

import socket
from typing import Any

from playwright.async_api import Browser, Page

ORIGIN = "http://localhost/"  # a secure context, so there are cameras; nothing is fetched from it

_SCRIPT = """
window.heard = {tracks: [], messages: [], channels: {}};

window.listen = channel => {
  heard.channels[channel.label] = channel;
  channel.binaryType = 'arraybuffer';
  channel.onmessage = event => heard.messages.push([channel.label, new TextDecoder().decode(event.data)]);
};

window.publish = async ({layers}) => {
  window.pc = new RTCPeerConnection();
  listen(pc.createDataChannel('_reliable'));
  listen(pc.createDataChannel('_lossy', {ordered: false, maxRetransmits: 0}));
  const stream = await navigator.mediaDevices.getUserMedia({audio: true, video: {width: 640, height: 360}});
  const [audio] = stream.getAudioTracks(), [video] = stream.getVideoTracks();
  const scale = {q: 4, h: 2, f: 1};
  const sendEncodings = layers.map(rid => ({rid, scaleResolutionDownBy: scale[rid]}));
  pc.addTransceiver(audio, {direction: 'sendonly', streams: [stream]});
  pc.addTransceiver(video, {direction: 'sendonly', streams: [stream], ...(layers.length ? {sendEncodings} : {})});
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
};

window.offerAgain = async iceRestart => {
  if (iceRestart) pc.restartIce();
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
};

window.takeAnswer = async sdp => {
  await pc.setRemoteDescription({type: 'answer', sdp});
  return pc.getTransceivers().map(each => each.currentDirection);
};

window.takeOffer = async sdp => {
  if (!window.pc) {
    window.pc = new RTCPeerConnection();
    pc.ondatachannel = event => listen(event.channel);
    pc.ontrack = ({transceiver, streams}) => heard.tracks.push([transceiver.mid, streams.map(each => each.id)]);
  }
  await pc.setRemoteDescription({type: 'offer', sdp});
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
};

window.say = (label, text) => heard.channels[label].send(new TextEncoder().encode(text));
null;
"""


def interface_address() -> str:
    """The machine's own address: browsers keep away from 127.0.0.1. No packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class BrowserPeer:
    """One page with one peer connection."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @classmethod
    async def open(cls, browser: Browser) -> "BrowserPeer":
        page = await browser.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="<title>peer</title>", content_type="text/html"))
        await page.goto(ORIGIN)
        await page.evaluate(_SCRIPT)
        return cls(page)

    async def publish(self, *layers: str) -> str:
        """The offer of a camera and a microphone, with simulcast when layers are named."""
        return await self._call("publish", {"layers": layers})

    async def offer_again(self, *, restart_ice: bool = False) -> str:
        return await self._call("offerAgain", restart_ice)

    async def take_answer(self, sdp: str) -> list[str]:
        """The directions of its sections, once it has taken the answer; raises when it does not."""
        return await self._call("takeAnswer", sdp)

    async def take_offer(self, sdp: str) -> str:
        """Its answer; raises when it does not take the offer."""
        return await self._call("takeOffer", sdp)

    async def tracks(self) -> list[tuple[str, list[str]]]:
        """Mid and streams of every track event so far."""
        return [(mid, streams) for mid, streams in await self._page.evaluate("heard.tracks")]

    async def until(self, condition: str) -> Any:
        """Wait until a JavaScript expression is true."""
        return await self._page.wait_for_function(condition, timeout=20_000)

    async def say(self, label: str, text: str) -> None:
        await self.until(f"heard.channels[{label!r}]?.readyState === 'open'")
        await self._page.evaluate("([label, text]) => say(label, text)", [label, text])

    async def _call(self, name: str, argument: Any) -> Any:
        return await self._page.evaluate(f"argument => {name}(argument)", argument)
