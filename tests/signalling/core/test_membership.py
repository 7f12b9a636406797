"""Joining, connecting, resuming, leaving."""

import pytest
from livekit.protocol import models, rtc

from signalling.core import membership
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Permission
from signalling.core.limits import Limits
from signalling.core.messages import Action
from signalling.core.outputs import ClosePeer, CloseRoom, EndSignal, Joined, Left, MakeOffer, RefreshToken, Unsubscribe
from signalling.core.participant import State
from signalling.core.settings import RoomSettings
from tests.signalling.core.stories import Story

Reason = models.DisconnectReason


def test_join_response_is_first_then_the_first_offer() -> None:
    story = Story()
    anna = story.comes("anna")
    story.passes(0.0)
    assert story.kinds(anna) == ["join", "offer"]
    join = story.messages(anna, "join")[0]
    assert join.participant.state == State.JOINING
    assert join.subscriber_primary and join.fast_publish
    assert join.server_info.version == "1.13.6" and join.server_info.protocol == 17
    assert (join.ping_interval, join.ping_timeout) == (5, 15)
    assert {codec.mime for codec in join.enabled_publish_codecs} == {"audio/opus", "video/VP8", "video/H264"}
    assert story.asked(MakeOffer) == [MakeOffer(anna.sid, 1, restart_ice=False)]


def test_others_learn_of_somebody_and_a_newcomer_gets_those_who_are_here() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.publishes(anna)
    boris = story.comes("boris")
    (joined,) = story.messages(boris, "join")
    assert [other.identity for other in joined.other_participants] == ["anna"]
    assert len(joined.other_participants[0].tracks) == 1
    story.passes(0.5)
    update = story.messages(anna, "update")[-1].participants[0]
    assert (update.identity, update.state) == ("boris", State.JOINED)


def test_a_class_that_comes_in_together_is_announced_in_few_messages() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    for number in range(30):
        story.comes(f"pupil {number}")
    story.passes(0.5)
    updates = story.messages(anna, "update")
    assert len(updates) == 1
    assert len(updates[0].participants) == 30


def test_versions_of_a_participant_grow_with_every_change() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.publishes(anna)
    membership.remove(story.room, anna, Reason.CLIENT_INITIATED, None, story.now)
    story.passes(1.0)
    versions = [
        info.version for u in story.messages(boris, "update") for info in u.participants if info.sid == anna.sid
    ]
    assert versions == sorted(set(versions)) and len(versions) >= 2


def test_who_hides_is_not_announced_and_not_listed() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    spy = story.is_here("spy", hidden=True)
    assert story.messages(anna, "update") == []
    boris = story.comes("boris")
    assert [p.identity for p in story.messages(boris, "join")[0].other_participants] == ["anna"]
    assert [p.identity for p in story.messages(spy, "join")[0].other_participants] == ["anna"]
    assert story.messages(boris, "join")[0].room.num_participants == 2


def test_connected_media_makes_active_and_is_reported() -> None:
    story = Story()
    anna = story.comes("anna")
    membership.transport_changed(story.room, anna, "publisher", "connected", story.now)
    assert anna.state == State.JOINED
    membership.transport_changed(story.room, anna, "subscriber", "connected", story.now)
    membership.transport_changed(story.room, anna, "subscriber", "connected", story.now)
    assert anna.state == State.ACTIVE
    assert story.asked(Joined) == [Joined(anna.sid, "anna")]


def test_the_same_identity_replaces_the_one_before() -> None:
    story = Story()
    first, boris = story.is_here("anna"), story.is_here("boris")
    story.forget()
    second = story.comes("anna")
    (leave,) = story.messages(first, "leave")
    assert (leave.reason, leave.action, leave.can_reconnect) == (Reason.DUPLICATE_IDENTITY, Action.DISCONNECT, False)
    assert story.asked(ClosePeer) == [ClosePeer(first.sid)]
    assert story.asked(Left) == [Left(first.sid, "anna", "DUPLICATE_IDENTITY")]
    story.passes(0.5)
    told = [(p.sid, p.state) for u in story.messages(boris, "update") for p in u.participants]
    assert told.index((first.sid, State.DISCONNECTED)) < told.index((second.sid, State.JOINED))


def test_a_full_room_refuses_newcomers_but_not_those_who_come_anew() -> None:
    story = Story(settings=RoomSettings(max_participants=2))
    story.comes("anna")
    story.comes("boris")
    with pytest.raises(UserError) as caught:
        story.comes("vera")
    assert caught.value.refusal is Refusal.FULL
    assert [p.identity for p in story.room.participants.values()] == ["anna", "boris"]
    story.comes("anna")


def test_a_lost_signal_connection_is_no_leave_until_the_grace_is_over() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    track = story.publishes(anna)
    story.forget()
    membership.signal_lost(story.room, anna, story.now)
    story.passes(membership.RESUME_GRACE - 0.1)
    assert [p for u in story.messages(boris, "update") for p in u.participants if p.sid == anna.sid] == []
    story.passes(0.2)
    (gone,) = [p for u in story.messages(boris, "update") for p in u.participants if p.sid == anna.sid]
    assert (gone.state, gone.disconnect_reason) == (State.DISCONNECTED, Reason.CONNECTION_TIMEOUT)
    assert story.asked(Unsubscribe) == [Unsubscribe(boris.sid, track)]
    assert story.asked(ClosePeer) == [ClosePeer(anna.sid)]


