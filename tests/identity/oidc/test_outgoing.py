"""Our requests to others: where they may go, how long they wait, what they read."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from identity.core.addresses import networks
from identity.oidc.outgoing import Outgoing, OutgoingError, is_public

LOOPBACK = networks(["127.0.0.0/8", "::1"])


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:a00:1:0:0:f5ff:fffe",
    ],
)
def test_private_addresses_may_not_however_they_are_written(address: str) -> None:
    assert not is_public(address)


@pytest.fixture
async def place() -> AsyncIterator[str]:
    """A server on this machine."""
    gone = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/slow":
            await gone.wait()
        if request.path == "/moved":
            raise web.HTTPFound("/")
        if request.path == "/endless":
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b" " * 65536)
        return web.json_response({"cookies": len(request.cookies)}, headers={"Set-Cookie": "a=b"})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    gone.set()
    await runner.cleanup()


async def test_this_machine_is_asked_only_when_it_may_be(place: str) -> None:
    assert (await Outgoing(allow=LOOPBACK).get(place)).body
    assert (await Outgoing(allow=None).get(place)).body
    for url in (place, place.replace("127.0.0.1", "localhost")):
        with pytest.raises(OutgoingError, match="ClientConnector"):
            await Outgoing().get(url)


async def test_a_name_that_leads_to_a_private_address_is_not_asked(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(place.rpartition(":")[2])
    real = asyncio.get_running_loop().getaddrinfo

    async def lie(host: str, *arguments: object, **more: object) -> object:
        return await real("127.0.0.1", port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lie)
    with pytest.raises(OutgoingError):
        await Outgoing().get(f"https://public.example:{port}/")


@pytest.mark.parametrize("path", ["/moved", "/slow", "/endless"])
async def test_redirects_patience_and_size_have_an_end(place: str, path: str) -> None:
    with pytest.raises(OutgoingError):
        await Outgoing(allow=LOOPBACK, timeout=0.3 if path == "/slow" else 10).get(place + path)


async def test_cookies_of_others_are_not_kept(place: str) -> None:
    outgoing = Outgoing(allow=LOOPBACK)
    for _ in range(2):
        assert (await outgoing.get(place)).body == b'{"cookies": 0}'


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://127.0.0.1/", "https://", "//127.0.0.1/", "https://a b/"])
async def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(OutgoingError, match="not https"):
        await Outgoing(allow=None).get(url)
