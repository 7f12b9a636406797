"""Invariant: whatever a server says to the load generator, it is taken or ends in ConnectError or PeerError.

A first byte of 0 to 2 (modulo 3) says what the rest is: a SignalResponse, a description, or JSON of Janus.
"""

import asyncio
from typing import Any

from livekit.protocol import models, rtc

from benchmarks.load import sdp
from benchmarks.load.channels import payload_of
from benchmarks.load.client import ConnectError
from benchmarks.load.ice import Credentials
from benchmarks.load.livekit import Participant
from benchmarks.peers.janus_api import Handle, JanusApi
from benchmarks.peers.janus_member import JanusRoom
from benchmarks.peers.peer import PeerError
from benchmarks.rooms.plan import Seat

TRANSPORT = sdp.LocalTransport(Credentials("frag", "p" * 24), "AA:" * 31 + "BB", ("127.0.0.1", 4000))
LINES = (
    "v=0",
    "a=ice-lite",
    "a=fingerprint:sha-256 AA",
    "a=ice-ufrag:u",
    "a=ice-pwd:p",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "a=mid:0",
    "a=sctp-port:5000",
    "a=candidate:1 1 udp 2130706431 192.0.2.7 7882 typ host",
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
    "a=mid:1",
    "a=sendonly",
    "a=rtpmap:96 VP8/90000",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
    "a=extmap:4/recvonly urn:ietf:params:rtp-hdrext:sdes:mid",
)
OFFER = "\r\n".join(LINES)
TRACK = models.TrackInfo(sid="TR_1", type=models.TrackType.VIDEO)
OTHER = models.ParticipantInfo(sid="PA_1", identity="other", tracks=[TRACK])
MESSAGES = (
    rtc.SignalResponse(join=rtc.JoinResponse(other_participants=[OTHER], subscriber_primary=True)),
    rtc.SignalResponse(update=rtc.ParticipantUpdate(participants=[OTHER])),
    rtc.SignalResponse(offer=rtc.SessionDescription(type="offer", sdp=OFFER, id=1)),
    rtc.SignalResponse(answer=rtc.SessionDescription(type="answer", sdp=OFFER, id=1)),
    rtc.SignalResponse(track_published=rtc.TrackPublishedResponse(cid="c", track=TRACK)),
    rtc.SignalResponse(
        trickle=rtc.TrickleRequest(
            candidateInit='{"candidate": "candidate:1 1 udp 1 192.0.2.7 7882 typ host"}', final=True
        )
    ),
    rtc.SignalResponse(leave=rtc.LeaveRequest(reason=models.DisconnectReason.DUPLICATE_IDENTITY)),
)
JANUS = (
    b'{"janus": "event", "sender": 1, "plugindata": {"data": {"videoroom": "event", "publishers": '
    b'[{"id": 7, "display": "p", "streams": [{"mid": "0", "type": "audio"}]}]}}, '
    b'"jsep": {"type": "offer", "sdp": "v=0"}}',
    b'{"janus": "event", "sender": 1, "plugindata": {"data": {"videoroom": "event", "leaving": 7}}}',
    b'{"janus": "success", "transaction": "1", "data": {"id": 5}}',
    b'{"janus": "hangup", "sender": 1, "reason": "ICE failed"}',
)

SEEDS: tuple[bytes, ...] = (
    *(b"\0" + message.SerializeToString() for message in MESSAGES),
    b"\1" + OFFER.encode(),
    *(b"\2" + message for message in JANUS),
)


class _Socket:
    async def send_bytes(self, data: bytes) -> None:
        rtc.SignalRequest.FromString(data)


class _Connection:
    transport = TRANSPORT

    def update(self, remote: sdp.RemoteDescription) -> None:
        assert all(0 <= number < 128 for number in remote.payload_kinds())


class _Client:
    def open(self, **_: Any) -> _Connection:
        return _Connection()


def fuzz(data: bytes) -> None:
    kind, rest = (data[0] % 3 if data else 0), data[1:]
    try:
        if kind == 0:
            asyncio.run(_signal(rest))
        elif kind == 1:
            _description(rest.decode(errors="surrogateescape"))
        else:
            _janus(rest.decode(errors="replace"))
    except (ConnectError, PeerError, sdp.SdpError):
        pass


async def _signal(message: bytes) -> None:
    seat = Seat("room", "me", cameras=frozenset({"other"}))
    participant = Participant(
        _Client(),  # type: ignore[arg-type]
        _Socket(),  # type: ignore[arg-type]
        seat,
        lambda _: None,
        sample=1,
        host="127.0.0.1",
        shown=None,
        quality=None,
    )
    payload_of(message)
    for each in (*MESSAGES[:1], message):
        await participant.take(each if isinstance(each, bytes) else each.SerializeToString())


def _description(text: str) -> None:
    remote = sdp.parse(text)
    told = sdp.answer(remote, TRANSPORT)
    assert [section.mid for section in sdp.parse(told).sections] == [section.mid for section in remote.sections]


def _janus(text: str) -> None:
    api, room = JanusApi(None, None), JanusRoom(1)  # type: ignore[arg-type]
    api._handles[1] = Handle(api, 1, room.take)
    api.take(text)
