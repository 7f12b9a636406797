"""When offers are made."""

from hypothesis import given
from hypothesis import strategies as st

from signalling.core import clockwork
from signalling.core.clockwork import OFFERS_AT_ONCE
from signalling.core.offers import (
    ANSWER_TIMEOUT,
    DEBOUNCE,
    GATHER,
    IDLE_GATHER,
    MAX_REST,
    AnswerMissing,
    OfferDue,
    OfferSchedule,
)
from signalling.core.outputs import MakeOffer
from tests.signalling.core.stories import Story


def test_the_first_offer_and_that_of_the_first_tracks_are_due_at_once() -> None:
    offers = OfferSchedule()
    assert offers.deadline() is None
    offers.begin(10.0)
    assert offers.poll(10.0) == OfferDue(1, restart_ice=False)
    assert offers.answered(1, 10.0)
    offers.change(10.01)
    assert offers.poll(10.01) == OfferDue(2, restart_ice=False)


def test_later_changes_are_collected_and_offers_of_them_keep_a_distance() -> None:
    offers = _calm()
    offers.change(11.0)
    offers.change(11.0 + GATHER / 2)
    assert offers.poll(11.0 + GATHER / 2) is None
    assert offers.poll(11.0 + GATHER) == OfferDue(3, restart_ice=False)
    assert offers.answered(3, 11.0 + GATHER)
    offers.change(11.0 + GATHER)
    assert offers.deadline() == 11.0 + GATHER + DEBOUNCE


def test_what_nobody_waits_for_is_offered_later_or_together_with_what_somebody_does() -> None:
    offers = _calm()
    offers.change(11.0, urgent=False)
    assert offers.deadline() == 11.0 + IDLE_GATHER
    offers.change(11.1)
    assert offers.deadline() == 11.1 + GATHER
    offers.change(11.11, urgent=False)
    assert offers.deadline() == 11.1 + GATHER


def test_who_comes_to_another_room_has_its_first_tracks_at_once() -> None:
    offers = _calm()
    offers.change(11.0)
    offers.poll(11.0 + GATHER)
    assert offers.answered(3, 11.6), "slowly"
    offers.moved(11.6)
    offers.change(11.6, urgent=False)
    assert offers.poll(11.6) is None
    offers.change(11.7)
    assert offers.poll(11.7) == OfferDue(4, restart_ice=False)


def _calm() -> OfferSchedule:
    """At 10.0: a client that was offered its first tracks."""
    offers = OfferSchedule()
    offers.begin(10.0)
    offers.poll(10.0)
    offers.answered(1, 10.0)
    offers.change(10.0)
    offers.poll(10.0)
    offers.answered(2, 10.0)
    return offers


def test_one_offer_is_under_way_at_a_time() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    offers.change(1.0)
    assert offers.poll(5.0) is None
    assert not offers.answered(9, 5.0), "an answer to something else"
    assert offers.answered(1, 5.0) and not offers.answered(1, 5.0)
    assert offers.poll(5.0 + MAX_REST) == OfferDue(2, restart_ice=False)


def test_after_a_slow_answer_changes_are_collected_for_as_long_as_it_took() -> None:
    for took, rest in ((0.05, 0.05), (0.6, 0.6), (9.0, MAX_REST)):
        offers = OfferSchedule()
        offers.begin(0.0)
        offers.poll(0.0)
        offers.change(0.0)
        assert offers.answered(1, took)
        assert offers.deadline() == took + rest


def test_old_clients_answer_with_id_zero() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    assert offers.answered(0, 0.0)


def test_a_missing_answer_is_noticed() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    assert offers.poll(ANSWER_TIMEOUT - 0.01) is None
    assert offers.poll(ANSWER_TIMEOUT) == AnswerMissing()
    assert offers.deadline() is None


def test_nothing_is_due_while_suspended_and_a_resume_restarts_ice() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    offers.suspend()
    offers.change(1.0)
    assert offers.deadline() is None and offers.poll(100.0) is None
    offers.resume(100.0)
    assert not offers.answered(1, 100.0), "the answer was lost with the connection"
    assert offers.poll(100.0) == OfferDue(2, restart_ice=True)
    assert offers.answered(2, 100.0)
    offers.change(101.0)
    assert offers.poll(102.0) == OfferDue(3, restart_ice=False)


@given(st.lists(st.sampled_from(["change", "idle", "moved", "answer", "suspend", "resume", "wait"]), max_size=60))
def test_ids_grow_by_one_and_no_change_is_forgotten(steps: list[str]) -> None:
    offers, now, ids, changed = OfferSchedule(), 0.0, [0], False
    offers.begin(now)
    for step in [*steps, "resume", "answer", "wait", "wait", "answer", "wait", "wait"]:
        match step:
            case "change":
                offers.change(now)
                changed = True
            case "idle":
                offers.change(now, urgent=False)
            case "moved":
                offers.moved(now)
            case "answer":
                offers.answered(ids[-1], now)
            case "suspend":
                offers.suspend()
            case "resume":
                offers.resume(now)
            case "wait":
                now += 1.0
        due = offers.poll(now)
        if isinstance(due, OfferDue):
            ids.append(due.offer)
            changed = False
    assert ids == list(range(len(ids)))
    assert not changed


def test_many_offers_are_made_a_few_at_a_time_those_first_that_wait_longest() -> None:
    story = Story()
    people = [story.is_here(f"pupil {number}") for number in range(3 * OFFERS_AT_ONCE)]
    story.forget()
    waiting = list(reversed(people))
    for number, participant in enumerate(waiting):
        participant.offers.change(story.now + number * 0.001)
    story.now += 1.0
    for first in range(0, len(people), OFFERS_AT_ONCE):
        due = clockwork.deadline(story.room)
        assert due is not None and due <= story.now
        clockwork.poll(story.room, story.now)
        made = [offer.participant for offer in story.asked(MakeOffer)]
        assert made[first:] == [participant.sid for participant in waiting[first : first + OFFERS_AT_ONCE]]
    clockwork.poll(story.room, story.now)
    assert len(story.asked(MakeOffer)) == len(people)


def test_who_waits_for_a_first_picture_is_offered_it_before_all_others() -> None:
    story = Story()
    people = [story.is_here(f"pupil {number}") for number in range(2 * OFFERS_AT_ONCE)]
    for participant in people:
        participant.offers.change(story.now)
        participant.offers.poll(story.now)
        participant.offers.answered(0, story.now)
        participant.offers.change(story.now)
    story.now += 1.0
    story.forget()
    moved = people[-2:]
    for participant in moved:
        participant.offers.poll(story.now)
        participant.offers.answered(0, story.now)
        participant.offers.moved(story.now)
        participant.offers.change(story.now)
    clockwork.poll(story.room, story.now)
    made = [offer.participant for offer in story.asked(MakeOffer)]
    assert set(made[:2]) == {participant.sid for participant in moved}
