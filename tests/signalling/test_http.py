"""The routes and the statuses that clients read the cause of a failed connection from."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from signalling.core.grants import Claims, Grants
from signalling.core.limits import Limits
from signalling.http import setup
from tests.support.signalling_server import Server, running


async def validate(server: Server, token: str, **query: str) -> tuple[int, str]:
    url = f"{server.url}/rtc/validate"
    async with server.session.get(url, params={"access_token": token, **query}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.status, await response.text()


def sign(server: Server, claims: Claims, lifetime: int = 60) -> str:
    return server.service.tokens.sign(claims, lifetime)


async def test_validate_says_success_or_why_not() -> None:
    async with running(limits=Limits(participants_per_room=1)) as server:
        assert await validate(server, server.token()) == (200, "success")
        assert len(server.service.rooms) == 0, "asking creates nothing"
        assert (await validate(server, ""))[0] == 401
        assert (await validate(server, "a.b.c"))[0] == 401
        assert (await validate(server, sign(server, Claims(identity="a"), -100)))[0] == 401
        assert (await validate(server, sign(server, Claims(identity="", grants=Grants("class", True)))))[0] == 401
        assert (await validate(server, sign(server, Claims(identity="a", grants=Grants("class", False)))))[0] == 403
        assert (await validate(server, sign(server, Claims(identity="a", grants=Grants("", True)))))[0] == 403
        assert (await validate(server, server.token(), auto_subscribe="maybe"))[0] == 400
        assert (await validate(server, server.token(), attributes="%"))[0] == 400
        assert (await validate(server, server.token(), protocol="-1"))[0] == 400
        await server.join("anna")
        assert await validate(server, server.token("boris")) == (403, "the room is full")
        assert await validate(server, server.token("anna")) == (200, "success")


async def test_rooms_that_are_not_there_when_rooms_are_not_created() -> None:
    async with running(auto_create=False) as server:
        assert await validate(server, server.token()) == (404, "requested room does not exist")


async def test_a_token_in_the_header_will_do() -> None:
    async with running() as server:
        headers = {"Authorization": f"Bearer {server.token()}"}
        async with server.session.get(f"{server.url}/rtc/validate", headers=headers) as response:
            assert response.status == 200
        async with server.session.ws_connect(f"{server.url}/rtc", headers=headers) as socket:
            assert (await socket.receive()).type is aiohttp.WSMsgType.BINARY


@pytest.mark.parametrize("path", ["/rtc/v1", "/rtc/v1/validate", "/rtc"])
async def test_paths_that_are_not_offered(path: str) -> None:
    async with running() as server:
        response = await server.session.get(f"{server.url}{path}", params={"access_token": server.token()})
        assert response.status == 404
        assert "requested room does not exist" not in await response.text()


async def test_version_one_is_refused_before_the_upgrade() -> None:
    async with running() as server:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await server.session.ws_connect(f"{server.url}/rtc/v1", params={"access_token": server.token()})
        assert caught.value.status == 404


async def test_a_refused_upgrade_has_the_status_of_validate() -> None:
    async with running() as server:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await server.session.ws_connect(f"{server.url}/rtc", params={"access_token": "nonsense"})
        assert caught.value.status == 401


async def test_doubled_slashes_are_forgiven() -> None:
    async with running() as server:
        url = URL(server.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(f"GET //rtc/validate?access_token={server.token()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert b" 200 " in await reader.readline()
        writer.close()
        await writer.wait_closed()


async def test_head_of_the_root_tells_that_we_are_online_and_leaves_the_page_alone() -> None:
    async with running() as server:
        async with server.session.head(f"{server.url}/") as response:
            assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (200, "*")
        async with server.session.get(f"{server.url}/") as response:
            assert response.status == 405


async def test_the_page_has_the_root_to_itself() -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text="page")

    async with running() as server:
        app = web.Application()
        setup(app, server.service)
        app.router.add_get("/", page, allow_head=False)
        async with TestServer(app) as site:
            async with server.session.get(site.make_url("/")) as response:
                assert await response.text() == "page"
            async with server.session.head(site.make_url("/")) as response:
                assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_secrets_never_get_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="zvonok.signalling")
    async with running() as server:
        token = server.token()
        client = await server.connect(token)
        await client.expect("join")
        await validate(server, token + "x")
        assert "joined room='class' identity='anna'" in caplog.text
        own = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("zvonok"))
        assert token not in own and "access_token" not in own
