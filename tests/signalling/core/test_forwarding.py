"""A participant of one room as a guest in another: two rooms, the first changes and the second follows."""

import pytest
from livekit.protocol import models, rtc

from signalling.core import data, forwarding, membership, messages, profile, publishing, quality, speakers, subscribing
from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Permission
from signalling.core.limits import Limits
from signalling.core.outputs import Changed, ClosePeer, CloseRoom, Joined, Left, SendData, Subscribe, Unsubscribe
from signalling.core.participant import Participant
from signalling.core.settings import RoomSettings
from tests.signalling.core.stories import Story

Reason = models.DisconnectReason
State = models.ParticipantInfo.State


class Lesson:
    """Anna in the main room; Vera in the group that Anna is forwarded to."""

    def __init__(self) -> None:
        self.main, self.group = Story(), Story()
        self.anna = self.main.is_here("anna", update_metadata=True)
        self.microphone = self.main.publishes(self.anna)
        self.vera = self.group.is_here("vera")
        self.group.forget()
        self.guest = arrive(self.group, self.anna)

    def follow(self) -> None:
        """What the surroundings do for each `Changed` of Anna."""
        assert self.main.asked(Changed), "nothing to follow"
        self.main.forget()
        forwarding.follow(self.group.room, self.guest, self.anna, self.group.now)

    def told(self) -> list[models.ParticipantInfo]:
        """What Vera was told about the guest since `forget`."""
        updates = [info for update in self.group.messages(self.vera, "update") for info in update.participants]
        return [info for info in updates if info.sid == self.guest.sid]


def arrive(story: Story, original: Participant) -> Participant:
    guest = forwarding.guest_of(original, story.room, now=story.now, joined_ms=1_700_000_000_000)
    forwarding.arrive(story.room, guest, original, story.now)
    story.drain()
    return guest


def test_a_guest_is_announced_with_its_tracks_and_received() -> None:
    lesson = Lesson()
    (info,) = lesson.told()
    assert (info.identity, info.name, info.state, info.kind) == ("anna", "Anna", State.ACTIVE, 0)
    assert [track.sid for track in info.tracks] == [lesson.microphone]
    assert not (info.permission.can_publish or info.permission.can_subscribe or info.permission.hidden)
    assert lesson.group.asked(Subscribe) == [
        Subscribe(lesson.vera.sid, lesson.microphone, f"{lesson.guest.sid}|camera")
    ]
    assert lesson.group.asked(Joined) == [], "it takes part in its own room"


def test_who_comes_later_finds_the_guest() -> None:
    lesson = Lesson()
    boris = lesson.group.comes("boris")
    (join,) = lesson.group.messages(boris, "join")
    assert {info.identity for info in join.other_participants} == {"vera", "anna"}
    membership.transport_changed(lesson.group.room, boris, "subscriber", "connected", lesson.group.now)
    assert (boris.sid, lesson.microphone) in {(s.participant, s.track) for s in lesson.group.asked(Subscribe)}


def test_a_guest_receives_neither_tracks_nor_data() -> None:
    lesson = Lesson()
    lesson.group.publishes(lesson.vera)
    packet = models.DataPacket(user=models.UserPacket(payload=b"x"))
    data.receive(lesson.group.room, lesson.vera, "reliable", packet.SerializeToString(), lesson.group.now)
    assert [s for s in lesson.group.asked(Subscribe) if s.participant == lesson.guest.sid] == []
    assert lesson.guest.receiving.now == set()
    assert lesson.group.asked(SendData) == []


def test_a_guest_follows_mutes_names_and_tracks() -> None:
    lesson = Lesson()
    lesson.group.forget()
    publishing.mute(lesson.main.room, lesson.anna, rtc.MuteTrackRequest(sid=lesson.microphone, muted=True), 1.0)
    lesson.follow()
    assert lesson.told()[-1].tracks[0].muted
    request = rtc.UpdateParticipantMetadata(name="Anna B.", metadata="m", attributes={"hand": "up"})
    profile.update_own(lesson.main.room, lesson.anna, request, 1.0)
    lesson.follow()
    last = lesson.told()[-1]
    assert (last.name, last.metadata, dict(last.attributes)) == ("Anna B.", "m", {"hand": "up"})
    camera = lesson.main.publishes(lesson.anna, video=True, cid="cam")
    lesson.follow()
    assert [track.sid for track in lesson.told()[-1].tracks] == [lesson.microphone, camera]
    assert [s.track for s in lesson.group.asked(Subscribe)] == [camera]
    publishing.track_gone(lesson.main.room, lesson.anna, lesson.microphone, 1.0)
    lesson.follow()
    assert [track.sid for track in lesson.told()[-1].tracks] == [camera]
    assert [u.track for u in lesson.group.asked(Unsubscribe)] == [lesson.microphone]


def test_nothing_is_told_when_nothing_to_see_changed() -> None:
    lesson = Lesson()
    lesson.group.forget()
    forwarding.follow(lesson.group.room, lesson.guest, lesson.anna, lesson.group.now)
    assert lesson.group.drain() == []


