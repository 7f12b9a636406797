import asyncio

import pytest

from benchmarks.load.client import LoadClient
from benchmarks.media.clients import SdkError, access_of
from benchmarks.media.move import Move, wander
from benchmarks.media.move import report as report_moves
from benchmarks.media.sdk import hold, report
from benchmarks.peers.peer import Entrant, Peer
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.rooms.run import started
from sfu.plane.model import SrtpProfile

OURS = Entrant("Zvonok", SrtpProfile.AEAD_AES_128_GCM, ZvonokPeer)


@pytest.mark.sdk
async def test_two_real_clients_see_and_hear_each_other() -> None:
    async with LoadClient(OURS.profile) as client, started(OURS, client) as peer:
        call = await hold("Zvonok", peer, 2, 3.0)
    assert call.problems == ()
    assert {(one.receiver, one.sender) for one in call.views} == {("person-0", "person-1"), ("person-1", "person-0")}
    assert all(one.first is not None and one.pictures > 5 for one in call.views)
    assert call.server_cpu
    (first, *_) = report(OURS, call, remote=False).sections
    assert first.table.rows[0][0] == "2"


@pytest.mark.sdk
async def test_somebody_who_is_moved_sees_the_new_room() -> None:
    found: list[Move] = []
    async with LoadClient(OURS.profile) as client, started(OURS, client) as peer:
        await asyncio.wait_for(wander(peer, 2, found), 60)
    assert [move.to for move in found] == ["group", "main"]
    assert all(move.seconds > 0 for move in found)
    assert report_moves(OURS, found).sections[0].table.rows[0][0] == "2"


async def test_a_server_without_a_key_is_refused_in_words() -> None:
    class Other:
        name = "Other"

    other: Peer = Other()  # type: ignore[assignment]
    with pytest.raises(SdkError, match="Other: the LiveKit SDK needs"):
        access_of(other)
