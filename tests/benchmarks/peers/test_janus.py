from pathlib import Path

import pytest

from benchmarks.load.client import LoadClient
from benchmarks.peers.janus import JanusPeer, configuration, installed
from benchmarks.rooms.lecture import lecture, traffic
from sfu.plane.model import SrtpProfile


def test_only_the_video_room_over_websockets_is_loaded() -> None:
    files = configuration(Path("/etc/x"), host="192.0.2.1", port=8188, event_loops=0)
    main = files["janus.jcfg"]
    assert "libjanus_audiobridge.so" in main
    assert "libjanus_videoroom.so" not in main
    assert 'ice_enforce_list = "192.0.2.1"' in main
    assert "event_loops" not in main
    assert "ws_port = 8188" in files["janus.transport.websockets.jcfg"]


def test_event_loops_are_asked_for() -> None:
    files = configuration(Path("/etc/x"), host="192.0.2.1", port=8188, event_loops=2)
    assert "event_loops = 2" in files["janus.jcfg"]


@pytest.mark.skipif(not installed(), reason="Debian's janus is not installed")
async def test_a_lecture_through_janus_is_measured() -> None:
    async with LoadClient(SrtpProfile.AES_CM_128_HMAC_SHA1_80) as client:
        window = await lecture(client, JanusPeer(client), traffic(video=100), receivers=2, seconds=0.5)
    assert window.packets_sent > 0
    assert window.packets_received > window.packets_sent
    assert window.server_cpu > 0
    assert window.video.packets > 0
