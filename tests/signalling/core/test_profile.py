"""Names, metadata, attributes, permission."""

import pytest
from livekit.protocol import models, rtc

from signalling.core import profile
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Permission
from signalling.core.limits import Limits
from signalling.core.outputs import RefreshToken, Unpublish
from signalling.core.participant import State
from tests.signalling.core.stories import Story

Source = models.TrackSource


def test_attributes_are_merged_and_an_empty_value_deletes() -> None:
    limits = Limits(attributes=10)
    assert profile.merge_attributes({"a": "1", "b": "2"}, {"b": "", "c": "3"}, limits) == {"a": "1", "c": "3"}
    with pytest.raises(UserError) as caught:
        profile.merge_attributes({"a": "1"}, {"b": "x" * 10}, limits)
    assert caught.value.refusal is Refusal.LIMIT_EXCEEDED


def test_a_change_reaches_the_others_and_its_own_client_with_a_new_version() -> None:
    story = Story()
    anna, boris = story.is_here("anna", update_metadata=True), story.is_here("boris")
    before = anna.version
    story.forget()
    request = rtc.UpdateParticipantMetadata(name="Анна", metadata="m", request_id=4)
    profile.update_own(story.room, anna, request, story.now)
    story.passes(1.0)
    for who in (anna, boris):
        (update,) = story.messages(who, "update")
        info = update.participants[0]
        assert (info.name, info.metadata, info.version) == ("Анна", "m", before + 1)
    assert story.messages(anna, "request_response")[0].request_id == 4
    profile.update_own(story.room, anna, request, story.now)
    assert anna.version == before + 1, "nothing changed"


def test_what_is_too_long_changes_nothing() -> None:
    story = Story(limits=Limits(metadata=10, name=10))
    anna = story.is_here("anna", update_metadata=True)
    for request in ({"name": "x" * 11, "metadata": "m"}, {"name": "n", "metadata": "ы" * 6}):
        with pytest.raises(UserError):
            profile.update_own(story.room, anna, rtc.UpdateParticipantMetadata(**request), story.now)  # type: ignore[arg-type]
    assert (anna.name, anna.metadata) == ("Anna", "")


def test_losing_a_source_ends_its_tracks_only() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sound, picture = story.publishes(anna), story.publishes(anna, video=True, cid="v")
    story.forget()
    profile.set_permission(story.room, anna, Permission(sources=frozenset({Source.MICROPHONE})), story.now)
    assert list(anna.tracks) == [sound] and boris.receiving.now == {sound}
    assert story.asked(Unpublish) == [Unpublish(anna.sid, picture)]
    assert [m.track_sid for m in story.messages(anna, "track_unpublished")] == [picture]
    assert list(story.messages(anna, "update")[-1].participants[0].permission.can_publish_sources) == [2]
    assert story.asked(RefreshToken) == [RefreshToken(anna.sid)]
    assert anna.current_claims().grants.permission == anna.permission


def test_losing_the_right_to_subscribe_ends_subscriptions_and_getting_it_back_begins_them() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna)
    profile.set_permission(story.room, boris, Permission(subscribe=False), story.now)
    assert boris.receiving.now == set()
    profile.set_permission(story.room, boris, Permission(), story.now)
    assert boris.receiving.now == {sid}


def test_hiding_looks_like_leaving_and_showing_like_coming() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna)
    story.forget()
    profile.set_permission(story.room, anna, Permission(hidden=True), story.now)
    assert story.messages(boris, "update")[-1].participants[0].state == State.DISCONNECTED
    assert boris.receiving.now == set()
    profile.set_permission(story.room, anna, Permission(), story.now)
    assert story.messages(boris, "update")[-1].participants[0].state == State.ACTIVE
    assert boris.receiving.now == {sid}


def test_the_same_permission_again_is_no_change() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    profile.set_permission(story.room, anna, Permission.of(Permission().message()), story.now)
    assert story.drain() == []
