"""The bridge's rules without any shell around them."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.core.claims import ROLES
from journal_bridge.core import admission, calls, cursors, idempotency, titles, week
from journal_bridge.core.admission import Standing
from journal_bridge.core.calls import Action
from journal_bridge.core.cursors import Cursor
from journal_bridge.core.idempotency import ABANDONED_SECONDS, KEEP_SECONDS, Stored
from journal_bridge.core.problems import KINDS, ProblemError
from journal_bridge.core.records import Call, Named, Status

NOON = datetime(2026, 1, 26, 9, 0, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")


def call(**changes: object) -> Call:
    values: dict[str, object] = {
        "id": "call_1",
        "ext_id": "lesson-1",
        "journal": "jrn_1",
        "school": Named("sch_1", "s1", "Школа"),
        "class_": Named("cls_1", "7v", "7В"),
        "subject": Named("sub_1", "algebra", "Алгебра"),
        "teacher": Named("per_1", "t15", "Иванова Анна"),
        "lesson_no": 1,
        "own_title": None,
        "starts_at": NOON,
        "ends_at": None,
        "status": "planned",
        "started_at": None,
        "ended_at": None,
        "deleted": False,
        "created_at": NOON,
        "updated_at": NOON,
        "tz": "Europe/Moscow",
    }
    return Call(**{**values, **changes})  # type: ignore[arg-type]


def test_every_status_answers_every_action() -> None:
    for status, action in product(get_args(Status), get_args(Action)):
        try:
            following = calls.after(status, action)
        except ProblemError as problem:
            assert problem.code == calls.REFUSALS[status]
        else:
            # Nothing leads back: a call that has run never waits again.
            order = get_args(Status)
            assert order.index(following) >= order.index(status)
            assert calls.after(following, action) == following


def test_a_slot_is_shared_by_class_and_subject_or_by_teacher() -> None:
    other = call(class_=Named("cls_2", "8a", "8А"))
    assert calls.slot(call(), "subject") != calls.slot(other, "subject")
    assert calls.slot(call(), "teacher") == calls.slot(other, "teacher")


@pytest.mark.parametrize(
    ("changes", "title", "full"),
    [
        ({}, "Онлайн-урок №1, Алгебра", "Онлайн-урок 7В · №1, Алгебра - 26.01 12:00"),
        ({"own_title": "Контрольная"}, "Контрольная", "Контрольная · 7В · №1, Алгебра - 26.01 12:00"),
        (
            {"starts_at": NOON + timedelta(hours=12)},
            "Онлайн-урок №1, Алгебра",
            "Онлайн-урок 7В · №1, Алгебра - 27.01 00:00",
        ),
    ],
)
def test_titles_are_the_words_people_know(changes: dict[str, object], title: str, full: str) -> None:
    assert titles.title(call(**changes)) == title
    assert titles.full_title(call(**changes), MOSCOW) == full


def test_only_teachers_administer_and_strangers_stay_outside() -> None:
    for role, holds, teaches, learns, child in product(ROLES, *[(False, True)] * 4):
        standing = Standing(role, holds, teaches, learns, child)
        if admission.administers(standing):
            assert role == "teacher" and admission.admitted(standing)
    for role in ROLES:
        assert not admission.admitted(Standing(role, False, False, False, False))
    # A pupil who is written into the roster as somebody's teacher by mistake gains nothing.
    assert not admission.admitted(Standing("student", True, True, False, True))
    assert not admission.admitted(Standing("parent", True, True, True, False))


@given(st.datetimes(datetime(2000, 1, 1), datetime(2199, 1, 1)), st.from_regex(r"call_[a-z2-7]{16}", fullmatch=True))
def test_a_cursor_comes_back_as_it_went(starts_at: datetime, call_id: str) -> None:
    cursor = Cursor(starts_at.replace(tzinfo=UTC), call_id)
    assert cursors.decode(cursors.encode(cursor)) == cursor


@pytest.mark.parametrize("place", ["0001-01-01T00:00:00+14:00 call_1", "2026-01-26 call_1", "2026-01-26T09:00Z a\x00b"])
def test_a_forged_cursor_is_refused(place: str) -> None:
    with pytest.raises(ProblemError):
        cursors.decode(urlsafe_b64encode(place.encode()).decode())


@given(st.text())
def test_any_other_text_is_no_cursor_or_a_place(text: str) -> None:
    try:
        assert cursors.decode(text).starts_at.tzinfo is not None
    except ProblemError as problem:
        assert problem.code == "cursor_invalid"


@pytest.mark.parametrize(
    ("stored", "asked", "now", "outcome"),
    [
        (None, "a", 0.0, "run"),
        (Stored("a", 0.0), "a", ABANDONED_SECONDS - 1, "idempotency_in_progress"),
        (Stored("a", 0.0), "a", ABANDONED_SECONDS, "run"),
        (Stored("a", 0.0), "b", 1.0, "idempotency_key_reused"),
        (Stored("a", 0.0, 201), "a", KEEP_SECONDS - 1, "replay"),
        (Stored("a", 0.0, 201), "b", KEEP_SECONDS - 1, "idempotency_key_reused"),
        (Stored("a", 0.0, 201), "b", KEEP_SECONDS, "run"),
    ],
)
def test_a_repeated_request_is_known(stored: Stored | None, asked: str, now: float, outcome: str) -> None:
    try:
        found = "replay" if idempotency.replay(stored, asked, now) else "run"
    except ProblemError as problem:
        found = problem.code
    assert found == outcome


def test_requests_differ_by_method_path_and_body() -> None:
    prints = {idempotency.fingerprint(*request) for request in product(("POST", "PUT"), ("/a", "/b"), (b"", b"{}"))}
    assert len(prints) == 8


@given(
    st.dates(date(2001, 1, 1), date(2198, 1, 1)),
    st.lists(st.tuples(st.integers(-30, 240), st.sampled_from(["Europe/Moscow", "Asia/Kamchatka", "America/Adak"]))),
)
def test_a_week_holds_exactly_the_lessons_of_its_seven_dates(start: date, hours: list[tuple[int, str]]) -> None:
    first = datetime(start.year, start.month, start.day, tzinfo=UTC)
    planned = [call(id=f"call_{n}", starts_at=first + timedelta(hours=h), tz=tz) for n, (h, tz) in enumerate(hours)]
    zones = {tz: ZoneInfo(tz) for _, tz in hours}
    lines = week.lessons(planned, start, zones, {})
    expected = {one.id for one in planned if 0 <= (one.starts_at.astimezone(ZoneInfo(one.tz)).date() - start).days < 7}
    assert {line.call.id for line in lines} == expected
    assert [line.call.starts_at for line in lines] == sorted(line.call.starts_at for line in lines)
    since, until = week.bounds(start)
    assert all(since <= line.call.starts_at < until for line in lines)


def test_every_refusal_of_a_rule_has_its_line_in_the_table() -> None:
    assert set(calls.REFUSALS.values()) <= set(KINDS)
    for code, kind in KINDS.items():
        assert 400 <= kind.status < 600
        assert code == code.lower()
