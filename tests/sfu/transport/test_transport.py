import asyncio
import gc
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.rtcsctptransport import RTCSctpTransport

from sfu.negotiation.description import Fingerprint
from sfu.negotiation.parameters import RemoteParameters
from sfu.negotiation.publisher import PublisherSections
from sfu.negotiation.sdp import parse, render
from sfu.negotiation.subscriber import SubscriberSections
from sfu.plane.model import SrtpProfile
from sfu.transport import ice as ice_module
from sfu.transport import transport as transport_module
from sfu.transport.dtls import DtlsServer
from sfu.transport.mux import Mux
from sfu.transport.sctp import DataChannels
from sfu.transport.transport import SERVER_CHANNELS, Transport
from tests.sfu.transport.conftest import Ear, Peer, counted
from tests.support.fake_plane import FakePlane
from tests.support.webrtc_client import next_message, opened, publish, receive


async def test_a_client_connects_and_its_channels_carry_messages_both_ways(plane: FakePlane, mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear)
    client = RTCPeerConnection()
    reliable = client.createDataChannel("_reliable")
    lossy = client.createDataChannel("_lossy", ordered=False, maxRetransmits=0)
    await publish(client, transport, PublisherSections(1))
    await ear.until("connected")
    await opened(reliable)
    await opened(lossy)
    reliable.send(b"to the server")
    lossy.send(b"lossy")
    await ear.until_messages(2)
    assert set(ear.messages) == {("_reliable", b"to the server"), ("_lossy", b"lossy")}
    answer = next_message(reliable)
    assert transport.send("_reliable", b"to the client")
    assert await answer == b"to the client"
    assert not transport.send("unknown", b"")
    srtp = plane.transports[transport.handle].srtp
    assert srtp is not None
    assert srtp[0] is SrtpProfile.AEAD_AES_128_GCM
    assert len(srtp[1]) == len(srtp[2]) == 28
    await client.close()
    await ear.until("closed")
    await transport.close()


async def test_the_server_opens_the_channels_where_a_client_receives(mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear, SERVER_CHANNELS)
    client = RTCPeerConnection()
    channels = {}
    all_there = asyncio.Event()

    @client.on("datachannel")
    def added(channel) -> None:
        channels[channel.label] = channel
        if len(channels) == 3:
            all_there.set()

    ssrcs = itertools.count(1)
    await receive(client, transport, SubscriberSections(1, lambda: next(ssrcs)))
    await ear.until("connected")
    await asyncio.wait_for(all_there.wait(), 10)
    assert sorted(channels) == ["_data_track", "_lossy", "_reliable"]
    assert channels["_lossy"].maxRetransmits == 0
    answer = next_message(channels["_reliable"])
    assert transport.send("_reliable", b"down")
    assert await answer == b"down"
    channels["_reliable"].send(b"up")
    await ear.until_messages(1)
    assert ear.messages == [("_reliable", b"up")]
    await transport.close()
    await client.close()


@asynccontextmanager
async def connected(mux: Mux) -> AsyncIterator[tuple[Transport, Ear, RemoteParameters]]:
    """A client that publishes nothing but has an open channel, and its transport; both are closed at the end."""
    ear = Ear()
    transport = mux.open(ear)
    client = RTCPeerConnection()
    channel = client.createDataChannel("_reliable")
    answer = await publish(client, transport, PublisherSections(1))
    await ear.until("connected")
    await opened(channel)
    try:
        yield transport, ear, answer.remote
    finally:
        await client.close()
        await transport.close()


async def test_the_handshake_survives_lost_datagrams(plane: FakePlane, mux: Mux) -> None:
    dtls: Counter[bool] = Counter()

    def lose(datagram: bytes, outgoing: bool) -> bool:
        is_dtls = 20 <= datagram[0] < 64
        dtls[outgoing] += is_dtls
        return is_dtls and outgoing and dtls[True] <= 2

    plane.lose = lose
    async with connected(mux):
        assert dtls[True] > 2


async def test_a_client_that_restarts_ice_gets_new_credentials_and_keeps_its_connection(mux: Mux) -> None:
    async with connected(mux) as (transport, ear, remote):
        before = transport.local
        remote = replace(remote, ufrag="fresh", pwd="f" * 22)
        transport.connect(remote)
        assert transport.local.ufrag != before.ufrag
        assert transport.local.pwd != before.pwd
        after = transport.local
        transport.connect(remote)
        assert transport.local == after
        assert transport.send("_reliable", b"still open")
        assert ear.heard == ["connected"]


