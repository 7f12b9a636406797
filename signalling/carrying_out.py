"""What the core of a room asks for, done to connections, media, tokens and events."""

import logging
from typing import TYPE_CHECKING, assert_never

from livekit.protocol import models, rtc

from signalling.core import membership, quality, subscribing
from signalling.core.call.names import is_wall
from signalling.core.messages import Action
from signalling.core.outputs import (
    Announce,
    Changed,
    ClosePeer,
    CloseRoom,
    EndSignal,
    Joined,
    Left,
    MakeOffer,
    MuteTrack,
    Output,
    ReadQuality,
    RefreshToken,
    Send,
    SendData,
    SetWish,
    Subscribe,
    UnmuteUsed,
    Unpublish,
    Unsubscribe,
)
from signalling.events import ParticipantJoined, ParticipantLeft
from signalling.livekit.frames import Frame
from signalling.ports import MediaPeer

if TYPE_CHECKING:
    from signalling.live_room import LiveRoom

logger = logging.getLogger("zvonok.signalling")

REFRESHED_LIFETIME = 600
"""Seconds a refreshed token is good for: twice the interval between two of them."""

ToPeer = Announce | Unpublish | MuteTrack | Subscribe | Unsubscribe | SetWish | MakeOffer
"""Outputs for one participant's media peer."""


def carry_out(live: "LiveRoom", output: Output) -> None:
    """Do one thing. What it leads to is put into the room again."""
    match output:
        case Send():
            frame = Frame(output.message)
            for sid in output.to:
                _send(live, sid, frame)
        case SendData():
            _send_data(live, output)
        case EndSignal():
            _end_signal(live, output.participant)
        case Changed():
            seat = live.seats.get(output.participant)
            if seat is not None:
                seat.changed()
        case ClosePeer():
            _close_peer(live, output.participant)
        case RefreshToken():
            _refresh_token(live, output.participant)
        case ReadQuality():
            _read_quality(live)
        case Joined() | Left():
            _emit(live, output)
        case UnmuteUsed():
            live.around.unmute_used(live.around.call_of(live.name), output.identity)
        case CloseRoom():
            live.finish()
        case Announce() | Unpublish() | MuteTrack() | Subscribe() | Unsubscribe() | SetWish() | MakeOffer():
            _to_peer(live, output)
        case _:
            assert_never(output)


def _close_peer(live: "LiveRoom", sid: str) -> None:
    seat, guest = live.seats.pop(sid, None), live.guests.pop(sid, None)
    if seat is not None:
        seat.leave()
    if guest is not None:
        guest.guest_left()


def _send(live: "LiveRoom", sid: str, frame: Frame) -> None:
    seat = live.seats.get(sid)
    if seat is not None and seat.connection is not None:
        seat.connection.send(frame)


def _end_signal(live: "LiveRoom", sid: str) -> None:
    seat = live.seats.get(sid)
    if seat is not None and seat.connection is not None:
        connection, seat.connection = seat.connection, None
        connection.end()


def _send_data(live: "LiveRoom", output: SendData) -> None:
    for sid in output.to:
        seat = live.seats.get(sid)
        if seat is None or seat.peer is None:
            continue
        sent = seat.peer.send_data(output.channel, output.payload)
        live.around.counters["data_sent" if sent else "data_receiver_not_ready"] += 1


def _refresh_token(live: "LiveRoom", sid: str) -> None:
    seat = live.seats.get(sid)
    if seat is not None:
        token = live.around.tokens.sign(seat.participant.current_claims(), REFRESHED_LIFETIME)
        _send(live, sid, Frame(rtc.SignalResponse(refresh_token=token)))


def _read_quality(live: "LiveRoom") -> None:
    seats = {seat.participant.sid: seat for seat in live.seats.values() if seat.participant.is_active}
    seats |= {sid: guest.seat for sid, guest in live.guests.items()}
    quality.report(live.room, {sid: seat.peer.quality() for sid, seat in seats.items() if seat.peer})


def _emit(live: "LiveRoom", output: Joined | Left) -> None:
    call, at = live.around.call_of(live.name), live.around.wall()
    if call and is_wall(live.name):
        return  # who looks at one is in the call anyway
    match output:
        case Joined():
            live.around.emit(ParticipantJoined(call, live.name, output.identity, output.participant, at))
        case Left():
            logger.info(
                "left room=%r identity=%r participant=%s reason=%s",
                live.name,
                output.identity,
                output.participant,
                output.reason,
            )
            live.around.emit(ParticipantLeft(call, live.name, output.identity, output.participant, at, output.reason))


def _to_peer(live: "LiveRoom", output: ToPeer) -> None:
    """A media peer that fails costs its participant a new connection, and nobody else anything."""
    seat = live.seats.get(output.participant)
    if seat is None or seat.peer is None:
        return
    try:
        _tell_peer(live, seat.peer, output)
    except Exception:
        logger.exception("media peer failed room=%r participant=%s", live.name, output.participant)
        live.around.counters["peers_failed"] += 1
        reason = models.DisconnectReason.MEDIA_FAILURE
        membership.remove(live.room, seat.participant, reason, Action.RECONNECT, live.around.clock())


def _tell_peer(live: "LiveRoom", peer: MediaPeer, output: ToPeer) -> None:
    match output:
        case Announce():
            peer.announce(output.request)
        case Unpublish():
            peer.unpublish(output.track)
        case MuteTrack():
            peer.mute(output.track, output.muted)
        case Subscribe():
            if not peer.subscribe(output.track, output.stream):
                subscribing.failed(live.room, live.seats[output.participant].participant, output.track)
        case Unsubscribe():
            peer.unsubscribe(output.track)
        case SetWish():
            peer.wish(output.track, output.wish)
        case MakeOffer():
            made = peer.offer(restart_ice=output.restart_ice)
            offer = rtc.SessionDescription(type="offer", sdp=made.sdp, id=output.offer, mid_to_track_id=dict(made.mids))
            live.around.counters["offers_sent"] += 1
            _send(live, output.participant, Frame(rtc.SignalResponse(offer=offer)))
