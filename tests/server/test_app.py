"""The whole server in one process: what it serves besides calls."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from server import demo, pages
from server.app import Server
from server.config import Config, DatabaseConfig, HttpConfig, MediaConfig
from server.pages import DIST

DOCS = Path(__file__).parents[2] / "docs"


def config_in(folder: Path) -> Config:
    return Config(
        mode="demo",
        http=HttpConfig("127.0.0.1", 0),
        media=MediaConfig(("127.0.0.1",), port=0, threads=2),
        database=DatabaseConfig(f"sqlite:///{folder}/z.db"),
        keys={"key": "s" * 40},
    )


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with Server(config_in(tmp_path)) as server, aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as http:
        yield http


async def test_health_and_readiness(http: aiohttp.ClientSession) -> None:
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        async with http.get(path) as answer:
            assert (answer.status, await answer.text()) == (200, said)


async def test_every_metric_is_documented(http: aiohttp.ClientSession) -> None:
    documented = (DOCS / "metrics.md").read_text(encoding="utf-8")
    async with http.get("/metrics") as answer:
        assert answer.content_type == "text/plain"
        lines = (await answer.text()).splitlines()
    names = {line.split()[2] for line in lines if line.startswith("# TYPE zvonok_")}
    assert len(names) > 20
    assert sorted(name for name in names if f"`{name}`" not in documented) == []


@pytest.mark.parametrize("path", ["/", "/entry", "/call/call_1"])
async def test_the_page_comes_with_its_policy(http: aiohttp.ClientSession, path: str) -> None:
    async with http.get(path) as answer:
        assert answer.status == 200
        assert await answer.text() == (DIST / "index.html").read_text(encoding="utf-8")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert f"connect-src 'self' ws://{answer.url.host}:{answer.url.port}" in policy
        assert answer.headers["Referrer-Policy"] == "same-origin"


async def test_assets_are_kept_for_long_and_nothing_else_is_reachable(http: aiohttp.ClientSession) -> None:
    asset = next((DIST / "assets").glob("*.js")).name
    async with http.get(f"/assets/{asset}") as answer:
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content_type in ("text/javascript", "application/javascript")
    for path in (
        "/assets/%00",
        f"/assets/{'x' * 300}",
        "/assets/.",
        "/assets/none.js",
        "/assets/..%2findex.html",
        "/assets/%2e%2e/%2e%2e/package.json",
        "/package.json",
    ):
        async with http.get(path) as answer:
            assert answer.status == 404, path


async def test_the_first_version_of_the_protocol_only(http: aiohttp.ClientSession) -> None:
    for path in ("/rtc/v1", "/rtc/v1/validate"):
        async with http.get(path) as answer:
            assert answer.status == 404


async def test_the_page_is_found_through_a_link_to_its_folder(tmp_path: Path, aiohttp_client: AiohttpClient) -> None:
    (tmp_path / "dist").symlink_to(DIST, target_is_directory=True)
    app = web.Application()
    pages.setup(app, tmp_path / "dist")
    client = await aiohttp_client(app)
    asset = next((DIST / "assets").glob("*.js")).name
    assert (await client.get(f"/assets/{asset}")).status == 200


async def test_a_taken_media_port_is_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        taken = replace(config_in(tmp_path), media=MediaConfig(("127.0.0.1",), port=port, threads=1))
        with pytest.raises(OSError, match=f"127.0.0.1 port {port}"):
            await Server(taken).__aenter__()


async def test_the_demo_does_not_show_links_to_a_program_that_has_the_journals_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def stop() -> None:
        pass

    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(demo, "JOURNAL_PORT", other.getsockname()[1])
        with pytest.raises(OSError, match=f"TCP port {other.getsockname()[1]}"):
            await demo.run(config_in(tmp_path), stop)
    assert capsys.readouterr().out == ""


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    async with Server(config_in(tmp_path)) as first:
        taken = replace(config_in(tmp_path), http=HttpConfig("127.0.0.1", first.port))
        with pytest.raises(OSError, match=str(first.port)):
            await Server(taken).__aenter__()
