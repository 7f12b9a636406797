import asyncio

import pytest

from sfu.plane.model import Codec, Event, FirstPacket, LayerChanged
from sfu.transport.dtls import Certificate
from sfu.transport.mux import Mux
from sfu.transport.transport import SERVER_CHANNELS
from tests.sfu.transport.conftest import Ear, Peer, counted
from tests.support.fake_plane import FakePlane


async def test_a_check_finds_its_transport_and_the_plane_learns_the_address(plane: FakePlane, mux: Mux) -> None:
    one, other = mux.open(Ear()), mux.open(Ear(), SERVER_CHANNELS)
    peer = Peer(plane)
    peer.check(other.local.ufrag, other.local.pwd)
    await counted(mux, "stun_answered")
    assert len(peer.answers()) == 1
    assert plane.transports[other.handle].remote == (0, peer.address())
    assert plane.transports[one.handle].remote is None
    peer.close()


async def test_what_is_not_authentic_gets_no_answer(plane: FakePlane, mux: Mux) -> None:
    transport = mux.open(Ear())
    peer = Peer(plane)
    peer.check(transport.local.ufrag, "x" * 32)
    peer.check("unknown", transport.local.pwd)
    peer.socket.send(b"\0\1\0\0" + bytes(16))
    peer.socket.send(b"\x16\xfe\xfd" + bytes(50))
    await counted(mux, "dtls_unknown_peer")
    assert peer.answers() == plane.sent == []
    assert plane.transports[transport.handle].remote is None
    figures = mux.counters()
    assert (figures["stun_not_authentic"], figures["stun_unknown_ufrag"], figures["stun_malformed"]) == (1, 1, 1)
    peer.close()


async def test_an_ended_transport_is_silent_and_its_handle_is_never_used_again(plane: FakePlane, mux: Mux) -> None:
    transport = mux.open(Ear())
    local = transport.local
    await transport.close()
    await transport.close()
    assert transport.handle not in plane.transports
    assert len(mux) == 0
    peer = Peer(plane)
    peer.check(local.ufrag, local.pwd)
    await counted(mux, "stun_unknown_ufrag")
    assert peer.answers() == []
    assert mux.open(Ear()).handle != transport.handle
    peer.close()


async def test_closing_waits_for_the_plane(plane: FakePlane, mux: Mux, events: list[Event]) -> None:
    transport = mux.open(Ear())
    held: list[Event] = []
    tell, plane.tell = plane.tell, held.append
    async with asyncio.TaskGroup() as group:
        closing = group.create_task(transport.close())
        for _ in range(10):
            await asyncio.sleep(0)
        assert held
        assert not closing.done()
        tell(held[0])
    assert events == held


async def test_other_events_go_to_the_handler_and_its_error_stops_nothing(
    plane: FakePlane, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Event] = []

    def handle(event: Event) -> None:
        heard.append(event)
        if len(heard) == 1:
            raise RuntimeError("a bug of ours")

    mux = Mux(plane, certificate, handle, lambda: 0.0)
    plane.tell(FirstPacket(1, 0, 7, 111, Codec.OPUS))
    plane.tell(LayerChanged(1, 0))
    await counted(mux, "handler_errors")
    assert len(heard) == 2
    assert "a bug of ours" in caplog.text
    await mux.close()


async def test_clients_are_told_the_addresses_and_ipv6_works(certificate: Certificate) -> None:
    plane = FakePlane(("127.0.0.1", "::1"))
    mux = Mux(plane, certificate, lambda event: None, lambda: 0.0)
    transport = mux.open(Ear())
    assert [(each.address, each.port) for each in transport.local.candidates] == list(plane.addresses)
    peer = Peer(plane, 1)
    peer.check(transport.local.ufrag, transport.local.pwd)
    await counted(mux, "stun_answered")
    assert plane.transports[transport.handle].remote == (1, peer.address())
    peer.close()
    await transport.close()
    await mux.close()
    plane.close()


async def test_closing_the_mux_waits_for_removals_that_are_on_their_way(
    plane: FakePlane, certificate: Certificate
) -> None:
    mux = Mux(plane, certificate, lambda event: None, lambda: 0.0)
    transport, forgotten = mux.open(Ear()), mux.open(Ear())
    async with asyncio.TaskGroup() as group:
        group.create_task(transport.close())
        await asyncio.sleep(0)
        await mux.close()
    await forgotten.close()
