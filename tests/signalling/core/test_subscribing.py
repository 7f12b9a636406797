"""Who receives what."""

import random

import pytest
from livekit.protocol import models, rtc

from signalling.core import membership, publishing, subscribing
from signalling.core.errors import UserError
from signalling.core.outputs import SetWish, Subscribe, Unsubscribe
from signalling.ports import Wish
from tests.signalling.core.stories import Story
from tests.support.fake_media import live_track


def choose(story: Story, who, sids: list[str], *, subscribe: bool) -> None:  # type: ignore[no-untyped-def]
    subscribing.choose(story.room, who, rtc.UpdateSubscription(track_sids=sids, subscribe=subscribe))


def test_everybody_receives_every_track_but_its_own() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.forget()
    sid = story.publishes(anna)
    assert story.asked(Subscribe) == [Subscribe(boris.sid, sid, f"{anna.sid}|camera")]
    assert [m.track_sid for m in story.messages(anna, "track_subscribed")] == [sid]
    vera = story.is_here("vera")
    assert story.asked(Subscribe)[-1].participant == vera.sid
    assert len(story.messages(anna, "track_subscribed")) == 1, "told once"


def test_nobody_receives_before_its_media_is_connected() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.comes("boris")
    story.forget()
    story.publishes(anna)
    assert story.asked(Subscribe) == []
    membership.transport_changed(story.room, boris, "subscriber", "connected", story.now)
    assert [s.participant for s in story.asked(Subscribe)] == [boris.sid]


def test_screen_and_camera_are_played_in_sync_apart_from_each_other() -> None:
    story = Story()
    anna, _ = story.is_here("anna"), story.is_here("boris")
    story.forget()
    request = rtc.AddTrackRequest(cid="s", type=models.TrackType.VIDEO, source=models.TrackSource.SCREEN_SHARE)
    publishing.add_track(story.room, anna, request)
    publishing.add_track(story.room, anna, rtc.AddTrackRequest(cid="x", stream="mine"))
    for sid in list(anna.tracks):
        publishing.track_live(story.room, anna, live_track(sid), story.now)
    assert [s.stream for s in story.asked(Subscribe)] == [f"{anna.sid}|screen", f"{anna.sid}|mine"]


def test_without_auto_subscribe_one_asks() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris", auto_subscribe=False)
    sid = story.publishes(anna)
    story.forget()
    assert boris.receiving.now == set()
    choose(story, boris, [sid], subscribe=True)
    choose(story, boris, [sid], subscribe=True)
    assert len(story.asked(Subscribe)) == 1
    named = models.ParticipantTracks(participant_sid=anna.sid, track_sids=[sid])
    subscribing.choose(story.room, boris, rtc.UpdateSubscription(participant_tracks=[named], subscribe=False))
    assert story.asked(Unsubscribe) == [Unsubscribe(boris.sid, sid)]


def test_a_choice_for_a_track_that_does_not_exist_is_answered() -> None:
    story = Story()
    anna = story.is_here("anna")
    choose(story, anna, ["TR_none"], subscribe=True)
    (response,) = story.messages(anna, "subscription_response")
    assert (response.track_sid, response.err) == ("TR_none", models.SubscriptionError.SE_TRACK_NOTFOUND)
    choose(story, anna, ["TR_none"], subscribe=False)
    assert len(story.messages(anna, "subscription_response")) == 1
    assert anna.receiving.choices == {}


def test_a_list_of_more_tracks_than_there_can_be_is_refused() -> None:
    story = Story()
    anna = story.is_here("anna")
    many = ["TR_none"] * (subscribing.MAX_NAMED + 1)
    spread = [models.ParticipantTracks(track_sids=["TR_none"])] * len(many)
    membership.resume(story.room, anna, story.now)
    story.forget()
    for ask in (
        lambda: choose(story, anna, many, subscribe=True),
        lambda: subscribing.choose(story.room, anna, rtc.UpdateSubscription(participant_tracks=spread)),
        lambda: subscribing.set_tracks(story.room, anna, rtc.UpdateTrackSettings(track_sids=many)),
        lambda: membership.sync(story.room, anna, rtc.SyncState(track_sids_disabled=many), story.now),
        lambda: membership.sync(
            story.room, anna, rtc.SyncState(publish_tracks=[rtc.TrackPublishedResponse()] * len(many)), story.now
        ),
    ):
        with pytest.raises(UserError, match="more than"):
            ask()
    assert story.drain() == []
    choose(story, anna, many[1:], subscribe=True)
    assert len(story.messages(anna, "subscription_response")) == 1, "one track, named often"


def test_a_publisher_limits_who_receives_its_tracks() -> None:
    story = Story()
    anna, boris, vera = story.is_here("anna"), story.is_here("boris"), story.is_here("vera")
    sound, picture = story.publishes(anna), story.publishes(anna, video=True, cid="v")
    story.forget()
    permissions = [
        rtc.TrackPermission(participant_identity="boris", track_sids=[sound]),
        rtc.TrackPermission(participant_sid=vera.sid, all_tracks=True),
    ]
    request = rtc.SubscriptionPermission(all_participants=False, track_permissions=permissions)
    subscribing.limit_reach(story.room, anna, request)
    assert boris.receiving.now == {sound} and vera.receiving.now == {sound, picture}
    (denied,) = story.messages(boris, "subscription_permission_update")
    assert (denied.participant_sid, denied.track_sid, denied.allowed) == (anna.sid, picture, False)
    stranger = story.is_here("gleb")
    assert stranger.receiving.now == set()
    assert not any(m.allowed for m in story.messages(stranger, "subscription_permission_update"))
    subscribing.limit_reach(story.room, anna, rtc.SubscriptionPermission(all_participants=True))
    assert boris.receiving.now == {sound, picture} == stranger.receiving.now
    assert story.messages(boris, "subscription_permission_update")[-1].allowed
    many = rtc.SubscriptionPermission(track_permissions=[rtc.TrackPermission()] * 1001)
    with pytest.raises(UserError):
        subscribing.limit_reach(story.room, anna, many)


