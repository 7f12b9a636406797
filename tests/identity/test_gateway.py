"""The HTTP gateway's adapter against a gateway of the test's own."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from identity.core.gateways import Template
from identity.ports import SendError
from identity.sms.gateway import GatewaySms
from identity.sms.log import LogSms
from tests.identity.world import PHONE

TEXT = 'код "1&2" {phone}'


class Gateway:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], str]] = []
        self.answer = web.Response(text='{"status": "OK"}')

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, str(request.rel_url), dict(request.headers), await request.text()))
        return web.Response(status=self.answer.status, text=self.answer.text, headers=self.answer.headers)


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[Gateway, str]]:
    made = Gateway()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    async with TestServer(app) as server:
        yield made, str(server.make_url("/send"))


def template(url: str) -> Template:
    body = '{"to": "{digits}", "message": {"text": "{text}"}}'
    return Template(url, "POST", ("Authorization: Bearer hunter2",), "json", body, "OK")


async def test_json_is_filled_without_breaking_out_of_its_texts(gateway: tuple[Gateway, str]) -> None:
    made, url = gateway
    sms = GatewaySms(template(url))
    await sms.send(PHONE, TEXT, 600)
    await sms.close()
    method, _, headers, body = made.asked[0]
    assert (method, headers["Authorization"], headers["Content-Type"]) == ("POST", "Bearer hunter2", "application/json")
    assert body == '{"to": "79123456789", "message": {"text": "код \\"1&2\\" {phone}"}}'


async def test_forms_and_addresses_are_filled_with_escapes(gateway: tuple[Gateway, str]) -> None:
    made, url = gateway
    form = replace(template(url), body_kind="form", body="to={phone}&text={text}")
    query = replace(template(f"{url}?to={{digits}}&text={{text}}"), method="GET")
    for one in (form, query):
        sms = GatewaySms(one)
        await sms.send(PHONE, "a&b=c d", 600)
        await sms.close()
    assert made.asked[0][3] == "to=%2B79123456789&text=a%26b%3Dc+d"
    asked = URL(made.asked[1][1])
    assert (made.asked[1][0], asked.path) == ("GET", "/send")
    assert dict(asked.query) == {"to": "79123456789", "text": "a&b=c d"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (web.Response(status=500, text="OK"), "answers 500"),
        (web.Response(status=302, headers={"Location": "/elsewhere"}), "answers 302"),
        (web.Response(text='{"status": "ERROR"}'), "without the marker"),
        (web.Response(text="x" * 200_000 + "OK"), "without the marker"),
    ],
)
async def test_what_is_no_success_is_an_error_without_secrets(
    gateway: tuple[Gateway, str], answer: web.Response, said: str
) -> None:
    made, url = gateway
    made.answer = answer
    sms = GatewaySms(template(url))
    with pytest.raises(SendError, match=said) as caught:
        await sms.send(PHONE, TEXT, 600)
    await sms.close()
    assert len(made.asked) == 1
    assert "hunter2" not in str(caught.value) and PHONE not in str(caught.value)


async def test_a_gateway_that_is_down_is_an_error(unused_tcp_port: int) -> None:
    sms = GatewaySms(template(f"http://127.0.0.1:{unused_tcp_port}/"))
    with pytest.raises(SendError, match="does not answer"):
        await sms.send(PHONE, TEXT, 600)
    await sms.close()


async def test_the_log_hides_the_phone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "zvonok.sms"):
        await LogSms().send(PHONE, "123456", 600)
    assert "123456" in caplog.text and PHONE not in caplog.text
