import pytest
from livekit.api import TokenVerifier

from benchmarks.load.client import LoadClient
from benchmarks.load.livekit import Access, token
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.rooms.classroom import classroom, packets_per_second
from benchmarks.rooms.lecture import lecture, traffic
from sfu.plane.model import SrtpProfile


@pytest.mark.parametrize("profile", list(SrtpProfile))
async def test_a_lecture_through_our_server_is_measured(profile: SrtpProfile) -> None:
    async with LoadClient(profile) as client:
        window = await lecture(client, ZvonokPeer(client), traffic(video=100), receivers=2, seconds=0.5)
    assert window.packets_received > window.packets_sent > 0
    assert window.video.packets > 0
    assert window.server_cpu > 0


async def test_everybody_in_a_class_gets_everybody() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        room = classroom(client, ZvonokPeer(client), participants=4, windows=1, seconds=0.5)
        (window,) = [window async for window in room]
    assert window.packets_received > 2 * window.packets_sent


def test_a_class_sends_everything_to_everybody_else() -> None:
    assert packets_per_second(30) == (30 * 30 + 3 * 50, (30 * 30 + 3 * 50) * 29)


def test_its_tokens_are_those_of_the_sdks() -> None:
    secret = "s" * 32
    claims = TokenVerifier("key", secret).verify(token(Access("ws://x", "key", secret), "room 1", "p1"))
    assert (claims.identity, claims.video.room, claims.video.room_join) == ("p1", "room 1", True)