def test_nobody_receives_the_tracks_of_who_hides() -> None:
    story = Story()
    spy, boris = story.is_here("spy", hidden=True), story.is_here("boris")
    story.publishes(spy)
    assert boris.receiving.now == set()


@pytest.mark.parametrize(
    ("settings", "wish"),
    [
        ({"disabled": True}, Wish(True, "low")),
        ({"quality": 1}, Wish(False, "medium")),
        ({"quality": 2, "fps": 15}, Wish(False, "high", 0, 0, 15)),
        ({"quality": 3}, Wish(True, "high")),
        ({"quality": 99}, Wish(False, "high")),
        ({"width": 640, "height": 360}, Wish(False, "low", 640, 360)),
    ],
)
def test_wishes_are_passed_on_and_kept(settings: dict[str, int], wish: Wish) -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna, video=True)
    story.forget()
    subscribing.set_tracks(story.room, boris, rtc.UpdateTrackSettings(track_sids=[sid, "TR_none"], **settings))
    assert story.asked(SetWish) == [SetWish(boris.sid, sid, wish)]
    choose(story, boris, [sid], subscribe=False)
    choose(story, boris, [sid], subscribe=True)
    assert story.asked(SetWish)[-1] == SetWish(boris.sid, sid, wish)
    assert list(boris.receiving.wishes) == [sid]


def test_pauses_are_told_and_told_again_after_a_resume() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna, video=True)
    story.forget()
    subscribing.stream_paused(story.room, boris, sid, paused=True)
    subscribing.stream_paused(story.room, boris, "TR_none", paused=True)
    membership.resume(story.room, boris, story.now)
    states = [u.stream_states[0] for u in story.messages(boris, "stream_state_update")]
    assert [(s.participant_sid, s.track_sid, s.state) for s in states] == [(anna.sid, sid, rtc.StreamState.PAUSED)] * 2
    subscribing.stream_paused(story.room, boris, sid, paused=False)
    assert story.messages(boris, "stream_state_update")[-1].stream_states[0].state == rtc.StreamState.ACTIVE


def test_a_resume_brings_back_choices_that_were_lost() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sound, picture = story.publishes(anna), story.publishes(anna, video=True, cid="v")
    state = rtc.SyncState(
        subscription=rtc.UpdateSubscription(track_sids=[sound, "TR_gone"], subscribe=False),
        track_sids_disabled=[picture, "TR_gone"],
    )
    membership.resume(story.room, boris, story.now)
    story.forget()
    membership.sync(story.room, boris, state, story.now)
    assert boris.receiving.now == {picture}
    assert boris.receiving.wishes[picture].disabled
    assert story.messages(boris, "subscription_response") == []


def test_subscriptions_always_are_what_the_rules_say() -> None:
    """Whatever happens in whatever order, media was told to send exactly what `receiving.now` says."""
    chance = random.Random(11)
    story = Story()
    media: dict[str, set[str]] = {}

    def check() -> None:
        for output in story.drain():
            if isinstance(output, Subscribe):
                assert output.track not in media.setdefault(output.participant, set())
                media[output.participant].add(output.track)
            elif isinstance(output, Unsubscribe):
                media[output.participant].remove(output.track)
        for p in story.room.participants.values():
            assert p.receiving.now == media.get(p.sid, set())
            offered = {t.sid for o in story.room.others(p) for t in o.tracks.values() if t.live}
            assert p.receiving.now <= offered

    for step in range(400):
        people = list(story.room.participants.values())
        match chance.randrange(6):
            case 0 if len(people) < 6:
                story.comes(f"p{step}", auto_subscribe=chance.random() < 0.7)
            case 1 if people:
                membership.transport_changed(story.room, chance.choice(people), "subscriber", "connected", story.now)
            case 2 if people:
                owner = chance.choice(people)
                if len(owner.tracks) < 5:
                    request = rtc.AddTrackRequest(cid=str(step), type=models.TrackType.AUDIO)
                    publishing.add_track(story.room, owner, request)
                    publishing.track_live(story.room, owner, live_track(list(owner.tracks)[-1]), story.now)
            case 3 if people:
                owner = chance.choice(people)
                if owner.tracks:
                    publishing.track_gone(story.room, owner, chance.choice(list(owner.tracks)), story.now)
            case 4 if people:
                sids = [sid for p in people for sid in p.tracks]
                if sids:
                    wanted = rtc.UpdateSubscription(track_sids=[chance.choice(sids)], subscribe=chance.random() < 0.5)
                    subscribing.choose(story.room, chance.choice(people), wanted)
            case 5 if len(people) > 3:
                membership.remove(
                    story.room, chance.choice(people), models.DisconnectReason.CLIENT_INITIATED, None, story.now
                )
        check()
