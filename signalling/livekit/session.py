"""What a client's requests do: one handler for each kind of message.

In: a `SignalRequest`. Out: calls of the core and of the seat's media. A request that is not allowed is answered and
changes nothing; a broken one raises ProtocolError, upon which the connection is closed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from livekit.protocol import models, rtc

from signalling.core import membership, profile, publishing, simulating, subscribing
from signalling.core.errors import ProtocolError, Refusal, UserError
from signalling.core.limits import RateLimit
from signalling.core.messages import Action
from signalling.core.participant import Participant
from signalling.core.room import Room
from signalling.live_room import RoomFailedError
from signalling.livekit.frames import Frame
from signalling.ports import Description
from signalling.seat import Seat, SignalConnection

Reason = models.DisconnectReason
Answer = rtc.RequestResponse

ANSWERS: Mapping[Refusal, rtc.RequestResponse.Reason] = {
    Refusal.NOT_FOUND: Answer.Reason.NOT_FOUND,
    Refusal.ALREADY_EXISTS: Answer.Reason.INVALID_REQUEST,
    Refusal.NOT_ALLOWED: Answer.Reason.NOT_ALLOWED,
    Refusal.LIMIT_EXCEEDED: Answer.Reason.LIMIT_EXCEEDED,
    Refusal.FULL: Answer.Reason.LIMIT_EXCEEDED,
    Refusal.INVALID: Answer.Reason.INVALID_REQUEST,
    Refusal.UNSUPPORTED: Answer.Reason.UNSUPPORTED_TYPE,
    Refusal.PRECONDITION: Answer.Reason.NOT_ALLOWED,
}

REQUEST_FIELDS: Mapping[str, str] = {
    "add_track": "add_track",
    "mute": "mute",
    "update_metadata": "update_metadata",
    "update_audio_track": "update_audio_track",
    "update_video_track": "update_video_track",
    "publish_data_track_request": "publish_data_track",
    "unpublish_data_track_request": "unpublish_data_track",
}
"""Kind of request to the field of the answer that repeats it, so that the client knows which of its requests it was."""


class Session:
    """One signal connection of a seat."""

    def __init__(self, seat: Seat, connection: SignalConnection) -> None:
        around = seat.room.around
        limits = around.config.limits
        self._seat = seat
        self._connection = connection
        self._around = around
        self._rate = RateLimit(limits.requests_per_second, limits.request_burst, around.clock())

    def handle(self, request: rtc.SignalRequest) -> None:
        """Do what a client asks for. Raises ProtocolError when it has to be disconnected."""
        kind = request.WhichOneof("message")
        self._around.counters["requests"] += 1
        if not self._rate.take(self._around.clock()):
            raise ProtocolError("too many requests")
        if kind is None or not self._seat.is_taken or self._seat.connection is not self._connection:
            return  # newer than we are, or on its way while the client was told to go
        handler = HANDLERS.get(kind)
        if handler is None:
            return
        body = getattr(request, kind)
        try:
            handler(self._seat, body)
        except UserError as error:
            self._refuse(kind, body, error)
        except RoomFailedError:
            return  # it was told to connect anew

    def _refuse(self, kind: str, body: Any, error: UserError) -> None:
        self._around.counters["requests_refused"] += 1
        self._seat.room.log("request refused", self._seat.participant, request=kind, why=error.text)
        response = rtc.RequestResponse(
            request_id=getattr(body, "request_id", 0), reason=ANSWERS[error.refusal], message=error.text
        )
        field = REQUEST_FIELDS.get(kind)
        if field is not None:
            getattr(response, field).CopyFrom(body)
        self._connection.send(Frame(rtc.SignalResponse(request_response=response)))


def _run(seat: Seat, step: Callable[[Room, Participant, float], object]) -> None:
    seat.room.run(lambda now: step(seat.room.room, seat.participant, now))


def _send(seat: Seat, response: rtc.SignalResponse) -> None:
    if seat.connection is not None:
        seat.connection.send(Frame(response))


# -- negotiation


def _offer(seat: Seat, offer: rtc.SessionDescription) -> None:
    if seat.peer is None:
        return
    try:
        made: Description = seat.peer.answer(offer.sdp)
    except ValueError as error:
        _misunderstood(seat, "offer", error)
        return
    answer = rtc.SessionDescription(type="answer", sdp=made.sdp, id=offer.id, mid_to_track_id=dict(made.mids))
    _send(seat, rtc.SignalResponse(answer=answer))


def _answer(seat: Seat, answer: rtc.SessionDescription) -> None:
    if seat.peer is None or not seat.participant.offers.answered(answer.id, seat.room.around.clock()):
        return  # an answer to an offer from before a resume
    try:
        seat.peer.accept_answer(answer.sdp)
    except ValueError as error:
        _misunderstood(seat, "answer", error)
        return
    _run(seat, lambda *_: None)  # the next offer may be due


def _misunderstood(seat: Seat, what: str, error: ValueError) -> None:
    """Its description cannot be used, so the two sides are apart for good: it connects anew."""
    seat.room.log(f"{what} not usable", seat.participant, why=str(error))
    seat.room.around.counters["descriptions_refused"] += 1
    seat.room.remove(seat.participant, Reason.STATE_MISMATCH, Action.RECONNECT)


# -- own tracks


def _add_track(seat: Seat, request: rtc.AddTrackRequest) -> None:
    _run(seat, lambda room, who, _: publishing.add_track(room, who, request))


def _mute(seat: Seat, request: rtc.MuteTrackRequest) -> None:
    _run(seat, lambda room, who, now: publishing.mute(room, who, request, now))


def _update_audio_track(seat: Seat, request: rtc.UpdateLocalAudioTrack) -> None:
    _run(seat, lambda room, who, now: publishing.update_audio(room, who, request, now))


def _update_video_track(seat: Seat, request: rtc.UpdateLocalVideoTrack) -> None:
    _run(seat, lambda room, who, now: publishing.update_video(room, who, request, now))


def _data_tracks(seat: Seat, request: object) -> None:
    raise UserError(Refusal.UNSUPPORTED, "data tracks are not supported")


# -- tracks of others


def _subscription(seat: Seat, request: rtc.UpdateSubscription) -> None:
    _run(seat, lambda room, who, _: subscribing.choose(room, who, request))


def _track_setting(seat: Seat, request: rtc.UpdateTrackSettings) -> None:
    _run(seat, lambda room, who, _: subscribing.set_tracks(room, who, request))


def _subscription_permission(seat: Seat, request: rtc.SubscriptionPermission) -> None:
    _run(seat, lambda room, who, _: subscribing.limit_reach(room, who, request))


# -- itself


def _update_metadata(seat: Seat, request: rtc.UpdateParticipantMetadata) -> None:
    _run(seat, lambda room, who, now: profile.update_own(room, who, request, now))


def _leave(seat: Seat, request: rtc.LeaveRequest) -> None:
    _run(seat, lambda room, who, now: membership.remove(room, who, Reason.CLIENT_INITIATED, None, now))


def _sync_state(seat: Seat, request: rtc.SyncState) -> None:
    _run(seat, lambda room, who, now: membership.sync(room, who, request, now))


def _ping(seat: Seat, timestamp: int) -> None:
    _send(seat, rtc.SignalResponse(pong=seat.room.around.wall_ms()))


def _ping_req(seat: Seat, request: rtc.Ping) -> None:
    now = seat.room.around.wall_ms()
    _send(seat, rtc.SignalResponse(pong_resp=rtc.Pong(last_ping_timestamp=request.timestamp, timestamp=now)))


def _simulate(seat: Seat, request: rtc.SimulateScenario) -> None:
    if not seat.room.around.config.simulation:
        raise UserError(Refusal.NOT_ALLOWED, "simulation is switched off")
    _run(seat, lambda room, who, now: simulating.simulate(room, who, request, now))


HANDLERS: Mapping[str, Callable[[Seat, Any], None]] = {
    "offer": _offer,
    "answer": _answer,
    # "trickle" is not here: as an ICE-lite agent we learn a client's addresses from its checks (RFC 8445 section 2.5).
    "add_track": _add_track,
    "mute": _mute,
    "update_audio_track": _update_audio_track,
    "update_video_track": _update_video_track,
    "publish_data_track_request": _data_tracks,
    "unpublish_data_track_request": _data_tracks,
    "store_data_blob_request": _data_tracks,
    "get_data_blob_request": _data_tracks,
    "subscription": _subscription,
    "track_setting": _track_setting,
    "subscription_permission": _subscription_permission,
    "update_metadata": _update_metadata,
    "leave": _leave,
    "sync_state": _sync_state,
    "ping": _ping,
    "ping_req": _ping_req,
    "simulate": _simulate,
}
