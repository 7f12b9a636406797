"""The rules of signing in, as values."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.core import agents, codes, consents, limits, passwords, phones, wizard
from identity.core.attempts import link_code, own_path
from identity.core.consents import Consent
from identity.core.gateways import Template, template_problems
from identity.core.problems import ProblemError
from identity.core.profiles import Form, age, checked
from identity.core.wizard import Progress

TODAY = date(2026, 1, 26)


@pytest.mark.parametrize(
    "typed",
    ["8 (912) 345-67-89", "79123456789", "+7 912 345-67-89", "9123456789", " +7\u00a0(912)\u2011345 67 89".strip()],
)
def test_a_mobile_phone_is_read_however_it_is_written(typed: str) -> None:
    assert phones.parse(typed, "RU") == "+79123456789"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "phone_invalid"),
        ("12", "phone_invalid"),
        ("8-912-FLOWERS", "phone_invalid"),
        ("+7912345678900000", "phone_invalid"),
        ("9" * 41, "phone_invalid"),
        ("+7 912 345 67 89 ext. 5", "phone_invalid"),
        ("٨٩١٢٣٤٥٦٧٨٩", "phone_invalid"),
        ("8 800 555-35-35", "phone_not_mobile"),
        ("+7 495 123-45-67", "phone_not_mobile"),
    ],
)
def test_what_cannot_get_a_code_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        phones.parse(typed, "RU")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("phone", "shown"), [("+79123456789", "+7 912 ***-**-89"), ("+375291234567", "+375 29 1**-**-67")]
)
def test_a_masked_phone_shows_its_ends(phone: str, shown: str) -> None:
    assert phones.masked(phone) == shown


def test_codes_are_six_digits_and_sealed_for_one_attempt() -> None:
    assert codes.make("live", bytes(8)) == "000000"
    assert codes.make("live", b"\xff" * 8) == f"{(2**64 - 1) % 10**6:06}"
    assert codes.make("test", b"\xff" * 8) == codes.TEST_CODE
    sealed = codes.seal("secret", "123456")
    assert codes.fits(sealed, "secret", "123456")
    assert not codes.fits(sealed, "other", "123456")
    assert not codes.fits(sealed, "secret", "123457")
    assert [codes.resend_delay(sends) for sends in (1, 2, 3, 4, 5)] == [60.0, 120.0, 300.0, 900.0, 900.0]


def test_every_attempt_has_a_step_and_ends_with_done() -> None:
    flags = (False, True)
    for intent, *rest in product(("", "continue", "create"), *[flags] * 7):
        progress = Progress(intent, *rest)
        assert wizard.steps(progress)[-1] == "done"
        step = wizard.current(progress)
        assert step in wizard.steps(progress)
        if not progress.proved:
            assert step in ("phone", "code", "password", "form", "consent", "done")
            assert progress.by_outside or step in ("phone", "code", "password"), "nothing without a proof"


@pytest.mark.parametrize(
    ("progress", "steps", "step"),
    [
        (Progress(), ("phone", "code", "done"), "phone"),
        (Progress("create"), ("phone", "code", "form", "consent", "done"), "code"),
        (Progress("continue", ask_password=True), ("phone", "password", "done"), "password"),
        (Progress("continue", proved=True), ("phone", "code", "form", "consent", "done"), "form"),
        (Progress("continue", proved=True, known=True), ("phone", "code", "done"), "done"),
        (Progress("create", proved=True, known=True), ("phone", "code", "form", "done"), "form"),
        (Progress("continue", proved=True, known=True, check_form=True), ("phone", "code", "form", "done"), "form"),
        (
            Progress("continue", proved=True, known=True, consent_open=True),
            ("phone", "code", "consent", "done"),
            "consent",
        ),
        (Progress("continue", proved=True, by_outside=True), ("form", "consent", "done"), "form"),
        (Progress("continue", proved=True, by_outside=True, known=True), ("done",), "done"),
    ],
)
def test_steps_that_are_done_are_left_out(progress: Progress, steps: tuple[str, ...], step: str) -> None:
    assert (wizard.steps(progress), wizard.current(progress)) == (steps, step)


def consent(at: float, *, withdrawn: bool = False, version: str = "2026-11", by: str = "prf_1") -> Consent:
    return Consent(f"cns_{at}", "prf_1", by, version, at, at + 1 if withdrawn else None)


@pytest.mark.parametrize(
    ("known", "birth_date", "state"),
    [
        ([], date(1980, 1, 1), "missing"),
        ([], date(2012, 1, 27), "parent_needed"),
        ([], date(2012, 1, 26), "missing"),
        ([consent(1)], date(1980, 1, 1), "given"),
        ([consent(1, by="prf_2")], date(2014, 1, 1), "given"),
        ([consent(1, version="2025-01")], date(1980, 1, 1), "missing"),
        ([consent(1, version="2025-01")], date(2014, 1, 1), "parent_needed"),
        ([consent(1, withdrawn=True)], date(1980, 1, 1), "withdrawn"),
        ([consent(1, withdrawn=True), consent(2)], date(1980, 1, 1), "given"),
        ([consent(1), consent(2, withdrawn=True)], date(1980, 1, 1), "withdrawn"),
    ],
)
def test_the_newest_consent_counts(known: list[Consent], birth_date: date, state: str) -> None:
    assert consents.state(known, "2026-11", birth_date, TODAY) == state


def form(**changes: object) -> Form:
    values = {
        "family_name": "Иванова",
        "given_name": "Анна",
        "patronymic": None,
        "birth_date": date(1980, 5, 17),
        "gender": "female",
    }
    return Form(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["Римский-Корсаков", "Анна  Мария", "д’Артаньян", "O'Brien", "Йо\u0308лкин", "Ли", "Ё"]
)
def test_real_names_are_accepted(name: str) -> None:
    assert checked(form(family_name=f" {name} "), TODAY).family_name == " ".join(name.split()).replace("о\u0308", "ӧ")


@pytest.mark.parametrize("name", ["", "Анна1", "-", "a--b--c-", "<script>", "Анна\n\0", "😀", "Иванова; --", "А" * 61])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ProblemError, match="name"):
        checked(form(given_name=name), TODAY)


def test_ages_count_whole_years() -> None:
    assert age(date(2012, 1, 26), TODAY) == 14
    assert age(date(2012, 1, 27), TODAY) == 13
    assert age(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert checked(form(patronymic="  "), TODAY).patronymic is None


@pytest.mark.parametrize(
    "weak",
    ["123456789", "x" * 129, "aaaabbbbcc", "Password2024!", "0987654321", "abcdefghijk", "89123456789", "+79123456789"],
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(ProblemError, match=r"password|phone"):
        passwords.check(weak, "+79123456789")


def test_a_long_phrase_is_a_good_password() -> None:
    passwords.check("correct horse battery", "+79123456789")
    passwords.check("лодка 1957 у пирса", None)


@pytest.mark.parametrize(
    ("agent", "title"),
    [
        ("", "Неизвестное устройство"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 YaBrowser/25.8 Safari/537.36", "Яндекс Браузер, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari, macOS"),
        ("<script>alert(1)</script>", "Неизвестное устройство"),
    ],
)
def test_devices_have_short_titles(agent: str, title: str) -> None:
    assert agents.title(agent) == title


def test_a_network_is_counted_as_one_place() -> None:
    assert limits.network("203.0.113.5") == "203.0.113.5"
    assert limits.network("2001:db8:1:2:3:4:5:6") == limits.network("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert limits.network("::ffff:203.0.113.5") == "203.0.113.5"
    assert limits.network("") == ""


def test_a_change_of_windows_gives_nobody_twice_as_much() -> None:
    limit = limits.Limit("ten an hour", 10, limits.HOUR)
    one, two = (limits.counter(limit, "+7", now) for now in (3599.0, 3600.0))
    assert (one.key, one.expires_at, two.expires_at) == (two.key_before, 7200.0, 10800.0)
    assert (one.room(0), two.room(10), two.room(4)) == (10, 0, 6)
    assert [limits.counter(limit, "+7", 3600.0 + later).room(10) for later in (359.0, 360.0, 1800.0)] == [0, 1, 5]


@given(st.integers(1, 50), st.integers(0, 3599), st.integers(0, 60), st.integers(0, 60))
def test_who_waits_as_long_as_they_are_told_gets_one_more(most: int, at: int, before: int, extra: int) -> None:
    limit = limits.Limit("x", most, limits.HOUR)
    before = min(before, most)
    refused = limits.counter(limit, "+7", 7200.0 + at)
    room = refused.room(before)
    count = min(most, room + extra)
    wait = refused.wait(before, count)
    later = limits.counter(limit, "+7", 7200.0 + at + wait)
    counts = {refused.key_before: before, refused.key: count}
    assert 0 <= wait <= 2 * limits.HOUR
    assert counts.get(later.key, 0) < later.room(counts.get(later.key_before, 0))


@pytest.mark.parametrize("asked", ["/", "/call/call_1?x=%20y", "/link/4F7-K2M"])
def test_own_paths_are_kept(asked: str) -> None:
    assert own_path(asked) == asked


@pytest.mark.parametrize("asked", ["", "//x", "/\\x", "/a b", "/ü", "http://x", "/" + "x" * 500, "/\n", "\\\\x"])
def test_other_places_are_not(asked: str) -> None:
    assert own_path(asked) == "/"
    assert link_code("a b") is None and link_code("x" * 41) is None and link_code("4F7-K2M") == "4F7-K2M"


GOOD = Template("https://sms.example/send", "POST", (), "json", '{"to":"{phone}","text":"{text}"}', "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"url": "http://127.0.0.1:8080/"}, None),
        ({"url": "http://sms.example/send"}, "url must be"),
        ({"url": "https://"}, "url must be"),
        ({"url": "https://[x"}, "url must be"),
        ({"headers": ("Authorization",)}, "headers must be"),
        ({"headers": ("X: y\r\nZ: a",)}, "headers must be"),
        ({"body": '{"to":"{phone}"}'}, "must hold {text}"),
        ({"body": '{"text":"{text}"}'}, "must hold {text}"),
        ({"body": "{phone}{text}"}, "must be JSON"),
    ],
)
def test_a_gateways_template_is_checked_before_it_is_needed(changes: dict[str, object], said: str | None) -> None:
    template = Template(**{**{name: getattr(GOOD, name) for name in Template.__slots__}, **changes})  # type: ignore[arg-type]
    found = template_problems(template)
    assert (found == []) if said is None else said in found[0]
