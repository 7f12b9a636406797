"""What attackers try at the sign-in: guessing, asking who is known, planted cookies, foreign pages, odd bodies."""

import asyncio
import json
from typing import Any

from sqlalchemy import select

from identity.config import IdentityConfig
from identity.core.codes import TRIES
from identity.core.limits import GUESSES_PHONE, PASSWORDS_PHONE, SENDS_PHONE
from identity.store.tables import ATTEMPTS, MESSAGES, PROFILE_SESSIONS
from tests.identity.world import FORM, OTHER_PHONE, PASSWORD, PHONE, Person, World, running
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

POSTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("POST", "/api/sign-in/phone", {"phone": PHONE}),
    ("POST", "/api/sign-in/resend", {}),
    ("POST", "/api/sign-in/code", {"code": "123456"}),
    ("POST", "/api/sign-in/password", {"password": PASSWORD}),
    ("POST", "/api/sign-in/back", {}),
    ("POST", "/api/sign-in/form", FORM),
    ("POST", "/api/sign-in/consent", {"version": "2026-11", "accepted": True}),
    ("PATCH", "/api/profile", {"given_name": "Вера"}),
    ("PUT", "/api/profile/password", {"new": PASSWORD}),
    ("DELETE", "/api/profile/password", {}),
    ("POST", "/api/profile/consent/withdraw", {}),
    ("DELETE", "/api/profile/devices/ses_1", {}),
    ("POST", "/api/profile/delete", {"confirm": "Иванова"}),
    ("POST", "/api/sign-out", {}),
    ("POST", "/api/sign-out-everywhere", {}),
)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_five_guesses_end_a_code_even_when_they_come_at_once(world: World) -> None:
    person = world.browser()
    await person.begin()
    code = await world.last_code()
    answers = await asyncio.gather(
        *(person.ask("POST", "/api/sign-in/code", {"code": wrong(code)}) for _ in range(4 * TRIES))
    )
    codes = [(await answer.json())["code"] for answer in answers]
    assert codes.count("code_wrong") == TRIES
    assert codes.count("too_many_tries") == 3 * TRIES
    assert (await person.refused("POST", "/api/sign-in/code", {"code": code}))["code"] == "too_many_tries"


async def test_guesses_count_for_the_phone_over_all_attempts(world: World) -> None:
    async def guess_all() -> list[str]:
        person = world.browser()
        answer = await person.ask("GET", "/api/sign-in")
        assert answer.status == 200
        sent = await person.ask("POST", "/api/sign-in/phone", {"phone": PHONE})
        if sent.status != 200:
            return [(await sent.json())["code"]]
        code = await world.last_code()
        return [
            (await person.refused("POST", "/api/sign-in/code", {"code": wrong(code)}))["code"] for _ in range(TRIES)
        ]

    seen = [code for _ in range(10) for code in await guess_all()]
    assert seen.count("code_wrong") <= GUESSES_PHONE[0].count
    assert len(world.sms.newest()) == SENDS_PHONE[0].count, "nobody's phone is filled with codes"
    world.clock.now += 3600.0 + 720.0  # of five messages at an hour's begin one is forgotten a fifth into the next
    assert (await world.browser().prove())["step"] == "form", "the owner gets in again soon"


async def test_messages_from_one_address_are_limited(database_url: str) -> None:
    async with running(database_url, IdentityConfig(codes_per_address=3)) as world:
        for number in range(3):
            await world.browser().begin(f"+7912345670{number}")
        person = world.browser()
        await person.done("GET", "/api/sign-in")
        refused = await person.ask("POST", "/api/sign-in/phone", {"phone": PHONE})
        assert refused.status == 429
        assert refused.headers["Retry-After"] == "4800"  # three at the hour's begin leave room a third into the next
        assert (await world.browser("203.0.113.77").begin())["step"] == "code", "others are not in the way"


async def test_a_known_and_an_unknown_phone_are_answered_alike(world: World) -> None:
    person = await world.person(PHONE)
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    for intent in ("continue", "create"):
        seen = []
        for phone in (PHONE, OTHER_PHONE):
            stranger = world.browser()
            first = await stranger.ask("GET", "/api/sign-in")
            second = await stranger.ask("POST", "/api/sign-in/phone", {"phone": phone, "intent": intent})
            third = await stranger.ask("POST", "/api/sign-in/password", {"password": "x" * 12})
            fourth = await stranger.ask("POST", "/api/sign-in/code", {"code": wrong(await world.last_code(phone))})
            answers = (first, second, third, fourth)
            seen.append([(answer.status, sorted(answer.headers), await plain(answer)) for answer in answers])
        assert seen[0] == seen[1]


async def plain(answer: Any) -> dict[str, Any]:
    """The body without what differs at every request."""
    body: dict[str, Any] = await answer.json()
    return {name: value for name, value in body.items() if name not in ("phone", "request_id")}


