"""Invariant: whatever a client sends over its signal connection, only ProtocolError comes out, and only it pays for it.

The room, its other participants and their media go on; everything that is sent to clients can be encoded in both forms.
An input is one byte (odd: text frames), then frames with their length in two bytes.
"""

import asyncio
import atexit
import random
from collections.abc import Coroutine
from typing import Any

from livekit.protocol import models, rtc

from signalling.config import SignallingConfig
from signalling.core import clockwork
from signalling.core.errors import ProtocolError
from signalling.core.grants import Claims, Grants, Permission
from signalling.core.participant import Client
from signalling.live_room import LiveRoom
from signalling.livekit.frames import Frame, parse_binary, parse_text
from signalling.livekit.session import Session
from signalling.seat import Seat
from signalling.service import SignallingService
from tests.support.fake_media import BAD_SDP, FakeMedia
from tests.support.memory_calls import MemoryCallStore

SECRET = "a-secret-of-the-tests-with-32-bytes-or-more"


def _input(text: bool, *frames: bytes) -> bytes:
    return bytes([text]) + b"".join(len(frame).to_bytes(2, "big") + frame for frame in frames)


def _requests() -> list[rtc.SignalRequest]:
    sid = "TR_x"
    track = rtc.AddTrackRequest(cid="c", name="n", type=models.TrackType.VIDEO, source=models.TrackSource.CAMERA)
    track.layers.add(quality=models.VideoQuality.LOW, width=320, height=180)
    track.simulcast_codecs.add(codec="vp8", cid="d")
    subscription = rtc.UpdateSubscription(track_sids=[sid, "TR_boris"], subscribe=True)
    subscription.participant_tracks.add(participant_sid="PA_x", track_sids=[sid])
    reach = rtc.SubscriptionPermission()
    reach.track_permissions.add(participant_identity="boris", track_sids=[sid])
    sync = rtc.SyncState(subscription=subscription, track_sids_disabled=[sid])
    sync.datachannel_receive_states.add(publisher_sid="PA_x", last_seq=3)
    sync.publish_tracks.add(cid="c").track.sid = sid
    return [
        rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp="v=0", id=1)),
        rtc.SignalRequest(offer=rtc.SessionDescription(type="offer", sdp=BAD_SDP, id=1)),
        rtc.SignalRequest(answer=rtc.SessionDescription(type="answer", sdp="v=0", id=1)),
        rtc.SignalRequest(trickle=rtc.TrickleRequest(candidateInit="{}", final=True)),
        rtc.SignalRequest(add_track=track),
        rtc.SignalRequest(mute=rtc.MuteTrackRequest(sid=sid, muted=True)),
        rtc.SignalRequest(subscription=subscription),
        rtc.SignalRequest(track_setting=rtc.UpdateTrackSettings(track_sids=["TR_boris"], width=9, quality=1)),
        rtc.SignalRequest(leave=rtc.LeaveRequest(reason=1)),
        rtc.SignalRequest(subscription_permission=reach),
        rtc.SignalRequest(sync_state=sync),
        rtc.SignalRequest(simulate=rtc.SimulateScenario(speaker_update=3)),
        rtc.SignalRequest(simulate=rtc.SimulateScenario(disconnect_signal_on_resume=True)),
        rtc.SignalRequest(ping=5),
        rtc.SignalRequest(ping_req=rtc.Ping(timestamp=5, rtt=1)),
        rtc.SignalRequest(
            update_metadata=rtc.UpdateParticipantMetadata(name="n", metadata="m", attributes={"a": "b"}, request_id=2)
        ),
        rtc.SignalRequest(update_audio_track=rtc.UpdateLocalAudioTrack(track_sid=sid, features=[0, 1])),
        rtc.SignalRequest(update_video_track=rtc.UpdateLocalVideoTrack(track_sid=sid, width=1, height=2)),
        rtc.SignalRequest(publish_data_track_request=rtc.PublishDataTrackRequest(pub_handle=1, name="d")),
        rtc.SignalRequest(update_data_subscription=rtc.UpdateDataSubscription()),
    ]


