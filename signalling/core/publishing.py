"""A participant's own tracks: announced, live, muted, changed, gone."""

from collections.abc import Mapping

from livekit.protocol import models, rtc

from signalling.core import subscribing
from signalling.core.errors import Refusal, UserError
from signalling.core.limits import require_size
from signalling.core.outputs import Announce, MuteTrack, UnmuteUsed, Unpublish
from signalling.core.participant import Participant
from signalling.core.room import Room
from signalling.core.track import Track, sid_prefix, track_of_request
from signalling.ports import LiveTrack

MAX_SIMULCAST_CODECS = 4
MAX_LAYERS = 8
"""Bounds of lists in `add_track`: there are three layers and two codecs in use anywhere."""

QUALITIES = {
    "low": models.VideoQuality.LOW,
    "medium": models.VideoQuality.MEDIUM,
    "high": models.VideoQuality.HIGH,
}


OTHER_KINDS = {
    models.TrackType.AUDIO: (models.TrackSource.CAMERA, models.TrackSource.SCREEN_SHARE),
    models.TrackType.VIDEO: (models.TrackSource.MICROPHONE, models.TrackSource.SCREEN_SHARE_AUDIO),
}
"""Sources that a kind of track cannot have: what may be sent of one source must not pass as another."""


def add_track(room: Room, owner: Participant, request: rtc.AddTrackRequest) -> None:
    """The client is going to offer a track: give it a sid and tell media what to expect."""
    _check_request(room, owner, request)
    known = next((t for t in owner.tracks.values() if t.cid == request.cid and not t.live), None)
    if known is None:
        known = track_of_request(request, room.new_sid(sid_prefix(request)))
        owner.tracks[known.sid] = known
        room.put(Announce(owner.sid, known.request()))
        if not request.muted and _stays_muted(owner, known):
            known.info.muted = known.must_mute = True
        if known.info.muted:
            room.put(MuteTrack(owner.sid, known.sid, muted=True))
    published = rtc.TrackPublishedResponse(cid=request.cid, track=known.info)
    room.send(owner, rtc.SignalResponse(track_published=published))


def _check_request(room: Room, owner: Participant, request: rtc.AddTrackRequest) -> None:
    if request.sid:
        raise UserError(Refusal.UNSUPPORTED, "a second codec for a track is not supported")
    if request.type not in (models.TrackType.AUDIO, models.TrackType.VIDEO):
        raise UserError(Refusal.UNSUPPORTED, "tracks are audio or video")
    if not owner.permission.may_publish(request.source):
        source = models.TrackSource.Name(request.source).lower() if request.source in range(5) else "this"
        raise UserError(Refusal.NOT_ALLOWED, f"publishing of the source {source!r} is not permitted")
    if owner.permission.sources and request.source in OTHER_KINDS[request.type]:
        raise UserError(Refusal.INVALID, "the track's kind does not fit its source")
    if not request.cid:
        raise UserError(Refusal.INVALID, "a track needs a cid")
    for text, what in ((request.cid, "the cid"), (request.name, "the track's name"), (request.stream, "the stream")):
        require_size(text, room.limits.name, what)
    if len(request.simulcast_codecs) > MAX_SIMULCAST_CODECS or len(request.layers) > MAX_LAYERS:
        raise UserError(Refusal.LIMIT_EXCEEDED, "too many codecs or layers")
    if any(len(codec.layers) > MAX_LAYERS for codec in request.simulcast_codecs):
        raise UserError(Refusal.LIMIT_EXCEEDED, "too many layers")
    if len(owner.tracks) >= room.limits.tracks_per_participant:
        raise UserError(Refusal.LIMIT_EXCEEDED, f"more than {room.limits.tracks_per_participant} tracks")


def own_track(owner: Participant, sid: str) -> Track:
    """The participant's track with this sid. Raises UserError."""
    track = owner.tracks.get(sid)
    if track is None:
        raise UserError(Refusal.NOT_FOUND, "no such track of this participant")
    return track


def track_live(room: Room, owner: Participant, live: LiveTrack, now: float) -> None:
    """Its first packet has arrived: the track becomes public and is subscribed to."""
    track = owner.tracks.get(live.track)
    if track is None:
        return
    track.go_live(live)
    owner.is_publisher = True
    room.count_changed()
    room.announce_to_others(owner, now)
    subscribing.reconcile_track(room, owner, track)
    repeat_mutes(room, owner)  # the client knows nothing of a track that it has not published yet


def track_gone(room: Room, owner: Participant, sid: str, now: float) -> None:
    """The client stopped the track."""
    if sid in owner.tracks:
        _forget(room, owner, sid, now)