async def test_passwords_of_a_phone_are_tried_a_few_times_an_hour(world: World) -> None:
    person = await world.person()
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    for phone in (PHONE, OTHER_PHONE):
        stranger = world.browser()
        await stranger.done("GET", "/api/sign-in")
        answers = await asyncio.gather(
            *(
                stranger.ask("POST", "/api/sign-in/password", {"phone": phone, "password": f"wrong {number}"})
                for number in range(PASSWORDS_PHONE[0].count + 5)
            )
        )
        codes = sorted([(await answer.json())["code"] for answer in answers])
        assert codes == ["password_wrong"] * PASSWORDS_PHONE[0].count + ["too_many_tries"] * 5
    assert (await stranger.refused("POST", "/api/sign-in/password", {"phone": PHONE, "password": PASSWORD}))[
        "code"
    ] == "too_many_tries"


async def test_a_planted_attempt_gets_nothing_of_what_its_victim_proves(world: World) -> None:
    attacker = world.browser()
    await attacker.done("GET", "/api/sign-in")
    victim = world.browser()
    victim.cookies = dict(attacker.cookies)
    await victim.begin()
    await victim.done("POST", "/api/sign-in/code", {"code": await world.last_code()})
    assert (await attacker.refused("POST", "/api/sign-in/form", FORM))["code"] == "step_other"
    assert (await attacker.done("GET", "/api/sign-in"))["step"] == "phone"
    await victim.done("POST", "/api/sign-in/form", FORM)
    body = {"version": world.identity.profiles.consent_text.version, "accepted": True}
    await victim.done("POST", "/api/sign-in/consent", body)
    assert (await attacker.refused("GET", "/api/profile"))["code"] == "session_missing"


async def test_a_planted_session_is_replaced_at_sign_in(world: World) -> None:
    attacker = await world.person(OTHER_PHONE)
    planted = attacker.cookies["zvonok_profile"]
    victim = await world.person(PHONE)
    victim.cookies["zvonok_profile"] = "planted-by-somebody"
    await victim.prove()
    assert victim.cookies["zvonok_profile"] not in ("planted-by-somebody", planted)


async def test_a_code_works_in_the_browser_that_asked_for_it_only_and_once(world: World) -> None:
    person = world.browser()
    await person.begin()
    code = await world.last_code()
    before = dict(person.cookies)
    other = world.browser()
    await other.begin(OTHER_PHONE)
    if code != await world.last_code(OTHER_PHONE):
        assert (await other.refused("POST", "/api/sign-in/code", {"code": code}))["code"] == "code_wrong"
    await person.done("POST", "/api/sign-in/code", {"code": code})
    replay = Person(world, person.address, before)
    assert (await replay.refused("POST", "/api/sign-in/code", {"code": code}))["code"] == "step_other"
    again = await asyncio.gather(*(person.ask("POST", "/api/sign-in/code", {"code": code}) for _ in range(3)))
    assert {answer.status for answer in again} == {409}


async def test_foreign_pages_change_nothing(world: World) -> None:
    person = await world.person()
    for method, path, body in POSTS:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
        ):
            answer = await person.ask(method, path, body, headers=headers)
            assert (answer.status, (await answer.json())["code"]) == (403, "origin_foreign"), path
    assert (await person.profile())["given_name"] == "Анна"


async def test_odd_bodies_are_refused(world: World) -> None:
    person = await world.person()
    for method, path, body in POSTS:
        for raw, status in (
            (b"{", 400),
            (b"\xff\xfe", 400),
            (b"[]", 422),
            (b"null", 422),
            (json.dumps({**body, "world": "test", "id": "prf_x"}).encode(), 422),
            (json.dumps({**body, "x": "y" * 5000}).encode(), 413),
        ):
            answer = await person.ask(method, path, raw=raw)
            assert answer.status == status, (path, raw[:20])
            assert answer.content_type == "application/problem+json"
        assert (await person.ask(method, path, raw=b"[" * 3000)).status in (400, 422)
    assert await person.profile_id()


async def test_without_a_session_there_is_no_profile(world: World) -> None:
    paths = [*POSTS[7:13], ("GET", "/api/profile/devices", None), ("GET", "/api/profile/export", None)]
    for method, path, body in paths:
        for cookies in ({}, {"zvonok_profile": "x" * 43}, {"zvonok_profile": ""}, {"zvonok_session": "x"}):
            stranger = Person(world, "203.0.113.9", dict(cookies))
            assert (await stranger.refused(method, path, body))["code"] == "session_missing", path


async def test_nothing_secret_is_in_the_database(world: World) -> None:
    person = await world.person()
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    other = world.browser()
    await other.begin(OTHER_PHONE)
    code = await world.last_code(OTHER_PHONE)
    async with world.database.read() as connection:
        rows = [
            str(tuple(row))
            for table in (ATTEMPTS, PROFILE_SESSIONS, MESSAGES)
            for row in await connection.execute(select(table))
        ]
    text = " ".join(rows)
    for secret in (*person.cookies.values(), *other.cookies.values(), PASSWORD, code):
        assert secret not in text


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    person = world.browser()
    answer = await person.ask("GET", "/api/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"
