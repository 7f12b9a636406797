"""Servers that run elsewhere: a real one of ours behind TLS, as a stranger reaches it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from benchmarks.load.access import token
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.peers.peer import Member, PeerError
from benchmarks.peers.remote import RemotePeer, address
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.rooms.lecture import Lecture
from benchmarks.rooms.plan import Plan, Seat
from sfu.plane.model import SrtpProfile
from tests.support.peers import eventually, running, streams
from tests.support.tls_proxy import TlsProxy, tls_proxy

GCM = SrtpProfile.AEAD_AES_128_GCM
SECRET = "a-wrong-secret-" + "x" * 20


@pytest.fixture
async def client() -> AsyncIterator[LoadClient]:
    async with LoadClient(GCM) as made:
        yield made


@pytest.fixture
async def ours(client: LoadClient) -> AsyncIterator[ZvonokPeer]:
    async with running(ZvonokPeer(client)) as peer:
        yield peer


@pytest.fixture
async def proxy(ours: ZvonokPeer, tmp_path: Path) -> AsyncIterator[TlsProxy]:
    async with tls_proxy(int(ours.access.url.rpartition(":")[2]), tmp_path) as made:
        yield made


async def hold(peer: RemotePeer, plan: Plan) -> None:
    """Everybody comes, gets what is due, and leaves."""
    await peer.prepare(plan)
    members: list[Member] = list(await asyncio.gather(*(peer.enter(seat) for seat in plan.seats)))
    await asyncio.gather(*(member.wait_ready() for member in members))
    due = [plan.sources_of(seat) for seat in plan.seats]
    await eventually(lambda: [streams(member) for member in members] == due)
    await asyncio.gather(*(member.leave() for member in members))


async def test_a_lecture_through_tls_with_a_key(client: LoadClient, ours: ZvonokPeer, proxy: TlsProxy) -> None:
    access = ours.access
    remote = RemotePeer(client, proxy.url, key=access.key, secret=access.secret, ca=proxy.ca)
    async with running(remote) as peer:
        assert peer.pid is None
        await hold(peer, Lecture(receivers=3).plan())


async def test_a_lecture_through_tls_with_tokens(
    client: LoadClient, ours: ZvonokPeer, proxy: TlsProxy, tmp_path: Path
) -> None:
    file = tmp_path / "tokens"
    file.write_text("\n".join(["# a class", *(token(ours.access, "7a", f"pupil {n}") for n in range(4))]))
    async with running(RemotePeer(client, proxy.url, tokens=file, ca=proxy.ca)) as peer:
        assert peer.access is None
        await hold(peer, Lecture(receivers=3).plan())
        with pytest.raises(PeerError, match=r"1 room\(s\) with 5 participants; the file has them for .* with 4"):
            await peer.prepare(Lecture(receivers=4).plan())


async def test_a_wrong_secret_is_told_before_anybody_joins(client: LoadClient, ours: ZvonokPeer) -> None:
    with pytest.raises(PeerError, match="check key and secret"):
        async with running(RemotePeer(client, ours.access.url, key=ours.access.key, secret=SECRET)):
            pass


async def test_an_authority_that_nobody_named_is_not_trusted(
    client: LoadClient, ours: ZvonokPeer, proxy: TlsProxy
) -> None:
    with pytest.raises(PeerError, match=r"certificate that is not trusted: .* --ca FILE"):
        async with running(RemotePeer(client, proxy.url, key=ours.access.key, secret=SECRET)):
            pass


async def test_a_certificate_for_another_name_is_told(client: LoadClient, ours: ZvonokPeer, tmp_path: Path) -> None:
    port = int(ours.access.url.rpartition(":")[2])
    async with tls_proxy(port, tmp_path, name="call.school.example") as other:
        with pytest.raises(PeerError, match="not trusted: Hostname mismatch"):
            async with running(RemotePeer(client, other.url, key="k", secret=SECRET, ca=other.ca)):
                pass


async def test_a_port_where_nobody_listens_is_told(client: LoadClient, unused_tcp_port: int) -> None:
    with pytest.raises(PeerError, match=r"port .* cannot be reached"):
        async with running(RemotePeer(client, f"http://127.0.0.1:{unused_tcp_port}", key="k", secret=SECRET)):
            pass


async def test_a_server_of_another_kind_is_told(client: LoadClient, aiohttp_server) -> None:  # type: ignore[no-untyped-def]
    server = await aiohttp_server(web.Application())
    async with running(RemotePeer(client, str(server.make_url("/")), key="k", secret=SECRET)) as peer:
        with pytest.raises(ConnectError, match="has no LiveKit signalling"):
            await peer.enter(Seat("a", "lost"))


async def test_files_that_cannot_be_used_are_told(client: LoadClient, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for peer, words in (
        (RemotePeer(client, "ws://localhost", tokens=tmp_path / "none"), "cannot be read"),
        (RemotePeer(client, "ws://localhost", tokens=empty), "no tokens"),
        (RemotePeer(client, "wss://localhost", key="k", secret=SECRET, ca=tmp_path / "none"), "no certificates"),
        (RemotePeer(client, "wss://localhost", key="k", secret=SECRET, ca=empty), "no certificates"),
    ):
        with pytest.raises(PeerError, match=words):
            async with running(peer):
                pass


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://call.school.example/", "wss://call.school.example"),
        ("http://127.0.0.1:7880", "ws://127.0.0.1:7880"),
        ("wss://[2001:db8::1]:443/calls/rtc", "wss://[2001:db8::1]:443/calls"),
    ],
)
def test_addresses_are_taken_as_people_type_them(typed: str, meant: str) -> None:
    assert address(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "call.school.example", "ftp://x", "wss://", "wss://u:p@x", "ws://x:99999", "ws://x?k"]
)
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(PeerError, match="address"):
        address(typed)
