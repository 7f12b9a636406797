"""A flood of garbage datagrams at the media port leaves a running call intact."""

import random
import socket
from pathlib import Path

import aiohttp

from tests.scenarios.test_livekit_sdk import AUDIBLE, pytestmark  # noqa: F401, the same SDK with the same marks
from tests.support.sdk import members
from tests.support.server_process import ServerProcess, running_server

DATAGRAMS = 30_000


def garbage(chance: random.Random) -> bytes:
    """Noise behind a first byte of each kind that the port tells apart (RFC 7983)."""
    first = chance.choice((0, 1, 20, 22, 63, 64, 79, 128, 144, 191, 255))
    return bytes([first]) + chance.randbytes(chance.randint(0, 1400))


async def counter(server: ServerProcess, name: str) -> float:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(f"zvonok_media_{name}"))


async def test_a_call_goes_on_under_garbage(tmp_path: Path) -> None:
    chance = random.Random(7983)
    async with running_server(tmp_path) as server, members(server, "lesson", "anna", "boris") as (anna, boris):
        await anna.publish()
        await boris.frames("anna", 5)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.connect(("127.0.0.1", server.media_port))
            flood.setblocking(False)
            for number in range(DATAGRAMS):
                try:
                    flood.send(garbage(chance))
                except BlockingIOError:
                    continue
                if number % (DATAGRAMS // 5) == 0:
                    assert len(await boris.frames("anna", 5)) == 5
            answered = list(iter(lambda: read(flood), None))
        assert answered == [], "garbage is never answered"
        assert len(await boris.frames("anna", 10)) == 10
        assert await boris.loudness("anna") > AUDIBLE
        assert await counter(server, "drop_") > DATAGRAMS / 10
        assert len(anna.room.remote_participants) == 1


def read(flood: socket.socket) -> bytes | None:
    try:
        return flood.recv(2048)
    except BlockingIOError:
        return None
