"""Coming into a room and going: join, connect, resume, leave, being removed, moving to another room."""

from dataclasses import replace
from typing import Literal

from livekit.protocol import models, rtc

from signalling.core import messages, publishing, speakers, subscribing
from signalling.core.errors import Refusal, UserError
from signalling.core.messages import Action
from signalling.core.outputs import ClosePeer, EndSignal, Joined, Left, SendData, Unsubscribe
from signalling.core.participant import ACTIVE, DISCONNECTED, JOINED, MOVE_PROTOCOL, Participant, Receiving
from signalling.core.quality import INTERVAL as QUALITY_INTERVAL
from signalling.core.room import Room
from signalling.ports import Target

Reason = models.DisconnectReason

RESUME_GRACE = 20.0
"""Seconds a participant whose signal or media connection was lost is kept, while nobody is told."""

CLOSE_GRACE = 1.0
"""Seconds from the end of a media connection to that of the participant: a client that leaves closes its media first,
and its `leave` takes another way."""

CONNECT_TIMEOUT = 30.0
"""Seconds from joining to connected media. Clients give up after 15; this one only ends what they left behind."""

REFRESH_INTERVAL = 300.0
"""Seconds between fresh tokens for a connected client; each is good for twice as long."""


def check_capacity(room: Room, identity: str) -> None:
    """Refuse one more participant when the room is full. Somebody who comes anew takes its own place."""
    if len(room.participants) >= room.capacity and room.by_identity(identity) is None:
        raise UserError(Refusal.FULL, "the room is full")


def join(room: Room, participant: Participant, now: float) -> None:
    """Let somebody in: `join` is its first message, then comes the first offer, then the others are told."""
    check_capacity(room, participant.identity)
    _replace_previous(room, participant.identity, now)
    place(room, participant, now)
    room.send(participant, messages.join_response(room, participant))
    room.batch.caught_up(participant.sid)
    participant.state = JOINED
    participant.offers.begin(now)
    room.announce_to_others(participant, now)
    if participant.is_recorder:
        room.send_room_update(now)


def place(room: Room, participant: Participant, now: float) -> None:
    """Somebody is here from now on: the room is not empty."""
    room.participants[participant.sid] = participant
    room.empty_since, room.had_participants = None, True
    if room.quality.due is None:
        room.quality.due = now + QUALITY_INTERVAL
    room.count_changed()


def _replace_previous(room: Room, identity: str, now: float) -> None:
    previous = room.by_identity(identity)
    if previous is not None:
        remove(room, previous, Reason.DUPLICATE_IDENTITY, Action.DISCONNECT, now)


def resume(room: Room, participant: Participant, now: float) -> None:
    """Its signal connection is back: it gets the whole state, and an offer that restarts ICE."""
    participant.signal = participant.owes_sync = True
    participant.failed_at = dict.fromkeys(participant.failed_at, now)
    room.flush(now, skip=participant)  # the first update after `reconnect` has to be the complete one
    room.send(participant, messages.reconnect_response(room, participant))
    publishing.repeat_mutes(room, participant)
    room.send(participant, messages.full_update(room, participant, now))
    room.send(participant, rtc.SignalResponse(room_update=rtc.RoomUpdate(room=room.message())))
    speakers.tell_all(room, participant)
    subscribing.tell_paused(room, participant)
    participant.offers.resume(now)
    if participant.cut_on_resume:
        participant.cut_on_resume = False
        _end_signal(room, participant, now)


def signal_lost(room: Room, participant: Participant, now: float) -> None:
    """Its signal connection is gone. Media goes on, others are told nothing: it may come back."""
    participant.signal = False
    participant.signal_lost_at = now
    participant.offers.suspend()


def _end_signal(room: Room, participant: Participant, now: float) -> None:
    room.put(EndSignal(participant.sid))
    signal_lost(room, participant, now)


def transport_changed(
    room: Room,
    participant: Participant,
    target: Target,
    state: Literal["connected", "failed", "closed"],
    now: float,
) -> None:
    """One of its two media connections changed."""
    match state:
        case "connected":
            participant.failed_at.pop(target, None)
            if target == "subscriber" and participant.state == JOINED:
                _activate(room, participant, now)
        case "failed":
            participant.failed_at[target] = now
            if participant.signal:
                room.send(participant, messages.leave_response(Reason.CONNECTION_TIMEOUT, Action.RESUME))
                _end_signal(room, participant, now)
        case "closed":
            participant.closed_at = participant.closed_at or now
            participant.offers.suspend()


def _activate(room: Room, participant: Participant, now: float) -> None:
    participant.state = ACTIVE
    participant.was_active = True
    room.put(Joined(participant.sid, participant.identity))
    room.announce(participant, now)
    speakers.tell_all(room, participant)
    subscribing.reconcile_receiver(room, participant)