def unpublish(room: Room, owner: Participant, sid: str, now: float) -> None:
    """End a track from the server's side; its client is told."""
    room.put(Unpublish(owner.sid, sid))
    room.send(owner, rtc.SignalResponse(track_unpublished=rtc.TrackUnpublishedResponse(track_sid=sid)))
    _forget(room, owner, sid, now)


def _forget(room: Room, owner: Participant, sid: str, now: float) -> None:
    subscribing.drop_track(room, sid)
    room.speaking.levels.pop(sid, None)
    track = owner.tracks.pop(sid)
    if not track.info.muted:
        _switched_off(room, owner, track)
    if track.live:
        room.announce_to_others(owner, now)
        room.count_changed()


def mute(room: Room, owner: Participant, request: rtc.MuteTrackRequest, now: float) -> None:
    """The client muted or unmuted its own track."""
    track = own_track(owner, request.sid)
    if not request.muted and track.info.muted and _stays_muted(owner, track):
        track.must_mute = True
        repeat_mutes(room, owner)
        raise UserError(Refusal.NOT_ALLOWED, "the microphone may be switched on when a teacher asks for it")
    track.must_mute = False
    _set_muted(room, owner, track, now, muted=request.muted)


def mute_remotely(room: Room, owner: Participant, sid: str, now: float, *, muted: bool) -> Track:
    """Somebody with the right to do so mutes the track: nothing of it is forwarded from now on.

    Nobody can switch on another person's microphone or camera.
    """
    track = own_track(owner, sid)
    if not muted and track.info.muted:
        raise UserError(Refusal.PRECONDITION, "a track can only be unmuted by its participant")
    if muted and not track.info.muted:
        track.must_mute = True
        repeat_mutes(room, owner)
        _set_muted(room, owner, track, now, muted=True)
    return track


def repeat_mutes(room: Room, owner: Participant) -> None:
    """Tell the client again to mute what it has not confirmed; otherwise it would find itself unmuted and say so."""
    for track in owner.tracks.values():
        if track.must_mute:
            room.send(owner, rtc.SignalResponse(mute=rtc.MuteTrackRequest(sid=track.sid, muted=True)))


def _set_muted(room: Room, owner: Participant, track: Track, now: float, *, muted: bool) -> None:
    if track.info.muted == muted:
        return
    track.info.muted = muted
    if muted:
        _switched_off(room, owner, track)
    room.put(MuteTrack(owner.sid, track.sid, muted))
    if track.live:
        room.announce_to_others(owner, now)


def _is_voice(track: Track) -> bool:
    """Every sound but that of a shared screen."""
    return track.kind == "audio" and track.info.source != models.TrackSource.SCREEN_SHARE_AUDIO


def _stays_muted(owner: Participant, track: Track) -> bool:
    return owner.unmuting == "never" and _is_voice(track)


def _switched_off(room: Room, owner: Participant, track: Track) -> None:
    if owner.unmuting == "once" and _is_voice(track):
        owner.unmuting = "never"
        room.put(UnmuteUsed(owner.identity))


def update_audio(room: Room, owner: Participant, request: rtc.UpdateLocalAudioTrack, now: float) -> None:
    """The features of an audio track changed (stereo, noise suppression, ...)."""
    track = own_track(owner, request.track_sid)
    features = list(dict.fromkeys(request.features))[:MAX_LAYERS]
    del track.info.audio_features[:]
    track.info.audio_features.extend(features)
    track.info.stereo = models.AudioTrackFeature.TF_STEREO in features
    room.announce_to_others(owner, now)


def update_video(room: Room, owner: Participant, request: rtc.UpdateLocalVideoTrack, now: float) -> None:
    """The size of a video track changed."""
    track = own_track(owner, request.track_sid)
    track.info.width, track.info.height = request.width, request.height
    room.announce_to_others(owner, now)


def layers_wanted(room: Room, owner: Participant, sid: str, enabled: Mapping[str, bool]) -> None:
    """Dynacast: tell the client which of its encodings anybody uses; both forms, old clients read the old one."""
    track = owner.tracks.get(sid)
    if track is None:
        return
    qualities = [
        rtc.SubscribedQuality(quality=quality, enabled=enabled.get(name, False)) for name, quality in QUALITIES.items()
    ]
    codec = track.info.mime_type.rpartition("/")[2].lower() or "vp8"
    update = rtc.SubscribedQualityUpdate(
        track_sid=sid,
        subscribed_qualities=qualities,
        subscribed_codecs=[rtc.SubscribedCodec(codec=codec, qualities=qualities)],
    )
    room.send(owner, rtc.SignalResponse(subscribed_quality_update=update))
