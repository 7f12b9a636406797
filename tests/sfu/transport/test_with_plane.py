"""The same over the compiled plane: its sockets, its events, its acknowledgements."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiortc import RTCPeerConnection
from aiortc.mediastreams import AudioStreamTrack

from sfu.negotiation.publisher import PublisherSections
from sfu.plane.model import Codec, Event, FirstPacket, Publication, Removed
from sfu.plane.thread import PlaneThread
from sfu.transport.dtls import Certificate
from sfu.transport.mux import Mux
from tests.sfu.transport.conftest import Ear, Peer, counted
from tests.support.webrtc_client import next_message, opened, publish


class Heard(list[Event]):
    """Events of the plane that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def add(self, event: Event) -> None:
        self.append(event)
        self._more.set()

    async def until(self, kind: type[Event]) -> Event:
        while not any(isinstance(each, kind) for each in self):
            self._more.clear()
            await asyncio.wait_for(self._more.wait(), 10)
        return next(each for each in self if isinstance(each, kind))


@pytest.fixture
async def thread() -> AsyncIterator[PlaneThread]:
    thread = PlaneThread([("127.0.0.1", 0), ("::1", 0)])
    thread.start()
    yield thread
    thread.stop()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def real(thread: PlaneThread, certificate: Certificate, heard: Heard) -> AsyncIterator[Mux]:
    mux = Mux(thread, certificate, heard.add, time.monotonic)
    yield mux
    await mux.close()


async def test_a_client_connects_talks_sends_sound_and_leaves(thread: PlaneThread, real: Mux, heard: Heard) -> None:
    ear = Ear()
    transport = real.open(ear)
    client = RTCPeerConnection()
    channel = client.createDataChannel("_reliable")
    client.addTrack(AudioStreamTrack())
    answer = await publish(client, transport, PublisherSections(1))
    thread.set_extensions(transport.handle, answer.extensions)
    (sound,) = answer.sections
    thread.add_publication(Publication(9, transport.handle, sound.mid, True, sound.payload_types, sound.layers))
    await ear.until("connected")
    await opened(channel)
    channel.send(b"up")
    await ear.until_messages(1)
    reply = next_message(channel)
    assert transport.send("_reliable", b"down")
    assert await reply == b"down"
    first = await heard.until(FirstPacket)
    assert isinstance(first, FirstPacket)
    assert (first.publication, first.codec) == (9, Codec.OPUS)
    await client.close()
    await ear.until("closed")
    await transport.close()
    assert Removed("transport", transport.handle) in heard
    assert thread.transport_stats(transport.handle) is None


async def test_garbage_and_forged_checks_get_no_answer_from_the_plane(thread: PlaneThread, real: Mux) -> None:
    transport = real.open(Ear())
    for index in range(len(thread.addresses)):
        peer = Peer(thread, index)
        peer.check(transport.local.ufrag, "x" * 32)
        peer.check("unknown", transport.local.pwd)
        peer.socket.send(b"\x16\xfe\xfd" + bytes(50))
        peer.socket.send(b"\x80\x60" + bytes(50))
        peer.check(transport.local.ufrag, transport.local.pwd)
        await counted(real, "stun_answered", index + 1)
        assert len(peer.answers()) == 1
        peer.close()
    figures = real.counters()
    assert figures["stun_not_authentic"] == figures["stun_unknown_ufrag"] == figures["dtls_unknown_peer"] == 2
    await transport.close()
