"""Own tracks: permission, limits, going live, muting, ending."""

import re

import pytest
from livekit.protocol import models, rtc

from signalling.core import membership, publishing
from signalling.core.errors import Refusal, UserError
from signalling.core.limits import Limits
from signalling.core.outputs import Announce, MuteTrack, Unpublish, Unsubscribe
from signalling.core.track import track_of_request
from tests.signalling.core.stories import Story
from tests.support.fake_media import live_track

Source = models.TrackSource
Quality = models.VideoQuality


def camera(**fields: object) -> rtc.AddTrackRequest:
    return rtc.AddTrackRequest(**({"cid": "c", "type": models.TrackType.VIDEO, "source": Source.CAMERA} | fields))  # type: ignore[arg-type]


def test_a_track_gets_a_sid_that_tells_what_it_is() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    kinds = [(Source.CAMERA, "TR_VC"), (Source.SCREEN_SHARE, "TR_VS"), (Source.UNKNOWN, "TR_VU")]
    for number, (source, prefix) in enumerate(kinds):
        publishing.add_track(story.room, anna, camera(cid=f"c{number}", source=source))
        published = story.messages(anna, "track_published")[-1]
        assert published.cid == f"c{number}" and published.track.sid.startswith(prefix)
    codecs = [rtc.SimulcastCodec(codec="vp8", cid="other")]
    publishing.add_track(story.room, anna, camera(cid="last", source=Source.SCREEN_SHARE, simulcast_codecs=codecs))
    request = story.asked(Announce)[-1].request
    assert (request.kind, request.screen, set(request.cids)) == ("video", True, {"last", "other"})


def test_a_group_s_name_is_a_short_token_whatever_the_client_calls_it() -> None:
    names = ["camera", "ours", "TR_VCx", "a b", "x\r\na=candidate:1", "a|b", "Урок", "x" * 100]
    groups = [track_of_request(camera(stream=name), "TR_VC1").group for name in names]
    assert groups[:2] == ["camera", "ours"]
    assert len(set(groups)) == len(names)
    assert all(re.fullmatch(r"(?!TR)[\w-]{1,32}", group, re.ASCII) for group in groups)


def test_asking_twice_gives_the_same_track() -> None:
    story = Story()
    anna = story.is_here("anna")
    publishing.add_track(story.room, anna, camera())
    publishing.add_track(story.room, anna, camera())
    first, second = story.messages(anna, "track_published")
    assert first.track.sid == second.track.sid and len(anna.tracks) == 1


@pytest.mark.parametrize(
    ("permission", "fields", "refusal"),
    [
        ({"publish": False}, {}, Refusal.NOT_ALLOWED),
        ({"sources": frozenset({Source.MICROPHONE})}, {}, Refusal.NOT_ALLOWED),
        ({"sources": frozenset({Source.MICROPHONE})}, {"source": Source.UNKNOWN}, Refusal.NOT_ALLOWED),
        ({"sources": frozenset({Source.MICROPHONE})}, {"source": 77}, Refusal.NOT_ALLOWED),
        ({}, {"cid": ""}, Refusal.INVALID),
        ({}, {"cid": "x" * 300}, Refusal.LIMIT_EXCEEDED),
        ({}, {"name": "x" * 300}, Refusal.LIMIT_EXCEEDED),
        ({}, {"type": models.TrackType.DATA}, Refusal.UNSUPPORTED),
        ({}, {"type": 9}, Refusal.UNSUPPORTED),
        ({}, {"sid": "TR_VC1"}, Refusal.UNSUPPORTED),
        ({}, {"layers": [models.VideoLayer()] * 9}, Refusal.LIMIT_EXCEEDED),
        ({}, {"simulcast_codecs": [rtc.SimulcastCodec()] * 5}, Refusal.LIMIT_EXCEEDED),
    ],
)
def test_what_may_not_be_published(permission: dict, fields: dict, refusal: Refusal) -> None:  # type: ignore[type-arg]
    story = Story()
    anna = story.is_here("anna", **permission)
    story.forget()
    with pytest.raises(UserError) as caught:
        publishing.add_track(story.room, anna, camera(**fields))
    assert caught.value.refusal is refusal
    assert not anna.tracks and not story.drain()


def test_the_number_of_tracks_is_bounded() -> None:
    story = Story(limits=Limits(tracks_per_participant=2))
    anna = story.is_here("anna")
    for number in range(2):
        publishing.add_track(story.room, anna, camera(cid=str(number)))
    with pytest.raises(UserError):
        publishing.add_track(story.room, anna, camera(cid="more"))
    assert len(anna.tracks) == 2


