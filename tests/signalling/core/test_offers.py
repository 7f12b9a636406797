"""When offers are made."""

from hypothesis import given
from hypothesis import strategies as st

from signalling.core.offers import ANSWER_TIMEOUT, DEBOUNCE, AnswerMissing, OfferDue, OfferSchedule


def test_the_first_offer_is_due_at_once_and_changes_are_collected() -> None:
    offers = OfferSchedule()
    assert offers.deadline() is None
    offers.begin(10.0)
    assert offers.poll(10.0) == OfferDue(1, restart_ice=False)
    assert offers.answered(1)
    offers.change(11.0)
    offers.change(11.1)
    assert offers.poll(11.0 + DEBOUNCE / 2) is None
    assert offers.poll(11.0 + DEBOUNCE) == OfferDue(2, restart_ice=False)


def test_one_offer_is_under_way_at_a_time() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    offers.change(1.0)
    assert offers.poll(5.0) is None
    assert not offers.answered(9), "an answer to something else"
    assert offers.answered(1) and not offers.answered(1)
    assert offers.poll(5.0) == OfferDue(2, restart_ice=False)


def test_old_clients_answer_with_id_zero() -> None:
    offers = OfferSchedule()
    offers.begin(0.0)
    offers.poll(0.0)
    assert offers.answered(0)


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
    assert not offers.answered(1), "the answer was lost with the connection"
    assert offers.poll(100.0) == OfferDue(2, restart_ice=True)
    assert offers.answered(2)
    offers.change(101.0)
    assert offers.poll(102.0) == OfferDue(3, restart_ice=False)


@given(st.lists(st.sampled_from(["change", "answer", "suspend", "resume", "wait"]), max_size=60))
def test_ids_grow_by_one_and_no_change_is_forgotten(steps: list[str]) -> None:
    offers, now, ids, changed = OfferSchedule(), 0.0, [0], False
    offers.begin(now)
    for step in [*steps, "resume", "answer", "wait", "answer", "wait"]:
        match step:
            case "change":
                offers.change(now)
                changed = True
            case "answer":
                offers.answered(ids[-1])
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
