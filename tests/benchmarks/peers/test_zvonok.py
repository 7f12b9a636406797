"""Members of a real server of ours."""

import asyncio

import pytest

from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.peer import PeerError, message
from benchmarks.peers.zvonok import ZvonokPeer
from benchmarks.rooms.plan import Messages, Seat
from sfu.plane.model import SrtpProfile
from tests.support.peers import check_members_get_what_their_seats_say, eventually, running, streams

CAMERA, VOICE = Rhythm(Kind.VIDEO, 100, 1000), Rhythm(Kind.AUDIO, 50, 100)
NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize("profile", list(SrtpProfile))
async def test_members_get_what_their_seats_say(profile: SrtpProfile) -> None:
    async with LoadClient(profile) as client, running(ZvonokPeer(client)) as peer:
        await check_members_get_what_their_seats_say(peer)


async def test_who_leaves_and_comes_back_is_taken_again_by_those_who_chose_it() -> None:
    chooser, sender = Seat("a", "chooser", voices=frozenset({"sender"}), cameras=NOBODY), Seat("a", "sender", (VOICE,))
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running(ZvonokPeer(client)) as peer:
        taking = await peer.enter(chooser)
        first = await peer.enter(sender)
        await eventually(lambda: streams(taking) == 1)
        await first.leave()
        second = await peer.enter(sender)
        await eventually(lambda: streams(taking) == 2)
        await second.leave()
        assert taking.problem == ""
        await taking.leave()


async def test_messages_reach_everybody_else_in_the_room() -> None:
    seats = (
        Seat("a", "speaker", (VOICE,), Messages(1, 64)),
        Seat("a", "writer", messages=Messages(1, 64)),
        Seat("a", "reader"),
        Seat("b", "elsewhere"),
    )
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running(ZvonokPeer(client)) as peer:
        members = await asyncio.gather(*(peer.enter(seat) for seat in seats))
        await asyncio.gather(*(member.wait_ready() for member in members))
        # A reliable one waits for a channel that opens late, another is lost: it goes when all have shown themselves.
        for reliable, received in ((True, [1, 1, 2, 0]), (False, [2, 2, 4, 0])):
            await members[0].send_message(message(64), reliable=reliable)
            await members[1].send_message(message(1000), reliable=reliable)
            await eventually(lambda received=received: [one.inbox.received for one in members] == received)
        assert all(delay > 0 for delay in members[2].inbox.delays)
        with pytest.raises(PeerError, match="no data channels"):
            await members[2].send_message(message(64), reliable=True)
        await asyncio.gather(*(member.leave() for member in members))


async def test_who_is_replaced_says_why_it_is_out() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running(ZvonokPeer(client)) as peer:
        first = await peer.enter(Seat("a", "twin"))
        second = await peer.enter(Seat("a", "twin"))
        await eventually(lambda: first.problem != "")
        assert "DUPLICATE_IDENTITY" in first.problem
        await asyncio.gather(first.leave(), second.leave())


async def test_leaving_in_the_middle_of_joining_is_clean() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client, running(ZvonokPeer(client)) as peer:
        member = await peer.enter(Seat("a", "hasty", (VOICE, CAMERA), Messages(1, 64)))
        await member.leave()
        await member.leave()
        with pytest.raises(ConnectError, match="left"):
            await member.wait_ready()


async def test_a_server_that_is_not_running_lets_nobody_in() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        with pytest.raises(PeerError, match="not running"):
            await ZvonokPeer(client).enter(Seat("a", "early"))


async def test_a_configuration_that_is_refused_is_told() -> None:
    async with LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client:
        peer = ZvonokPeer(client, settings={"nonsense": {"x": 1}})
        with pytest.raises(PeerError, match="nonsense"):
            await peer.start()
        await peer.stop()
