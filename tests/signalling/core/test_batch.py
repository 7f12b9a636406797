"""Updates about participants: few messages, nothing missed, nothing twice."""

from random import Random

import pytest
from livekit.protocol import models

from signalling.core.batch import BURST, QUIET_DELAY, SPACING, UpdateBatch
from signalling.core.offers import DEBOUNCE
from tests.signalling.core.stories import Story


def info(sid: str, version: int = 1) -> models.ParticipantInfo:
    return models.ParticipantInfo(sid=sid, version=version)


def test_changes_that_come_alone_are_due_at_once_and_many_are_spaced() -> None:
    batch = UpdateBatch()
    for _ in range(BURST):
        batch.put(info("a"), 10.0, quiet=False)
        assert batch.deadline() == 10.0
        batch.take(["b"], 10.0)
    batch.put(info("a"), 10.0, quiet=False)
    assert batch.deadline() == pytest.approx(10.0 + SPACING)
    batch.take(["b"], 10.0 + SPACING)
    batch.put(info("a"), 100.0, quiet=False)
    assert batch.deadline() == 100.0


def test_quiet_changes_wait_for_the_first_that_does_not() -> None:
    batch = UpdateBatch()
    batch.put(info("a"), 1.0, quiet=True)
    assert batch.deadline() == 1.0 + QUIET_DELAY
    batch.put(info("b"), 1.1, quiet=False)
    assert batch.deadline() == 1.1


def test_those_who_are_told_the_same_are_told_together_and_nobody_of_itself() -> None:
    batch = UpdateBatch()
    batch.put(info("a"), 0.0, quiet=False)
    batch.put(info("b"), 0.0, quiet=False)
    told = [(to, [each.sid for each in infos]) for to, infos in batch.take(["a", "c", "d"], 0.0)]
    assert told == [(("c", "d"), ["a", "b"]), (("a",), ["b"])]
    assert batch.take(["a", "c", "d"], 0.0) == []


def test_who_was_told_ahead_hears_only_what_came_later() -> None:
    batch = UpdateBatch()
    batch.put(info("a", 1), 0.0, quiet=True)
    batch.put(info("b", 1), 0.0, quiet=True)
    assert [(each.sid, each.version) for each in batch.ahead("c")] == [("a", 1), ("b", 1)]
    assert batch.ahead("c") == []
    batch.put(info("a", 2), 0.0, quiet=True)
    told = dict(batch.take(["c", "d"], 1.0))
    assert [(each.sid, each.version) for each in told[("c",)]] == [("a", 2)]
    assert [(each.sid, each.version) for each in told[("d",)]] == [("a", 2), ("b", 1)]


def test_in_the_end_everybody_knows_the_newest_and_heard_nothing_twice() -> None:
    random = Random(4)
    batch, people = UpdateBatch(), [f"p{number}" for number in range(6)]
    versions = dict.fromkeys(people, 0)
    heard: dict[str, list[tuple[str, int]]] = {each: [] for each in people}
    for now in range(500):
        match random.randrange(4):
            case 0 | 1:
                changed = random.choice(people)
                versions[changed] += 1
                batch.put(info(changed, versions[changed]), now, quiet=random.random() < 0.5)
            case 2:
                receiver = random.choice(people)
                heard[receiver] += [(each.sid, each.version) for each in batch.ahead(receiver)]
            case 3:
                for to, infos in batch.take(people, now):
                    for receiver in to:
                        heard[receiver] += [(each.sid, each.version) for each in infos]
    for to, infos in batch.take(people, 500.0):
        for receiver in to:
            heard[receiver] += [(each.sid, each.version) for each in infos]
    for receiver, news in heard.items():
        assert len(set(news)) == len(news)
        newest = dict(sorted(news))
        assert newest == {sid: version for sid, version in versions.items() if sid != receiver}


def test_a_class_that_switches_its_cameras_on_costs_each_receiver_few_messages() -> None:
    story = Story()
    anna = story.is_here("anna")
    pupils = [story.is_here(f"pupil {number}") for number in range(60)]
    story.forget()
    for pupil in pupils:
        story.publishes(pupil, video=True)
    story.passes(1.0)
    updates = story.messages(anna, "update")
    assert len(updates) <= BURST + 2
    assert {each.sid for update in updates for each in update.participants if each.tracks} == {p.sid for p in pupils}


def test_a_client_knows_a_track_before_it_is_offered_also_when_updates_are_spaced() -> None:
    story = Story()
    anna, boris = story.is_here("anna"), story.is_here("boris")
    for _ in range(BURST):
        story.publishes(boris)
    story.forget()
    story.publishes(boris, video=True)
    assert story.messages(anna, "update") == []
    anna.offers.change(story.now)
    story.passes(DEBOUNCE)
    assert story.kinds(anna) == ["update", "offer"]
    story.passes(1.0)
    assert story.kinds(anna) == ["update", "offer"], "it is not told again"
