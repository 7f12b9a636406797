"""Speakers and connection quality."""

from livekit.protocol import models, rtc

from signalling.core import membership, publishing, quality, simulating, speakers
from signalling.core.outputs import ReadQuality
from tests.signalling.core.stories import Story

Quality = models.ConnectionQuality


def heard(story: Story, who) -> list[tuple[str, float, bool]]:  # type: ignore[no-untyped-def]
    messages = story.messages(who, "speakers_changed")
    return [(s.sid, round(s.level, 2), s.active) for message in messages for s in message.speakers]


def test_only_changes_are_told_and_silence_is_level_zero() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    sid = story.publishes(anna)
    story.forget()
    speakers.changed(story.room, {sid: 0.5})
    speakers.changed(story.room, {sid: 0.0, "TR_gone": 1.0})
    assert heard(story, boris) == [(anna.sid, 0.5, True), (anna.sid, 0.0, False)]
    assert heard(story, anna) == heard(story, boris)


def test_a_participant_is_as_loud_as_its_loudest_track() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    one, two = story.publishes(anna), story.publishes(anna, cid="second")
    story.forget()
    speakers.changed(story.room, {one: 0.25, two: 0.75})
    speakers.changed(story.room, {two: 0.0})
    assert heard(story, boris) == [(anna.sid, 0.75, True), (anna.sid, 0.25, True)]
    publishing.track_gone(story.room, anna, one, story.now)
    assert speakers.level_of(story.room, anna) == 0.0


def test_a_newcomer_learns_who_speaks() -> None:
    story = Story()
    anna = story.is_here("anna")
    speakers.changed(story.room, {story.publishes(anna): 0.5})
    boris = story.is_here("boris")
    assert heard(story, boris) == [(anna.sid, 0.5, True)]


def test_nobody_hears_of_a_hidden_speaker() -> None:
    story = Story()
    spy, boris = story.is_here("spy", hidden=True), story.is_here("boris")
    speakers.changed(story.room, {story.publishes(spy): 0.5})
    assert heard(story, boris) == []


def test_a_simulated_speaker_falls_silent_by_itself() -> None:
    story = Story()
    anna = story.is_here("anna")
    story.forget()
    simulating.simulate(story.room, anna, rtc.SimulateScenario(speaker_update=2), story.now)
    assert heard(story, anna) == [(anna.sid, 0.9, True)]
    story.passes(2.0)
    assert heard(story, anna)[-1] == (anna.sid, 0.0, False)
    assert not story.room.simulated_speech


def qualities(story: Story, who) -> list[dict[str, int]]:  # type: ignore[no-untyped-def]
    messages = story.messages(who, "connection_quality")
    return [{u.participant_sid: u.quality for u in message.updates} for message in messages]


def test_quality_is_read_every_five_seconds_while_somebody_is_here() -> None:
    story = Story()
    anna = story.comes("anna")
    story.passes(0.0)
    anna.offers.answered(1, story.now)
    membership.transport_changed(story.room, anna, "subscriber", "connected", story.now)
    story.forget()
    story.passes(15.1)
    assert len(story.asked(ReadQuality)) == 3
    membership.remove(story.room, anna, models.DisconnectReason.CLIENT_INITIATED, None, story.now)
    story.forget()
    story.passes(15.0)
    assert len(story.asked(ReadQuality)) <= 1


def test_changes_are_reported_and_a_newcomer_gets_all() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.forget()
    quality.report(story.room, {anna.sid: 4.6, boris.sid: 3.5})
    everything = {anna.sid: Quality.EXCELLENT, boris.sid: Quality.GOOD}
    assert qualities(story, anna) == [everything] == qualities(story, boris)
    quality.report(story.room, {anna.sid: 4.5, boris.sid: 3.2})
    assert len(qualities(story, anna)) == 1, "the word did not change"
    vera = story.is_here("vera")
    quality.report(story.room, {anna.sid: 1.0, boris.sid: 3.2, vera.sid: 5.0})
    assert qualities(story, anna)[-1] == {anna.sid: Quality.POOR, vera.sid: Quality.EXCELLENT}
    assert len(qualities(story, vera)[0]) == 3


def test_nobody_is_told_that_it_is_lost_itself() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    story.forget()
    quality.report(story.room, {anna.sid: 0.0, boris.sid: 5.0})
    assert qualities(story, anna)[0][anna.sid] == Quality.POOR
    assert qualities(story, boris)[0][anna.sid] == Quality.LOST
