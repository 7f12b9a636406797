"""Who receives which track: wishes of receivers, permission of publishers, `auto_subscribe`."""

from collections.abc import Collection, Iterable, Sized

from livekit.protocol import models, rtc

from signalling.core.errors import Refusal, UserError
from signalling.core.outputs import Changed, SetWish, Subscribe, Unsubscribe
from signalling.core.participant import Participant, Reach
from signalling.core.room import Room
from signalling.core.track import Track
from signalling.ports import Wish

MAX_REACH = 1_000
"""Entries of one subscription permission: more than a room has participants."""

MAX_NAMED = 2_000
"""Tracks that one request may name: more than 300 people publish with camera, microphone, screen and its sound."""


def _is_offered(owner: Participant, receiver: Participant, track: Track) -> bool:
    return track.live and owner is not receiver and receiver.is_active and not owner.permission.hidden


def _is_wanted(receiver: Participant, track: Track) -> bool:
    return receiver.permission.subscribe and receiver.receiving.choices.get(track.sid, receiver.client.auto_subscribe)


def reconcile(room: Room, owner: Participant, receiver: Participant, track: Track) -> None:
    """Make the subscription be what the rules say."""
    receiving = receiver.receiving
    wanted = _is_offered(owner, receiver, track) and _is_wanted(receiver, track)
    allowed = owner.shows(track, receiver.identity)
    if wanted and not allowed and track.sid not in receiving.denied:
        receiving.denied.add(track.sid)
        _tell_allowed(room, owner, receiver, track, allowed=False)
    elif allowed and track.sid in receiving.denied:
        receiving.denied.discard(track.sid)
        _tell_allowed(room, owner, receiver, track, allowed=True)
    if wanted and allowed:
        _begin(room, owner, receiver, track)
    else:
        _end(room, receiver, track.sid)


def _begin(room: Room, owner: Participant, receiver: Participant, track: Track) -> None:
    if track.sid in receiver.receiving.now:
        return
    receiver.receiving.now.add(track.sid)
    room.put(Subscribe(receiver.sid, track.sid, f"{owner.sid}|{track.group}"))
    wish = receiver.receiving.wishes.get(track.sid)
    if wish is not None:
        room.put(SetWish(receiver.sid, track.sid, wish))
    if not track.was_subscribed:
        track.was_subscribed = True
        room.send(owner, rtc.SignalResponse(track_subscribed=rtc.TrackSubscribed(track_sid=track.sid)))


def _end(room: Room, receiver: Participant, track: str) -> None:
    if track in receiver.receiving.now:
        receiver.receiving.now.discard(track)
        receiver.receiving.paused.discard(track)
        room.put(Unsubscribe(receiver.sid, track))


def _tell_allowed(room: Room, owner: Participant, receiver: Participant, track: Track, *, allowed: bool) -> None:
    room.flush_to(receiver)  # it has to know the track
    update = rtc.SubscriptionPermissionUpdate(participant_sid=owner.sid, track_sid=track.sid, allowed=allowed)
    room.send(receiver, rtc.SignalResponse(subscription_permission_update=update))


def reconcile_track(room: Room, owner: Participant, track: Track) -> None:
    """Bring everybody's subscription to a track in line with the rules."""
    for receiver in room.others(owner):
        reconcile(room, owner, receiver, track)


def reconcile_receiver(room: Room, receiver: Participant) -> None:
    """Bring all subscriptions of somebody in line with the rules."""
    for owner in room.others(receiver):
        for track in owner.tracks.values():
            reconcile(room, owner, receiver, track)


def drop_track(room: Room, track: str) -> None:
    """The track is gone: nobody receives it any longer."""
    for receiver in room.participants.values():
        _end(room, receiver, track)
        receiver.receiving.forget(track)


def failed(room: Room, receiver: Participant, track: str) -> None:
    """Media has no such track after all."""
    receiver.receiving.now.discard(track)
    response = rtc.SubscriptionResponse(track_sid=track, err=models.SubscriptionError.SE_TRACK_NOTFOUND)
    room.send(receiver, rtc.SignalResponse(subscription_response=response))


# -- requests of the receiver


def choose(room: Room, receiver: Participant, request: rtc.UpdateSubscription) -> None:
    """Subscribe to or unsubscribe from the named tracks."""
    for sid, found in room.find_tracks(_named_tracks(request)):
        if found is None:
            if request.subscribe:
                failed(room, receiver, sid)
            continue
        owner, track = found
        receiver.receiving.choices[sid] = request.subscribe
        reconcile(room, owner, receiver, track)