def test_resume_sends_reconnect_first_then_the_whole_state_and_restarts_ice() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    anna.last_sequence = 7
    membership.signal_lost(story.room, anna, story.now)
    story.passes(5.0)
    membership.remove(story.room, boris, Reason.CLIENT_INITIATED, None, story.now)
    vera = story.is_here("vera")
    story.forget()
    membership.resume(story.room, anna, story.now)
    story.passes(0.0)
    assert story.kinds(anna)[:4] == ["reconnect", "update", "room_update", "offer"]
    assert story.messages(anna, "reconnect")[0].last_message_seq == 7
    told = {p.sid: p.state for p in story.messages(anna, "update")[0].participants}
    assert told == {boris.sid: State.DISCONNECTED, anna.sid: State.ACTIVE, vera.sid: State.ACTIVE}
    assert [offer.restart_ice for offer in story.asked(MakeOffer)] == [True]
    assert anna.offers.answered(2, story.now)
    story.passes(60.0)
    assert anna.sid in story.room.participants


def test_who_came_back_meanwhile_is_not_said_to_have_left() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    membership.signal_lost(story.room, anna, story.now)
    membership.remove(story.room, boris, Reason.CLIENT_INITIATED, None, story.now)
    again = story.is_here("boris")
    story.forget()
    membership.resume(story.room, anna, story.now)
    assert {p.sid for p in story.messages(anna, "update")[0].participants} == {anna.sid, again.sid}
    assert len(story.room.departed(story.now + 100.0)) == 0


def test_no_offer_is_made_while_the_signal_connection_is_away() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    membership.signal_lost(story.room, anna, story.now)
    story.forget()
    story.publishes(boris)
    anna.offers.change(story.now)
    story.passes(3.0)
    assert story.asked(MakeOffer) == []


def test_failed_media_makes_the_client_resume_and_ends_it_when_it_does_not() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    membership.transport_changed(story.room, anna, "subscriber", "failed", story.now)
    (leave,) = story.messages(anna, "leave")
    assert (leave.action, leave.can_reconnect) == (Action.RESUME, True)
    assert story.asked(EndSignal) == [EndSignal(anna.sid)]
    story.passes(10.0)
    membership.resume(story.room, anna, story.now)
    membership.transport_changed(story.room, anna, "subscriber", "connected", story.now)
    story.passes(0.0)
    assert anna.offers.answered(0, story.now)
    story.passes(60.0)
    assert anna.sid in story.room.participants
    membership.transport_changed(story.room, anna, "subscriber", "failed", story.now)
    story.passes(membership.RESUME_GRACE)
    assert anna.sid not in story.room.participants


def test_closed_media_sends_the_client_back_to_connect_anew() -> None:
    story = Story()
    anna = story.is_here("anna")
    membership.transport_changed(story.room, anna, "publisher", "closed", story.now)
    membership.transport_changed(story.room, anna, "subscriber", "closed", story.now)
    story.passes(membership.CLOSE_GRACE)
    (leave,) = story.messages(anna, "leave")
    assert (leave.reason, leave.action) == (Reason.MEDIA_FAILURE, Action.RECONNECT)
    assert not story.room.participants


def test_a_client_that_leaves_may_close_its_media_before_it_says_so() -> None:
    story = Story()
    anna = story.is_here("anna")
    membership.transport_changed(story.room, anna, "publisher", "closed", story.now)
    story.passes(0.2)
    membership.remove(story.room, anna, Reason.CLIENT_INITIATED, None, story.now)
    assert story.asked(Left) == [Left(anna.sid, "anna", "CLIENT_INITIATED")]
    assert story.messages(anna, "leave") == []


def test_media_that_never_connects_ends_the_participant() -> None:
    story = Story()
    anna = story.comes("anna")
    story.passes(0.0)
    anna.offers.answered(1, story.now)
    story.passes(membership.CONNECT_TIMEOUT)
    (leave,) = story.messages(anna, "leave")
    assert (leave.reason, leave.action) == (Reason.JOIN_FAILURE, Action.RECONNECT)
    assert story.asked(Left) == []


def test_an_offer_without_answer_ends_in_a_new_connection() -> None:
    story = Story()
    anna = story.comes("anna")
    story.passes(16.0)
    (leave,) = story.messages(anna, "leave")
    assert leave.action == Action.RECONNECT


def test_a_client_that_leaves_is_gone_at_once() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.publishes(anna)
    story.forget()
    membership.remove(story.room, anna, Reason.CLIENT_INITIATED, None, story.now)
    assert story.messages(anna, "leave") == []
    assert story.asked(EndSignal) == [EndSignal(anna.sid)]
    assert story.messages(boris, "update")[-1].participants[0].state == State.DISCONNECTED
    membership.remove(story.room, anna, Reason.CLIENT_INITIATED, None, story.now)
    assert len(story.asked(ClosePeer)) == 1


