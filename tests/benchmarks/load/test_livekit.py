"""A participant and servers that do not play along; real ones are in the tests of the drivers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit.protocol import models, rtc

from benchmarks.load import livekit
from benchmarks.load.choice import Choice
from benchmarks.load.client import ConnectError, LoadClient
from benchmarks.load.livekit import Participant, join
from benchmarks.load.model import Kind, Rhythm
from benchmarks.rooms.plan import Seat
from sfu.plane.model import SrtpProfile
from tests.support.peers import eventually

VOICE = Rhythm(Kind.AUDIO, 50, 100)
JOIN = rtc.SignalResponse(join=rtc.JoinResponse(subscriber_primary=True))
REFUSAL = rtc.SignalResponse(
    request_response=rtc.RequestResponse(
        reason=rtc.RequestResponse.Reason.NOT_ALLOWED,
        message="no camera for you",
        add_track=rtc.AddTrackRequest(cid="c"),
    )
)
LEAVE = rtc.SignalResponse(leave=rtc.LeaveRequest(reason=models.DisconnectReason.ROOM_DELETED))
WITHOUT_UDP = "\r\n".join(
    ("v=0", "a=ice-ufrag:u", "a=ice-pwd:p", "a=fingerprint:sha-256 AA", "m=application 9 UDP/DTLS/SCTP x", "a=mid:0")
)
OFFER = rtc.SignalResponse(offer=rtc.SessionDescription(type="offer", sdp=WITHOUT_UDP, id=1))
LAST = rtc.SignalResponse(trickle=rtc.TrickleRequest(target=rtc.SignalTarget.SUBSCRIBER, final=True))
NO_SENSE = rtc.SignalResponse(offer=rtc.SessionDescription(type="offer", sdp="v=0", id=1))

Enter = Callable[[Sequence[rtc.SignalResponse | bytes], Seat], Awaitable[Participant]]


@pytest.fixture
async def enter() -> AsyncIterator[Enter]:
    """Joins a server that says what it is told to say, whatever it hears, and then listens until the client goes."""
    said: list[rtc.SignalResponse | bytes] = []

    async def rtc_handler(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for each in said:
            await socket.send_bytes(each if isinstance(each, bytes) else each.SerializeToString())
        async for _ in socket:
            pass
        return socket

    app = web.Application()
    app.router.add_get("/rtc", rtc_handler)
    async with (
        TestServer(app) as server,
        LoadClient(SrtpProfile.AEAD_AES_128_GCM) as client,
        aiohttp.ClientSession() as http,
    ):

        async def enter(messages: Sequence[rtc.SignalResponse | bytes], seat: Seat) -> Participant:
            said[:] = messages
            return await join(client, http, f"ws://127.0.0.1:{server.port}", "token", seat, lambda _: None)

        yield enter


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ((JOIN, REFUSAL), "refused a track: NOT_ALLOWED no camera for you"),
        ((JOIN, LEAVE), "ended the session: ROOM_DELETED"),
        ((JOIN, NO_SENSE), "makes no sense"),
        ((JOIN, b"\xff\xff"), "makes no sense"),
    ],
)
async def test_what_the_server_says_becomes_the_problem(
    enter: Enter, messages: Sequence[rtc.SignalResponse | bytes], words: str
) -> None:
    participant = await enter(messages, Seat("a", "me", (VOICE,)))
    with pytest.raises(ConnectError, match=words):
        await participant.wait_ready()
    assert words in participant.problem
    await participant.leave()


async def test_a_server_that_says_something_else_first_lets_nobody_in(enter: Enter) -> None:
    with pytest.raises(ConnectError, match="ended the session"):
        await enter((LEAVE,), Seat("a", "me"))


async def test_a_server_without_udp_is_told(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livekit, "REPLY_TIMEOUT", 1.0)
    participant = await enter((JOIN, OFFER, LAST), Seat("a", "me"))
    with pytest.raises(ConnectError, match="no UDP address"):
        await participant.wait_ready()
    await participant.leave()


async def test_messages_without_use_are_passed_over(enter: Enter) -> None:
    unknown = rtc.SignalResponse(speakers_changed=rtc.SpeakersChanged())
    participant = await enter((JOIN, unknown, b"", LEAVE), Seat("a", "me"))
    await eventually(lambda: "ROOM_DELETED" in participant.problem)
    await participant.leave()


def test_only_wanted_tracks_are_asked_for_and_once() -> None:
    camera = models.TrackInfo(sid="TR_V", type=models.TrackType.VIDEO)
    voice = models.TrackInfo(sid="TR_A", type=models.TrackType.AUDIO)
    anna, boris, me = (
        models.ParticipantInfo(sid=f"PA_{name}", identity=name, tracks=[camera, voice])
        for name in ("anna", "boris", "me")
    )
    choice = Choice(Seat("a", "me", cameras=frozenset({"anna"}), voices=frozenset()))
    assert not choice.everything
    asked = choice.seen([anna, boris, me])
    assert [(each.participant_sid, list(each.track_sids)) for each in asked] == [("PA_anna", ["TR_V"])]
    assert choice.seen([anna, boris]) == []


def test_who_takes_everything_asks_for_nothing() -> None:
    choice = Choice(Seat("a", "me"))
    track = models.TrackInfo(sid="TR_V", type=models.TrackType.VIDEO)
    assert choice.everything
    assert choice.seen([models.ParticipantInfo(sid="PA_1", identity="anna", tracks=[track])]) == []
