"""Members of Debian's Janus, where it is installed, and of one that misbehaves."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.load.client import LoadClient
from benchmarks.load.model import Kind, Rhythm
from benchmarks.peers.janus import JanusPeer, configuration, installed, version
from benchmarks.peers.janus_api import Reply
from benchmarks.peers.janus_member import Feed, JanusRoom
from benchmarks.peers.peer import PeerError, message
from benchmarks.rooms.plan import Messages, Plan, Seat
from sfu.plane.model import SrtpProfile
from tests.support.peers import check_members_get_what_their_seats_say, eventually, running, streams

CM80 = SrtpProfile.AES_CM_128_HMAC_SHA1_80
CAMERA, VOICE = Rhythm(Kind.VIDEO, 100, 1000), Rhythm(Kind.AUDIO, 50, 100)
needs_janus = pytest.mark.skipif(not installed(), reason="Debian's janus is not installed")


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


@needs_janus
def test_it_tells_its_version() -> None:
    assert version().startswith("1.")


@needs_janus
@pytest.mark.parametrize("event_loops", [0, 1])
async def test_members_get_what_their_seats_say(event_loops: int) -> None:
    async with LoadClient(CM80) as client, running(JanusPeer(client, event_loops=event_loops)) as peer:
        await check_members_get_what_their_seats_say(peer)


@needs_janus
async def test_who_leaves_and_comes_back_is_taken_again() -> None:
    seats = (Seat("a", "taker"), Seat("a", "stays", (VOICE,)), Seat("a", "goes", (VOICE, CAMERA)))
    async with LoadClient(CM80) as client, running(JanusPeer(client)) as peer:
        await peer.prepare(Plan("test", "Test", seats))
        taking, staying = await peer.enter(seats[0]), await peer.enter(seats[1])
        for times in (1, 2, 3):
            member = await peer.enter(seats[2])
            await member.wait_ready()
            due = 1 + 2 * times
            await eventually(lambda due=due: streams(taking) == due)  # type: ignore[misc]
            await member.leave()
        assert (taking.problem, staying.problem) == ("", "")
        await asyncio.gather(taking.leave(), staying.leave())


@needs_janus
async def test_messages_reach_everybody_else_in_the_room() -> None:
    seats = (
        Seat("a", "speaker", (VOICE,), Messages(1, 64)),
        Seat("a", "writer", messages=Messages(1, 64)),
        Seat("a", "reader"),
        Seat("b", "elsewhere"),
    )
    async with LoadClient(CM80) as client, running(JanusPeer(client)) as peer:
        await peer.prepare(Plan("test", "Test", seats))
        members = await asyncio.gather(*(peer.enter(seat) for seat in seats))
        await asyncio.gather(*(member.wait_ready() for member in members))
        for _ in range(100):  # Janus drops what comes before a receiver's channel is open
            await members[0].send_message(message(64), reliable=True)
            await members[1].send_message(message(1000), reliable=False)
            await asyncio.sleep(0.02)
            if all(member.inbox.received for member in members[:3]):
                break
        else:
            pytest.fail("nothing came")
        assert members[2].inbox.delays
        assert members[3].inbox.received == 0
        with pytest.raises(PeerError, match="no data channels"):
            await members[2].send_message(message(64), reliable=True)
        await asyncio.gather(*(member.leave() for member in members))


@needs_janus
async def test_a_larger_plan_may_follow() -> None:
    small, large = (tuple(Seat("a", f"p{number}", (VOICE,)) for number in range(size)) for size in (1, 5))
    async with LoadClient(CM80) as client, running(JanusPeer(client)) as peer:
        await peer.prepare(Plan("small", "Small", small))
        members = [await peer.enter(small[0])]
        await peer.prepare(Plan("large", "Large", large))
        members += await asyncio.gather(*(peer.enter(seat) for seat in large[1:]))
        await eventually(lambda: [streams(member) for member in members] == [4] * 5)
        await asyncio.gather(*(member.leave() for member in members))


@needs_janus
async def test_a_room_that_nobody_prepared_lets_nobody_in() -> None:
    async with LoadClient(CM80) as client, running(JanusPeer(client)) as peer:
        with pytest.raises(PeerError, match="not prepared"):
            await peer.enter(Seat("a", "early"))


@needs_janus
async def test_a_janus_that_died_is_a_problem_of_its_members() -> None:
    seat = Seat("a", "left behind", (VOICE,))
    async with LoadClient(CM80) as client, running(JanusPeer(client)) as peer:
        await peer.prepare(Plan("test", "Test", (seat,)))
        member = await peer.enter(seat)
        await member.wait_ready()
        await peer.stop()
        await eventually(lambda: "closed its WebSocket" in member.problem)
        await member.leave()


def test_feeds_come_and_go_with_events() -> None:
    room, seen = JanusRoom(1), []
    room.watch("somebody", lambda: seen.append(set(room.feeds)))
    item = {"id": 7, "display": "p", "streams": [{"mid": "0", "type": "audio"}]}
    room.take(Reply({"videoroom": "event", "publishers": [item]}))
    assert room.feeds == {7: Feed(7, "p", (("0", "audio"),))}
    room.take(Reply({"videoroom": "event", "unpublished": "ok"}))
    room.take(Reply({"videoroom": "event", "leaving": 7}))
    assert seen == [{7}, {7}, set()]


@pytest.mark.parametrize(
    "publishers", [7, [7], [{}], [{"id": [], "display": ""}], [{"id": 1, "display": "", "streams": 1}]]
)
def test_an_event_that_makes_no_sense_is_an_error(publishers: object) -> None:
    with pytest.raises(PeerError):
        JanusRoom(1).take(Reply({"publishers": publishers}))
