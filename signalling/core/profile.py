"""A participant's name, metadata, attributes and permission, changed by itself or by an administrator."""

from collections.abc import Mapping

from livekit.protocol import rtc

from signalling.core import publishing, subscribing
from signalling.core.bounds import Bounds
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Permission
from signalling.core.limits import Limits, require_size
from signalling.core.outputs import Changed, RefreshToken
from signalling.core.participant import Participant
from signalling.core.room import Room


def merge_attributes(current: Mapping[str, str], changes: Mapping[str, str], limits: Limits) -> dict[str, str]:
    """Attributes after a change: an empty value deletes. UserError when they would be too large."""
    merged = {key: value for key, value in {**current, **changes}.items() if value}
    require_size("".join(key + value for key, value in merged.items()), limits.attributes, "the attributes")
    return merged


def update(
    room: Room, who: Participant, *, name: str, metadata: str, attributes: Mapping[str, str], now: float
) -> None:
    """Change what is given. An empty name or metadata changes nothing, as the protocol cannot tell it from absence."""
    require_size(name, room.limits.name, "the name")
    require_size(metadata, room.limits.metadata, "the metadata")
    merged = merge_attributes(who.attributes, attributes, room.limits)
    before = (who.name, who.metadata, who.attributes)
    who.name, who.metadata, who.attributes = name or who.name, metadata or who.metadata, merged
    if (who.name, who.metadata, who.attributes) != before:
        room.announce(who, now)


def update_own(room: Room, who: Participant, request: rtc.UpdateParticipantMetadata, now: float) -> None:
    """The client changes its own; every such request is answered."""
    if not who.permission.update_metadata:
        raise UserError(Refusal.NOT_ALLOWED, "changing the own name, metadata and attributes is not permitted")
    update(room, who, name=request.name, metadata=request.metadata, attributes=request.attributes, now=now)
    response = rtc.RequestResponse(
        request_id=request.request_id, reason=rtc.RequestResponse.Reason.OK, update_metadata=request
    )
    room.send(who, rtc.SignalResponse(request_response=response))


def set_permission(room: Room, who: Participant, permission: Permission, now: float) -> None:
    """What it may do changes at once: tracks that it may not publish any longer end, a new token follows."""
    before = who.permission
    if permission == before:
        return
    who.permission = permission
    for track in list(who.tracks.values()):
        if not permission.may_publish(track.info.source):
            publishing.unpublish(room, who, track.sid, now)
    if permission.hidden and not before.hidden:
        _vanish(room, who, now)
    room.announce(who, now)
    if permission.recorder != before.recorder:
        room.send_room_update(now)
    if permission.hidden != before.hidden:
        room.count_changed()
        for track in who.tracks.values():
            subscribing.reconcile_track(room, who, track)
    subscribing.reconcile_receiver(room, who)
    room.put(RefreshToken(who.sid))


def bind(room: Room, who: Participant, bounds: Bounds, now: float) -> None:
    """The rights of its call bind it from now on. A microphone that is on stays on until it is muted."""
    led, audience = who.claims.grants.admin, who.camera_audience
    set_permission(room, who, bounds.permission, now)
    who.be_bound(bounds)
    if bounds.admin != led:
        room.put(RefreshToken(who.sid))
    if bounds.camera_audience != audience:
        room.put(Changed(who.sid))
        for track in who.tracks.values():
            subscribing.reconcile_track(room, who, track)


def _vanish(room: Room, who: Participant, now: float) -> None:
    """For the others, somebody who becomes hidden leaves."""
    who.version += 1
    farewell = who.info()
    farewell.state = farewell.State.DISCONNECTED
    room.depart(farewell, now)
    room.flush(now)