async def test_our_own_restart_is_not_restarted_by_the_answer(mux: Mux) -> None:
    async with connected(mux) as (transport, _, remote):
        before = transport.local
        transport.restart_ice()
        offered = transport.local
        assert offered.ufrag != before.ufrag
        transport.connect(replace(remote, ufrag="fresh", pwd="f" * 22))
        assert transport.local == offered


async def test_old_and_new_credentials_find_the_transport_after_a_restart(plane: FakePlane, mux: Mux) -> None:
    transport = mux.open(Ear())
    before = transport.local
    transport.restart_ice()
    peer = Peer(plane)
    peer.check(before.ufrag, before.pwd)
    await counted(mux, "stun_answered", 1)
    peer.check(transport.local.ufrag, transport.local.pwd)
    await counted(mux, "stun_answered", 2)
    peer.close()
    await transport.close()


async def test_another_certificate_is_refused(mux: Mux) -> None:
    async with connected(mux) as (transport, _, remote):
        with pytest.raises(ValueError, match="certificate"):
            transport.connect(replace(remote, fingerprints=(Fingerprint("sha-256", "00"),)))


async def test_a_flood_of_garbage_leaves_a_connection_working(plane: FakePlane, mux: Mux) -> None:
    async with connected(mux) as (transport, ear, _remote):
        random = Random(1)
        flood = Peer(plane)
        for _ in range(3000):
            flood.socket.send(
                bytes([random.choice((0, 1, 2, 20, 22, 23, 63))]) + random.randbytes(random.randrange(200))
            )
            await asyncio.sleep(0)
        real = plane.transports[transport.handle].remote
        assert real is not None
        for _ in range(200):  # the same, forged to come from the peer
            transport.receive_dtls(bytes([random.choice((20, 21, 22, 23))]) + random.randbytes(random.randrange(200)))
        assert transport.send("_reliable", b"down")
        assert flood.answers() == []
        assert ear.heard == ["connected"]
        flood.close()


async def test_a_client_that_never_comes_fails(mux: Mux, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_module, "CONNECT_TIMEOUT", 0.02)
    ear = Ear()
    transport = mux.open(ear)
    transport.connect(RemoteParameters("them", "f" * 22, (Fingerprint("sha-256", "00"),), "actpass"))
    await ear.until("failed")
    await transport.close()
    assert ear.heard == ["failed"]


async def test_a_client_that_falls_silent_fails(mux: Mux, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice_module, "DISCONNECTED_AFTER", 0.1)
    monkeypatch.setattr(ice_module, "FAILED_AFTER", 0.2)
    ear = Ear()
    transport = mux.open(ear)
    client = RTCPeerConnection()
    client.createDataChannel("_reliable")
    await publish(client, transport, PublisherSections(1))
    await ear.until("connected")
    await ear.until("failed")  # aioice checks every five seconds
    await client.close()
    await transport.close()
    assert ear.heard == ["connected", "failed"]


async def test_a_wrong_fingerprint_fails(mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear)
    client = RTCPeerConnection()
    client.createDataChannel("_reliable")
    await client.setLocalDescription(await client.createOffer())
    offer = parse(client.localDescription.sdp)
    answer = PublisherSections(1).answer(offer, transport.local)
    digest = ":".join(["00"] * 32)
    transport.connect(replace(answer.remote, fingerprints=(Fingerprint("sha-256", digest),)))
    await client.setRemoteDescription(RTCSessionDescription(render(answer.description), "answer"))
    await ear.until("failed")
    await client.close()
    await transport.close()
    assert ear.heard == ["failed"]


async def test_an_answer_that_comes_after_the_handshake_began_is_in_time(mux: Mux) -> None:
    ear = Ear()
    transport = mux.open(ear, SERVER_CHANNELS)
    ssrcs = itertools.count(1)
    sections = SubscriberSections(1, lambda: next(ssrcs))
    client = RTCPeerConnection()
    description, _ = sections.offer(transport.local)
    await client.setRemoteDescription(RTCSessionDescription(render(description), "offer"))
    await client.setLocalDescription(await client.createAnswer())
    await counted(mux, "dtls_received", 1)
    transport.connect(sections.accept(parse(client.localDescription.sdp)).remote)
    await ear.until("connected")
    await client.close()
    await transport.close()


async def test_closed_transports_leave_nothing_behind(mux: Mux) -> None:
    ours = {Transport, DtlsServer, DataChannels, RTCSctpTransport}

    def objects() -> int:
        gc.collect()
        return sum(type(each) in ours for each in gc.get_objects())

    before = objects()
    for _ in range(3):
        async with connected(mux):
            pass
    never_started = mux.open(Ear())
    await never_started.close()
    del never_started
    await asyncio.sleep(0)
    assert objects() == before
    assert len(mux) == 0
