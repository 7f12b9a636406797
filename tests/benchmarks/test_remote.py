"""A stranger's command line against a server that runs elsewhere, through TLS, with a key of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.command.target import SECRET_VARIABLE
from benchmarks.load.client import LoadClient
from benchmarks.peers.zvonok import ZvonokPeer
from sfu.plane.model import SrtpProfile
from tests.support.peers import running
from tests.support.tls_proxy import TlsProxy, tls_proxy

ROOT = Path(__file__).parents[2]
QUICK = ("--seconds", "1", "--receivers", "2")


@pytest.fixture
async def server() -> AsyncIterator[ZvonokPeer]:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running(ZvonokPeer(client)) as peer:
        yield peer


@pytest.fixture
async def proxy(server: ZvonokPeer, tmp_path: Path) -> AsyncIterator[TlsProxy]:
    async with tls_proxy(int(server.access.url.rpartition(":")[2]), tmp_path) as made:
        yield made


async def bench(folder: Path, *words: str, secret: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", *words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), SECRET_VARIABLE: secret},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode()


def reports(folder: Path) -> dict[str, str]:
    """Texts of the files by their ending."""
    return {path.suffix: path.read_text() for path in folder.glob("reports/*")}


async def test_a_gentle_lecture_on_somebodys_own_installation(
    server: ZvonokPeer, proxy: TlsProxy, tmp_path: Path
) -> None:
    access = server.access
    words = ("--url", proxy.url, "--key", access.key, "--ca", str(proxy.ca), *QUICK)
    code, said = await bench(tmp_path, *words, secret=access.secret)
    assert code == 0, said
    written = reports(tmp_path)
    window = json.loads(written[".json"])["raw"]["runs"][0]["outcome"]["windows"][0]
    assert window["packets_received"] > 0
    assert window["server"] is None, "its CPU is not known"
    for text in written.values():
        assert access.secret not in text
        assert proxy.url not in text
        assert str(tmp_path) not in text


async def test_a_wrong_secret_ends_with_a_sentence(server: ZvonokPeer, proxy: TlsProxy, tmp_path: Path) -> None:
    words = ("--url", proxy.url, "--key", server.access.key, "--ca", str(proxy.ca), *QUICK)
    code, said = await bench(tmp_path, *words, secret="wrong" * 10)
    assert code == 1
    assert "check key and secret" in said
    assert "Traceback" not in said
    assert not reports(tmp_path)