def test_whom_the_original_does_not_allow_receives_nothing_of_the_guest() -> None:
    lesson = Lesson()
    request = rtc.SubscriptionPermission(track_permissions=[rtc.TrackPermission(participant_identity="boris")])
    subscribing.limit_reach(lesson.main.room, lesson.anna, request)
    lesson.follow()
    assert lesson.vera.receiving.now == set()
    subscribing.limit_reach(lesson.main.room, lesson.anna, rtc.SubscriptionPermission(all_participants=True))
    lesson.follow()
    assert lesson.vera.receiving.now == {lesson.microphone}


def test_a_guest_is_seen_to_speak_and_has_a_connection_quality() -> None:
    lesson = Lesson()
    speakers.changed(lesson.group.room, {lesson.microphone: 0.5})
    (speaking,) = lesson.group.messages(lesson.vera, "speakers_changed")
    assert [speaker.sid for speaker in speaking.speakers] == [lesson.guest.sid]
    quality.report(lesson.group.room, {lesson.guest.sid: 5.0})
    (report,) = lesson.group.messages(lesson.vera, "connection_quality")
    assert [update.participant_sid for update in report.updates] == [lesson.guest.sid]


def test_a_guest_that_leaves_is_gone_with_its_tracks() -> None:
    lesson = Lesson()
    lesson.group.forget()
    forwarding.leave(lesson.group.room, lesson.guest, Reason.CLIENT_INITIATED, lesson.group.now)
    assert (lesson.told()[-1].state, lesson.told()[-1].disconnect_reason) == (
        State.DISCONNECTED,
        Reason.CLIENT_INITIATED,
    )
    assert lesson.group.asked(Unsubscribe) == [Unsubscribe(lesson.vera.sid, lesson.microphone)]
    assert lesson.group.asked(ClosePeer) == [ClosePeer(lesson.guest.sid)]
    assert lesson.group.asked(Left) == []
    lesson.group.forget()
    forwarding.leave(lesson.group.room, lesson.guest, Reason.CLIENT_INITIATED, lesson.group.now)
    forwarding.follow(lesson.group.room, lesson.guest, lesson.anna, lesson.group.now)
    assert lesson.group.drain() == [], "it is gone already"


def test_who_becomes_hidden_is_shown_no_longer() -> None:
    lesson = Lesson()
    profile.set_permission(lesson.main.room, lesson.anna, Permission(hidden=True), lesson.main.now)
    lesson.follow()
    assert lesson.told()[-1].state == State.DISCONNECTED
    assert lesson.guest.sid not in lesson.group.room.participants


def test_a_guest_does_not_time_out_and_keeps_the_room_open() -> None:
    lesson = Lesson()
    membership.remove(lesson.group.room, lesson.vera, Reason.CLIENT_INITIATED, None, lesson.group.now)
    lesson.group.forget()
    lesson.group.passes(3600.0)
    assert lesson.group.room.participants == {lesson.guest.sid: lesson.guest}
    forwarding.leave(lesson.group.room, lesson.guest, Reason.CLIENT_INITIATED, lesson.group.now)
    lesson.group.passes(3600.0)
    assert lesson.group.asked(CloseRoom) == [CloseRoom()]


def test_the_original_coming_itself_takes_the_place_of_its_guest() -> None:
    lesson = Lesson()
    anna = lesson.group.comes("anna")
    assert lesson.group.room.by_identity("anna") is anna
    assert lesson.group.asked(ClosePeer) == [ClosePeer(lesson.guest.sid)]


def test_after_a_resume_one_knows_the_guest() -> None:
    lesson = Lesson()
    update = messages.full_update(lesson.group.room, lesson.vera, lesson.group.now).update
    assert {info.identity for info in update.participants} == {"vera", "anna"}


def test_there_is_one_of_an_identity_and_no_more_than_fit() -> None:
    lesson = Lesson()
    with pytest.raises(UserError) as caught:
        arrive(lesson.group, lesson.anna)
    assert caught.value.refusal is Refusal.ALREADY_EXISTS
    full = Story(settings=RoomSettings(max_participants=1))
    full.is_here("vera")
    with pytest.raises(UserError) as caught:
        arrive(full, lesson.anna)
    assert caught.value.refusal is Refusal.FULL
    assert len(full.room.participants) == 1


def test_who_is_hidden_or_forwarded_to_many_rooms_is_not_forwarded() -> None:
    story = Story()
    anna, ghost = story.is_here("anna"), story.is_here("ghost", hidden=True)
    limit = Limits().forwardings_per_participant
    forwarding.check_original(anna, limit - 1, limit)
    with pytest.raises(UserError) as caught:
        forwarding.check_original(anna, limit, limit)
    assert caught.value.refusal is Refusal.LIMIT_EXCEEDED
    with pytest.raises(UserError) as caught:
        forwarding.check_original(ghost, 0, limit)
    assert caught.value.refusal is Refusal.PRECONDITION
