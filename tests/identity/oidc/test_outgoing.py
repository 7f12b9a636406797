"""Our requests to others: where they may go, how long they wait, what they read."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from identity.oidc.outgoing import Outgoing, OutgoingError


def nowhere(address: str) -> None:
    raise ValueError(address)


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


async def test_an_address_that_must_not_be_reached_is_not(place: str) -> None:
    assert (await Outgoing().get(place)).body
    for url in (place, place.replace("127.0.0.1", "localhost")):
        with pytest.raises(OutgoingError, match="ClientConnector"):
            await Outgoing(check=nowhere).get(url)


async def test_a_name_that_leads_to_a_private_address_is_not_asked(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(place.rpartition(":")[2])
    real = asyncio.get_running_loop().getaddrinfo

    async def lie(host: str, *arguments: object, **more: object) -> object:
        assert host == "public.example"
        return await real("127.0.0.1", port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lie)
    checked: list[str] = []

    def check(address: str) -> None:
        checked.append(address)
        nowhere(address)

    with pytest.raises(OutgoingError, match="ClientConnector"):
        await Outgoing(check=check).get(f"https://public.example:{port}/")
    assert checked == ["127.0.0.1"]


@pytest.mark.parametrize("path", ["/moved", "/slow", "/endless"])
async def test_redirects_patience_and_size_have_an_end(place: str, path: str) -> None:
    with pytest.raises(OutgoingError):
        await Outgoing(timeout=0.3 if path == "/slow" else 10).get(place + path)


async def test_cookies_of_others_are_not_kept(place: str) -> None:
    outgoing = Outgoing()
    for _ in range(2):
        assert (await outgoing.get(place)).body == b'{"cookies": 0}'


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://127.0.0.1/", "https://", "//127.0.0.1/", "https://a b/"])
async def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    with pytest.raises(OutgoingError, match="not https"):
        await Outgoing().get(url)