def test_a_track_is_public_from_its_first_packet_on() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.forget()
    layers = [
        models.VideoLayer(quality=q, width=w, height=h, bitrate=b) for q, w, h, b in ((2, 1280, 720, 9), (0, 1, 1, 3))
    ]
    publishing.add_track(story.room, anna, camera(layers=layers, encryption=models.Encryption.Type.GCM))
    (sid,) = anna.tracks
    story.passes(1.0)
    assert story.messages(boris, "update") == []
    publishing.track_live(story.room, anna, live_track(sid, video=True, rids="qhf"), story.now)
    (track,) = story.messages(boris, "update")[0].participants[0].tracks
    assert (track.mid, track.mime_type, track.simulcast) == ("2", "video/VP8", True)
    assert [(v.rid, v.quality, v.width, v.bitrate) for v in track.layers] == [
        ("q", Quality.LOW, 320, 3),
        ("h", Quality.MEDIUM, 640, 0),
        ("f", Quality.HIGH, 1280, 9),
    ]
    (codec,) = track.codecs
    assert (codec.mime_type, codec.cid, len(codec.layers)) == ("video/VP8", "c", 3)
    assert track.encryption == models.Encryption.Type.GCM


def test_a_single_layer_counts_as_high() -> None:
    story = Story()
    anna = story.is_here("anna")
    sid = story.publishes(anna, video=True, live=False)
    publishing.track_live(story.room, anna, live_track(sid, video=True), story.now)
    info = anna.tracks[sid].info
    assert [layer.quality for layer in info.layers] == [Quality.HIGH] and not info.simulcast


def test_muting_is_told_to_others_once() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna)
    story.forget()
    for _ in range(2):
        publishing.mute(story.room, anna, rtc.MuteTrackRequest(sid=sid, muted=True), story.now)
    assert story.asked(MuteTrack) == [MuteTrack(anna.sid, sid, muted=True)]
    (update,) = story.messages(boris, "update")
    assert update.participants[0].tracks[0].muted
    with pytest.raises(UserError):
        publishing.mute(story.room, boris, rtc.MuteTrackRequest(sid=sid, muted=False), story.now)


def test_a_mute_from_afar_is_repeated_until_the_client_has_confirmed_it() -> None:
    story = Story()
    anna = story.is_here("anna")
    sid = story.publishes(anna)
    membership.signal_lost(story.room, anna, story.now)
    publishing.mute_remotely(story.room, anna, sid, story.now, muted=True)
    story.forget()
    membership.resume(story.room, anna, story.now)
    assert story.kinds(anna)[:3] == ["reconnect", "mute", "update"]
    publishing.mute(story.room, anna, rtc.MuteTrackRequest(sid=sid, muted=True), story.now)
    story.forget()
    membership.resume(story.room, anna, story.now)
    assert story.messages(anna, "mute") == []


def test_a_track_that_is_announced_muted_starts_muted() -> None:
    story = Story()
    anna = story.is_here("anna")
    publishing.add_track(story.room, anna, camera(muted=True))
    assert [mute.muted for mute in story.asked(MuteTrack)] == [True]


def test_a_track_that_ends_is_taken_from_everybody() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna)
    story.forget()
    publishing.track_gone(story.room, anna, sid, story.now)
    publishing.track_gone(story.room, anna, sid, story.now)
    assert story.asked(Unsubscribe) == [Unsubscribe(boris.sid, sid)]
    assert [len(u.participants[0].tracks) for u in story.messages(boris, "update")] == [0]
    assert story.asked(Unpublish) == [] and story.messages(anna, "track_unpublished") == []


def test_live_news_of_a_track_that_is_gone_is_ignored() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    publishing.track_live(story.room, anna, live_track("TR_old"), story.now)
    publishing.layers_wanted(story.room, anna, "TR_old", {"low": True})
    assert story.drain() == []


def test_features_and_size_of_a_track_change() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sound, picture = story.publishes(anna), story.publishes(anna, video=True, cid="v")
    features = [models.AudioTrackFeature.TF_STEREO, models.AudioTrackFeature.TF_ECHO_CANCELLATION]
    request = rtc.UpdateLocalAudioTrack(track_sid=sound, features=features)
    publishing.update_audio(story.room, anna, request, story.now)
    publishing.update_video(
        story.room, anna, rtc.UpdateLocalVideoTrack(track_sid=picture, width=9, height=8), story.now
    )
    tracks = {track.sid: track for track in story.messages(boris, "update")[-1].participants[0].tracks}
    assert list(tracks[sound].audio_features) == features and tracks[sound].stereo
    assert (tracks[picture].width, tracks[picture].height) == (9, 8)
    with pytest.raises(UserError):
        publishing.update_video(story.room, anna, rtc.UpdateLocalVideoTrack(track_sid="TR_no"), story.now)