def remove(
    room: Room, participant: Participant, reason: models.DisconnectReason, action: Action | None, now: float
) -> None:
    """Take somebody out of the room. Its client is told what to do next, unless `action` is None."""
    if room.participants.get(participant.sid) is not participant:
        return
    if action is not None:
        room.send(participant, messages.leave_response(reason, action))
    room.put(EndSignal(participant.sid))
    _take_out(room, participant, reason, now)
    room.put(ClosePeer(participant.sid))


def _take_out(room: Room, participant: Participant, reason: models.DisconnectReason, now: float) -> None:
    """Everything that leaving and moving away have in common."""
    for track in list(participant.tracks):
        subscribing.drop_track(room, track)
        room.speaking.levels.pop(track, None)
    was_visible = participant.is_visible
    del room.participants[participant.sid]
    room.quality.known.pop(participant.sid, None)
    room.quality.told.discard(participant.sid)
    room.simulated_speech.pop(participant.sid, None)
    participant.state, participant.reason = DISCONNECTED, reason
    if was_visible:
        participant.version += 1
        room.depart(participant.info(), now)
    if participant.was_active:
        room.put(Left(participant.sid, participant.identity, Reason.Name(reason)))
    if participant.is_recorder:
        room.send_room_update(now)
    room.count_changed()
    if not room.participants:
        room.empty_since = now


def close(room: Room, reason: models.DisconnectReason, action: Action, now: float) -> None:
    """Everybody leaves."""
    for participant in list(room.participants.values()):
        remove(room, participant, reason, action, now)


# -- moving to another room


def may_move_live(participant: Participant) -> bool:
    """Whether its client can change rooms with its media going on."""
    return participant.is_active and participant.signal and participant.client.protocol >= MOVE_PROTOCOL


def depart(room: Room, participant: Participant, now: float) -> None:
    """It goes to another room with its media; for those who stay it has left. Media ends its subscriptions."""
    for track in list(participant.receiving.now):
        room.put(Unsubscribe(participant.sid, track))
    _take_out(room, participant, Reason.MIGRATION, now)


def arrive(room: Room, participant: Participant, token: str, now: float) -> None:
    """It comes from another room under a new sid with its tracks. Call after media has adopted its peer."""
    _replace_previous(room, participant.identity, now)
    participant.state, participant.reason = ACTIVE, Reason.UNKNOWN_REASON
    participant.version, participant.told = 0, None
    participant.receiving = Receiving()
    participant.refresh_at = now + REFRESH_INTERVAL
    for track in participant.tracks.values():
        track.was_subscribed = False
    place(room, participant, now)
    moved = rtc.RoomMovedResponse(
        room=room.message(),
        token=token,
        participant=participant.info(pending=True),
        other_participants=[other.known() for other in room.others(participant) if other.is_visible],
    )
    room.send(participant, rtc.SignalResponse(room_moved=moved))
    room.put(Joined(participant.sid, participant.identity))
    room.announce_to_others(participant, now)
    if participant.is_recorder:
        room.send_room_update(now)
    for track in participant.tracks.values():
        subscribing.reconcile_track(room, participant, track)
    participant.offers.moved(now)
    subscribing.reconcile_receiver(room, participant)


def send_away(room: Room, participant: Participant, token: str, now: float) -> None:
    """Move somebody the old way: a token for the other room, and the order to connect anew with it."""
    room.send(participant, rtc.SignalResponse(refresh_token=token))
    remove(room, participant, Reason.MIGRATION, Action.RECONNECT, now)


def move_claims(participant: Participant, destination: str, *, same_call: bool) -> None:
    """From now on its tokens are for another room, with the same permission; outside of its call, as anybody's."""
    claims = participant.current_claims()
    grants = replace(claims.grants, room=destination)
    participant.claims = replace(claims, grants=grants, call=claims.call and same_call)


# -- after a resume: bring both sides to the same state


def sync(room: Room, participant: Participant, state: rtc.SyncState, now: float) -> None:
    """The client tells what it believes; what it missed is corrected or sent again, once after each resume."""
    if not participant.owes_sync:
        return
    subscribing.check_named(state.publish_tracks)
    claimed = {published.track.sid for published in state.publish_tracks}
    for sid in claimed - participant.tracks.keys():
        gone = rtc.TrackUnpublishedResponse(track_sid=sid)
        room.send(participant, rtc.SignalResponse(track_unpublished=gone))
    subscribing.apply_sync(room, participant, state)
    participant.owes_sync = False
    received = {item.publisher_sid: item.last_seq for item in state.datachannel_receive_states}
    for payload in room.resend.missed(
        participant.sid, participant.identity, received, room.participants.keys(), participant.joined_at
    ):
        room.put(SendData((participant.sid,), "reliable", payload))
