"""Real browsers take our descriptions, connect to our transports and talk over data channels."""

import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from sfu.negotiation.publisher import PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.negotiation.subscriber import SubscriberSections
from sfu.plane.model import Codec, SrtpProfile
from sfu.transport.mux import Mux
from sfu.transport.transport import SERVER_CHANNELS
from tests.sfu.transport.conftest import Ear
from tests.support.browser_peer import BrowserPeer, interface_address
from tests.support.browsers import Name, browsers
from tests.support.fake_plane import FakePlane

pytestmark = pytest.mark.browser


@pytest.fixture
def plane() -> Iterator[FakePlane]:
    plane = FakePlane((interface_address(),))
    yield plane
    plane.close()


@pytest.fixture(params=["chromium", "firefox"])
async def peer(request: pytest.FixtureRequest) -> AsyncIterator[BrowserPeer]:
    name: Name = request.param
    async with browsers(name) as (browser,):
        yield await BrowserPeer.open(browser)


async def test_a_browser_publishes_restarts_ice_and_talks(peer: BrowserPeer, plane: FakePlane, mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear)
    sections = PublisherSections(1)
    answer = sections.answer(parse(await peer.publish("q", "h", "f")), transport.local)
    transport.connect(answer.remote)
    assert await peer.take_answer(render(answer.description)) == ["sendonly", "sendonly"]
    await ear.until("connected")
    srtp = plane.transports[transport.handle].srtp
    assert srtp is not None
    assert srtp[0] is SrtpProfile.AEAD_AES_128_GCM
    await peer.say("_reliable", "up")
    await ear.until_messages(1)
    assert ear.messages == [("_reliable", b"up")]
    assert transport.send("_reliable", b"down")
    await peer.until("heard.messages.length === 1 && heard.messages[0].join() === '_reliable,down'")

    before = transport.local
    offer = parse(await peer.offer_again(restart_ice=True))
    answer = sections.answer(offer, transport.local)
    transport.connect(answer.remote)
    assert transport.local.ufrag != before.ufrag
    await peer.take_answer(render(sections.answer(offer, transport.local).description))
    plane.sent.clear()
    await peer.until("pc.iceConnectionState === 'connected' || pc.iceConnectionState === 'completed'")
    await peer.say("_lossy", "after the restart")
    await ear.until_messages(2)
    assert ear.heard == ["connected"]
    await transport.close()
    await peer.until("pc.connectionState !== 'connected' || heard.channels._reliable.readyState !== 'open'")


async def test_a_browser_receives_tracks_and_sections_are_used_again(peer: BrowserPeer, mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear, SERVER_CHANNELS)
    ssrcs = itertools.count(1000)
    sections = SubscriberSections(1, lambda: next(ssrcs))

    async def negotiate() -> set[tuple[str, str, bool]]:
        description, _ = sections.offer(transport.local)
        accepted = sections.accept(parse(await peer.take_offer(render(description))))
        transport.connect(accepted.remote)
        return {(each.mid, each.track, each.active) for each in accepted.sections}

    assert await negotiate() == set()
    await ear.until("connected")
    assert transport.send("_reliable", b"hello")
    await peer.until("heard.messages.length === 1")
    await peer.say("_lossy", "up")
    await ear.until_messages(1)

    sections.add("TR_a", "audio", "PA_1|camera", Codec.OPUS)
    sections.add("TR_v", "video", "PA_1|camera", Codec.VP8)
    assert await negotiate() == {("1", "TR_a", True), ("2", "TR_v", True)}
    assert await peer.tracks() == [("1", ["PA_1|camera"]), ("2", ["PA_1|camera"])]
    sections.remove("TR_v")
    assert await negotiate() == {("1", "TR_a", True)}
    sections.add("TR_w", "video", "PA_2|screen", Codec.VP8)
    assert await negotiate() == {("1", "TR_a", True), ("2", "TR_w", True)}
    assert (await peer.tracks())[2:] == [("2", ["PA_2|TR_w"])]
    transport.restart_ice()
    assert await negotiate() == {("1", "TR_a", True), ("2", "TR_w", True)}
    await peer.say("_reliable", "after the restart")
    await ear.until_messages(2)
    assert ear.heard == ["connected"]
    await transport.close()