def test_tokens_are_refreshed_while_connected() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.passes(membership.REFRESH_INTERVAL * 2 + 1)
    assert story.asked(RefreshToken) == [RefreshToken(anna.sid)] * 2


def test_an_empty_room_closes_after_its_timeouts() -> None:
    fresh = Story(settings=RoomSettings(empty_timeout=60, departure_timeout=5))
    fresh.passes(59.0)
    assert fresh.asked(CloseRoom) == []
    fresh.passes(1.0)
    assert fresh.asked(CloseRoom)[:1] == [CloseRoom()]

    used = Story(settings=RoomSettings(empty_timeout=60, departure_timeout=5))
    anna = used.comes("anna")
    used.passes(1.0)
    membership.remove(used.room, anna, Reason.CLIENT_INITIATED, None, used.now)
    used.passes(4.9)
    assert used.asked(CloseRoom) == []
    used.comes("boris")
    used.passes(10.0)
    assert used.asked(CloseRoom) == []


def test_counts_are_told_at_most_every_five_seconds_and_recording_at_once() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.passes(6.0)
    story.forget()
    for number in range(5):
        story.comes(f"p{number}")
    story.passes(4.0)
    assert len(story.messages(anna, "room_update")) <= 1
    story.passes(2.0)
    assert story.messages(anna, "room_update")[-1].room.num_participants == 6
    recorder = story.comes("recorder", recorder=True, hidden=True)
    assert story.kinds(recorder)[0] == "join"
    assert story.messages(anna, "room_update")[-1].room.active_recording


def test_a_moved_participant_keeps_its_tracks_under_a_new_sid() -> None:
    one, two = Story(), Story()
    two.now = one.now
    anna, boris = one.is_here("anna"), one.is_here("boris")
    track = one.publishes(anna)
    vera = two.is_here("vera")
    hers = two.publishes(vera, cid="v")
    one.forget()
    two.forget()
    old = anna.sid
    assert membership.may_move_live(anna)
    membership.depart(one.room, anna, one.now)
    anna.sid = "PA_new"
    membership.arrive(two.room, anna, "token", two.now)
    (left,) = [p for u in one.messages(boris, "update") for p in u.participants]
    assert (left.sid, left.state, left.disconnect_reason) == (old, State.DISCONNECTED, Reason.MIGRATION)
    assert one.asked(Unsubscribe) == [Unsubscribe(boris.sid, track)]
    assert one.asked(ClosePeer) == [] and one.asked(EndSignal) == []
    assert two.kinds(anna)[0] == "room_moved"
    (moved,) = two.messages(anna, "room_moved")
    assert moved.token == "token" and moved.participant.sid == "PA_new"
    assert [p.identity for p in moved.other_participants] == ["vera"]
    assert [t.sid for t in moved.participant.tracks] == [track]
    assert anna.receiving.now == {hers} and vera.receiving.now == {track}


def test_old_clients_cannot_move_with_their_media() -> None:
    story = Story()
    anna = story.is_here("anna", protocol=15)
    assert not membership.may_move_live(anna)
    membership.send_away(story.room, anna, "token", story.now)
    assert story.messages(anna, "refresh_token") == ["token"]
    (leave,) = story.messages(anna, "leave")
    assert (leave.reason, leave.action) == (Reason.MIGRATION, Action.RECONNECT)


def test_after_a_resume_tracks_that_the_server_does_not_have_are_taken_back() -> None:
    story = Story()
    anna = story.is_here("anna")
    mine = story.publishes(anna)
    published = [rtc.TrackPublishedResponse(track=models.TrackInfo(sid=sid)) for sid in (mine, "TR_lost")]
    membership.resume(story.room, anna, story.now)
    story.forget()
    membership.sync(story.room, anna, rtc.SyncState(publish_tracks=published), story.now)
    assert [m.track_sid for m in story.messages(anna, "track_unpublished")] == ["TR_lost"]


def test_a_client_is_brought_up_to_date_once_after_each_resume() -> None:
    story = Story()
    anna = story.is_here("anna")
    lost = rtc.SyncState(publish_tracks=[rtc.TrackPublishedResponse(track=models.TrackInfo(sid="TR_lost"))])
    membership.sync(story.room, anna, lost, story.now)
    assert story.messages(anna, "track_unpublished") == []
    for resumes in (1, 2):
        membership.resume(story.room, anna, story.now)
        membership.sync(story.room, anna, lost, story.now)
        membership.sync(story.room, anna, lost, story.now)
        assert len(story.messages(anna, "track_unpublished")) == resumes


def test_a_room_never_holds_more_than_the_server_allows() -> None:
    limits = Limits(participants_per_room=2)
    for asked, capacity in ((0, 2), (1, 1), (1000, 2)):
        assert Story(limits=limits, settings=RoomSettings(max_participants=asked)).room.capacity == capacity


def test_permission_defaults_let_everybody_publish() -> None:
    assert Permission().may_publish(models.TrackSource.SCREEN_SHARE)
