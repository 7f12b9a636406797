"""Showing a participant in other rooms as well as its own: there it is a guest, who follows it.

In: the participant as its own room has it. Out: a guest in the other room, with the same identity and the same tracks
under a sid of its own. A guest has neither signal connection nor media: it receives nothing and sends no data.
"""

from livekit.protocol import models

from signalling.core import membership, subscribing
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims, Grants, Permission
from signalling.core.participant import ACTIVE, Client, Participant
from signalling.core.room import Room
from signalling.core.track import Track

GUEST_PERMISSION = Permission(subscribe=False, publish=False, publish_data=False)
"""What others are told that a guest may do: everything that it does, it does in its own room."""


def check_original(original: Participant, destinations: int, limit: int) -> None:
    """Refuse to forward somebody once more who is in that many other rooms. Raises UserError."""
    if original.permission.hidden:
        raise UserError(Refusal.PRECONDITION, "a hidden participant has nothing to show elsewhere")
    if destinations >= limit:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"the participant is forwarded to {limit} rooms already")


def check_destination(room: Room, identity: str) -> None:
    """Refuse a guest for whom there is no place. Raises UserError."""
    if room.by_identity(identity) is not None:
        raise UserError(Refusal.ALREADY_EXISTS, "somebody with this identity is in that room already")
    membership.check_capacity(room, identity)


def guest_of(original: Participant, room: Room, *, now: float, joined_ms: int) -> Participant:
    """A guest for the room; `arrive` lets it in."""
    claims = Claims(identity=original.identity, grants=Grants(room=room.name, permission=GUEST_PERMISSION))
    return Participant(
        sid=room.new_sid("PA_"),
        claims=claims,
        client=Client(auto_subscribe=False),
        joined_at=now,
        joined_ms=joined_ms,
        refresh_at=now,
        state=ACTIVE,
        signal=False,
        is_guest=True,
    )


def arrive(room: Room, guest: Participant, original: Participant, now: float) -> None:
    """Let the guest in: those who are here learn of it and receive its tracks. Call after media shows its peer.

    It counts as somebody who is here: the room stays open as long as it has guests.
    """
    check_destination(room, guest.identity)
    membership.place(room, guest, now)
    _copy(room, guest, original)
    room.announce_to_others(guest, now)
    _reconcile(room, guest)


def follow(room: Room, guest: Participant, original: Participant, now: float) -> None:
    """The original changed: so does the guest. Who becomes hidden is shown no longer.

    A guest that is gone changes nothing.
    """
    if guest.sid not in room.participants:
        return
    if original.permission.hidden:
        leave(room, guest, models.DisconnectReason.PARTICIPANT_REMOVED, now)
        return
    before = guest.info()
    _copy(room, guest, original)
    if guest.info() != before:
        room.announce_to_others(guest, now)
    _reconcile(room, guest)


def leave(room: Room, guest: Participant, reason: models.DisconnectReason, now: float) -> None:
    """The guest goes; its original stays where it is, unless that is the reason."""
    membership.remove(room, guest, reason, None, now)


def _copy(room: Room, guest: Participant, original: Participant) -> None:
    guest.name, guest.metadata, guest.attributes = original.name, original.metadata, dict(original.attributes)
    guest.is_publisher, guest.reach = original.is_publisher, original.reach
    guest.camera_audience = original.camera_audience
    live = {track.sid: track for track in original.tracks.values() if track.live}
    if live.keys() != guest.tracks.keys():
        room.count_changed()
    for sid in guest.tracks.keys() - live.keys():
        subscribing.drop_track(room, sid)
        room.speaking.levels.pop(sid, None)
        del guest.tracks[sid]
    for sid, track in live.items():
        if sid in guest.tracks:
            guest.tracks[sid].info.CopyFrom(track.info)
        else:
            info = models.TrackInfo()
            info.CopyFrom(track.info)
            guest.tracks[sid] = Track(track.cid, track.cids, info, live=True)


def _reconcile(room: Room, guest: Participant) -> None:
    for track in guest.tracks.values():
        subscribing.reconcile_track(room, guest, track)
