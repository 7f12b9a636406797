"""The whole server in one process: what it serves besides calls."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

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
    for path in ("/assets/none.js", "/assets/..%2findex.html", "/assets/%2e%2e/%2e%2e/package.json", "/package.json"):
        async with http.get(path) as answer:
            assert answer.status == 404, path


async def test_the_first_version_of_the_protocol_only(http: aiohttp.ClientSession) -> None:
    for path in ("/rtc/v1", "/rtc/v1/validate"):
        async with http.get(path) as answer:
            assert answer.status == 404


async def test_a_taken_port_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    async with Server(config_in(tmp_path)) as first:
        taken = replace(config_in(tmp_path), http=HttpConfig("127.0.0.1", first.port))
        with pytest.raises(OSError, match=str(first.port)):
            await Server(taken).__aenter__()