BINARY = [request.SerializeToString() for request in _requests()]
TEXT = [b'{"ping": "5"}', b'{"mute": {"sid": "TR_x", "muted": true}}', b'{"addTrack": {"cid": "c", "type": "VIDEO"}}']

SEEDS: tuple[bytes, ...] = (
    *(_input(False, frame) for frame in BINARY),
    *(_input(True, frame) for frame in TEXT),
    _input(False, *BINARY),
    _input(True, *TEXT),
)


class _Ear:
    """A client's end that takes everything, in both forms."""

    def __init__(self) -> None:
        self.is_ended = False
        self.listens = False  # set when the input begins

    def send(self, frame: Frame) -> None:
        assert not self.is_ended
        assert not self.listens or (frame.binary and frame.text)

    def end(self) -> None:
        self.is_ended = True


class _World:
    """A room with Anna, who is fuzzed, and Boris, who publishes. The clock is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.media = FakeMedia()
        self.service = SignallingService(
            SignallingConfig({"key": SECRET}, simulation=True),
            self.media,
            spawn=_no_tasks,
            clock=lambda: self.now,
            wall=lambda: self.now,
            emit=lambda event: None,
            store=MemoryCallStore(),
            random=random.Random(1),
        )
        self.boris_ear, self.anna_ear = _Ear(), _Ear()
        self.boris = self._join("boris", self.boris_ear)
        Session(self.boris, self.boris_ear).handle(
            rtc.SignalRequest(add_track=rtc.AddTrackRequest(cid="b", type=models.TrackType.VIDEO))
        )
        (sid,) = self.boris.participant.tracks
        # A sid that inputs can name.
        track = self.boris.participant.tracks.pop(sid)
        track.info.sid = "TR_boris"
        self.boris.participant.tracks["TR_boris"] = track
        self.media.peer(self.boris.participant.sid).go_live("TR_boris", video=True, rids="qhf")
        self.anna = self._join("anna", self.anna_ear)

    @property
    def room(self) -> LiveRoom:
        return self.service.rooms.get("class")

    def _join(self, identity: str, ear: _Ear) -> Seat:
        permission = Permission(update_metadata=True)
        claims = Claims(identity=identity, grants=Grants(room="class", join=True, permission=permission))
        seat = self.service.rooms.for_joining(claims)[0].join(claims, Client(protocol=16), {}, ear)
        self.passes(0.0)
        seat.participant.offers.answered(0, self.now)
        self.media.peer(seat.participant.sid).connect()
        return seat

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.room.run(lambda now: clockwork.poll(self.room.room, now))


def _no_tasks(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    raise AssertionError("the room makes no tasks")


def _frames(data: bytes) -> list[bytes]:
    frames, at = [], 1
    while at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        frames.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return frames


async def _run(data: bytes) -> None:
    world = _World()
    session = Session(world.anna, world.anna_ear)
    world.anna_ear.listens = world.boris_ear.listens = True
    is_text = bool(data) and data[0] % 2 == 1
    for frame in _frames(data):
        try:
            request = parse_text(frame.decode(errors="replace")) if is_text else parse_binary(frame)
            session.handle(request)
        except ProtocolError:
            world.anna.connection_lost(world.anna_ear)
            break
        world.passes(0.2)
    world.passes(6.0)
    counters = world.service.counters()
    assert counters.get("rooms_failed", 0) == 0 and counters.get("peers_failed", 0) == 0
    assert world.boris.is_taken and not world.boris_ear.is_ended
    for live in world.service.rooms.all():
        for seat in live.seats.values():
            seat.participant.info(pending=True).SerializeToString()
    world.service.rooms.close_all()
    assert all(room.closed for room in world.media.rooms)


_loop = asyncio.new_event_loop()
atexit.register(_loop.close)


def fuzz(data: bytes) -> None:
    _loop.run_until_complete(_run(data))