def _named_tracks(request: rtc.UpdateSubscription) -> Collection[str]:
    check_named(request.participant_tracks)
    named = [*request.track_sids, *(sid for entry in request.participant_tracks for sid in entry.track_sids)]
    check_named(named)
    return dict.fromkeys(named)


def check_named(named: Sized) -> None:
    """Refuse a list of tracks that no room could have. Raises UserError."""
    if len(named) > MAX_NAMED:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"more than {MAX_NAMED} tracks")


def set_tracks(room: Room, receiver: Participant, settings: rtc.UpdateTrackSettings) -> None:
    """How it wants tracks: size, quality, rate, or nothing for now. Size beats quality."""
    check_named(settings.track_sids)
    wish = wish_of(settings)
    for sid, found in room.find_tracks(dict.fromkeys(settings.track_sids)):
        if found is not None:
            _set_wish(room, receiver, sid, wish)


def _set_wish(room: Room, receiver: Participant, track: str, wish: Wish) -> None:
    receiver.receiving.wishes[track] = wish
    if track in receiver.receiving.now:
        room.put(SetWish(receiver.sid, track, wish))


def wish_of(settings: rtc.UpdateTrackSettings) -> Wish:
    """The settings of a client as media understands them."""
    size = (settings.width, settings.height, settings.fps)
    match settings.quality:
        case models.VideoQuality.OFF:
            return Wish(True, "high", *size)
        case models.VideoQuality.LOW:
            return Wish(settings.disabled, "low", *size)
        case models.VideoQuality.MEDIUM:
            return Wish(settings.disabled, "medium", *size)
        case _:
            return Wish(settings.disabled, "high", *size)


def apply_sync(room: Room, receiver: Participant, state: rtc.SyncState) -> None:
    """What the client subscribed to and switched off while its requests could not arrive."""
    check_named(state.track_sids_disabled)
    for sid, found in room.find_tracks(_named_tracks(state.subscription)):
        if found is not None:
            receiver.receiving.choices[sid] = state.subscription.subscribe
            reconcile(room, found[0], receiver, found[1])
    for sid, found in room.find_tracks(dict.fromkeys(state.track_sids_disabled)):
        if found is not None:
            wish = receiver.receiving.wishes.get(sid, Wish())
            _set_wish(room, receiver, sid, wish._replace(disabled=True))


def stream_paused(room: Room, receiver: Participant, track: str, *, paused: bool) -> None:
    """Media paused or resumed a video track for want of bandwidth."""
    if track not in receiver.receiving.now:
        return
    if paused:
        receiver.receiving.paused.add(track)
    else:
        receiver.receiving.paused.discard(track)
    _tell_streams(room, receiver, [track], paused=paused)


def tell_paused(room: Room, receiver: Participant) -> None:
    """Say again which of its tracks are paused."""
    if receiver.receiving.paused:
        _tell_streams(room, receiver, sorted(receiver.receiving.paused), paused=True)


def _tell_streams(room: Room, receiver: Participant, tracks: Iterable[str], *, paused: bool) -> None:
    state = rtc.StreamState.PAUSED if paused else rtc.StreamState.ACTIVE
    update = rtc.StreamStateUpdate()
    for sid in tracks:
        found = room.find_track(sid)
        if found is not None:
            update.stream_states.add(participant_sid=found[0].sid, track_sid=sid, state=state)
    room.send(receiver, rtc.SignalResponse(stream_state_update=update))


# -- permission of the publisher


def limit_reach(room: Room, owner: Participant, request: rtc.SubscriptionPermission) -> None:
    """The owner says who may receive its tracks."""
    if len(request.track_permissions) > MAX_REACH:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"more than {MAX_REACH} track permissions")
    owner.reach = _reach_of(room, request)
    room.put(Changed(owner.sid))
    for track in owner.tracks.values():
        reconcile_track(room, owner, track)


def _reach_of(room: Room, request: rtc.SubscriptionPermission) -> Reach:
    if request.all_participants:
        return Reach()
    all_tracks: set[str] = set()
    some_tracks: dict[str, frozenset[str]] = {}
    for entry in request.track_permissions:
        by_sid = room.participants.get(entry.participant_sid)
        identity = entry.participant_identity or (by_sid.identity if by_sid else "")
        if entry.all_tracks:
            all_tracks.add(identity)
        else:
            some_tracks[identity] = frozenset(entry.track_sids)
    return Reach(everybody=False, all_tracks=frozenset(all_tracks), some_tracks=some_tracks)
