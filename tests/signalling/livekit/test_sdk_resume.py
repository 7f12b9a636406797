"""The unmodified Python SDK loses its signal connection and resumes, with its media going on."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.support.sdk import Member
from tests.support.server_process import ServerProcess, running_server
from tests.support.tcp_proxy import tcp_proxy

pytestmark = [
    pytest.mark.sdk,
    # The SDK leaves its own sockets and callbacks to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

AUDIBLE = 500.0  # root mean square of 16-bit samples; the tone sent is at 5600


def _names(member: Member) -> list[str]:
    return [name for name, _ in member.events]


async def test_a_cut_signal_connection_is_resumed_and_nobody_notices(tmp_path: Path) -> None:
    async with running_server(tmp_path) as server, tcp_proxy() as proxy:
        proxy.target = server.port
        anna, boris = Member("anna"), Member("boris")
        for name in ("reconnecting", "reconnected", "disconnected"):
            anna.room.on(name, lambda *values, name=name: anna._note(name, values))
        await anna.connect(cast(ServerProcess, SimpleNamespace(url=proxy.url)), "lesson")
        await boris.connect(server, "lesson")
        try:
            await anna.publish()
            await boris.publish()
            assert await boris.loudness("anna", 0.3) > AUDIBLE
            sid = anna.room.local_participant.sid
            proxy.cut()
            await anna.until(lambda: "reconnected" in _names(anna))
            assert anna.room.local_participant.sid == sid and "disconnected" not in _names(anna)
            assert await boris.loudness("anna", 0.3) > AUDIBLE
            assert await anna.loudness("boris", 0.3) > AUDIBLE
            await anna.room.local_participant.publish_data(b"there", reliable=True)
            await boris.until(lambda: boris.packets)
            await boris.room.local_participant.publish_data(b"back", reliable=True)
            await anna.until(lambda: anna.packets)
            assert "participant_disconnected" not in _names(boris)
        finally:
            await anna.close()
            await boris.close()
        log = server.log()
        assert log.count(" resumed room='lesson' identity='anna'") == 1
        assert log.count("reason=CLIENT_INITIATED") == 2, "whoever says goodbye is not taken for lost"
