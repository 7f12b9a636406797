"""The wizard as browsers meet it: from a phone to a session."""

import asyncio

from identity.core.attempts import ATTEMPT_SECONDS
from identity.core.codes import CODE_SECONDS, TRIES
from identity.ports import Invitation
from tests.identity.world import CHILD, FORM, OTHER_PHONE, PASSWORD, PHONE, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def test_a_new_person_goes_through_every_step_once(world: World) -> None:
    person = world.browser()
    state = await person.done("GET", "/api/sign-in?next=/call/call_1")
    assert (state["step"], state["next"], state["support"]) == ("phone", "/call/call_1", "кабинет 12")
    state = await person.done("POST", "/api/sign-in/phone", {"phone": "8 (912) 345-67-89", "intent": "create"})
    assert (state["step"], state["phone"]) == ("code", "+7 912 ***-**-89")
    assert state["steps"] == ["phone", "code", "form", "consent", "done"]
    assert (state["tries_left"], state["resend_at"]) == (TRIES, "2026-01-26T09:01:00Z")
    state = await person.done("POST", "/api/sign-in/code", {"code": await world.last_code()})
    assert (state["step"], state["prefill"]) == ("form", None)
    state = await person.done("POST", "/api/sign-in/form", FORM)
    assert (state["step"], state["consent"]["for"]) == ("consent", "self")
    assert "Школе № 1" in state["consent"]["text"]
    body = {"version": state["consent"]["version"], "accepted": True}
    state = await person.done("POST", "/api/sign-in/consent", body)
    assert (state["step"], state["next"]) == ("done", "/call/call_1")
    assert "zvonok_attempt" not in person.cookies
    profile = await person.profile()
    assert {name: profile[name] for name in FORM} == FORM
    assert (profile["phone"], profile["has_password"]) == ("+7 912 ***-**-89", False)
    assert (profile["consent"]["state"], profile["consent"]["by"]) == ("given", "self")
    assert (await person.done("GET", "/api/sign-in?next=/x"))["step"] == "done"


async def test_a_known_person_needs_the_code_only(world: World) -> None:
    first = await world.person()
    second = world.browser()
    state = await second.begin()
    assert state["steps"] == ["phone", "code", "done"]
    state = await second.done("POST", "/api/sign-in/code", {"code": await world.last_code()})
    assert state["step"] == "done"
    assert await second.profile_id() == await first.profile_id()


async def test_create_shows_a_known_person_the_form_to_check(world: World) -> None:
    first = await world.person()
    second = world.browser()
    state = await second.prove(intent="create")
    assert (state["step"], state["steps"]) == ("form", ["phone", "code", "form", "done"])
    assert state["prefill"] == FORM
    state = await second.done("POST", "/api/sign-in/form", {**FORM, "family_name": "Петрова"})
    assert state["step"] == "done"
    assert (await first.profile())["family_name"] == "Петрова", "one phone, one profile"


async def test_continue_without_a_profile_leads_to_the_form_after_the_code(world: World) -> None:
    state = await world.browser().prove(intent="continue")
    assert state["steps"] == ["phone", "code", "form", "consent", "done"]


async def test_of_two_browsers_that_make_the_same_profile_both_are_in_it(world: World) -> None:
    browsers = [world.browser(), world.browser()]
    for one in browsers:
        await one.prove(intent="create")
        await one.done("POST", "/api/sign-in/form", FORM)
    body = {"version": world.identity.profiles.consent_text.version, "accepted": True}
    answers = await asyncio.gather(*(one.ask("POST", "/api/sign-in/consent", body) for one in browsers))
    assert {answer.status for answer in answers} == {200}
    assert len({await one.profile_id() for one in browsers}) == 1


async def test_a_child_is_told_that_a_parent_will_be_asked(world: World) -> None:
    child = world.browser()
    await child.prove(intent="create")
    state = await child.done("POST", "/api/sign-in/form", CHILD)
    assert state["consent"]["for"] == "parent_needed"
    await child.done("POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True})
    consent = (await child.profile())["consent"]
    assert consent == {"state": "parent_needed", "version": None, "at": None, "by": None}
    assert (await world.browser().prove())["step"] == "done", "the child is not asked again"


async def test_back_leads_step_by_step_to_the_phone(world: World) -> None:
    person = world.browser()
    await person.begin()
    state = await person.done("POST", "/api/sign-in/back")
    assert (state["step"], state["phone"]) == ("phone", None)
    state = await person.done("POST", "/api/sign-in/phone", {"phone": PHONE, "intent": "create"})
    assert (state["step"], len(await sent(world))) == ("code", 1), "the same phone again gets no second message"
    await person.done("POST", "/api/sign-in/code", {"code": await world.last_code()})
    await person.done("POST", "/api/sign-in/form", FORM)
    assert (await person.done("POST", "/api/sign-in/back"))["step"] == "form"
    assert (await person.done("POST", "/api/sign-in/back"))["step"] == "phone"
    assert (await person.refused("POST", "/api/sign-in/form", FORM))["code"] == "step_other"


async def test_another_phone_gets_its_own_code(world: World) -> None:
    person = world.browser()
    await person.begin(PHONE)
    old = await world.last_code(PHONE)
    await person.begin(OTHER_PHONE)
    if old != await world.last_code(OTHER_PHONE):
        assert (await person.refused("POST", "/api/sign-in/code", {"code": old}))["code"] == "code_wrong"
    await person.done("POST", "/api/sign-in/code", {"code": await world.last_code(OTHER_PHONE)})


async def test_a_message_may_be_asked_for_again_with_growing_delays(world: World) -> None:
    person = world.browser()
    await person.begin()
    await sent(world)
    for delay in (60, 120, 300, 900):
        early = await person.refused("POST", "/api/sign-in/resend")
        assert (early["code"], early["retry_after"]) == ("too_many_tries", delay)
        world.clock.now += delay - 1
        assert (await person.refused("POST", "/api/sign-in/resend"))["retry_after"] == 1
        world.clock.now += 1
        await person.done("POST", "/api/sign-in/resend")
        await sent(world)
    assert len(world.sms.newest()) == 5


async def test_a_code_is_good_for_ten_minutes(world: World) -> None:
    person = world.browser()
    await person.begin()
    code = await world.last_code()
    world.clock.now += CODE_SECONDS
    assert (await person.refused("POST", "/api/sign-in/code", {"code": code}))["code"] == "code_expired"
    await person.done("POST", "/api/sign-in/resend")
    assert (await person.done("POST", "/api/sign-in/code", {"code": await world.last_code()}))["step"] == "form"


async def test_a_code_may_be_pasted_as_it_was_sent(world: World) -> None:
    person = world.browser()
    await person.begin()
    code = await world.last_code()
    state = await person.done("POST", "/api/sign-in/code", {"code": f" {code[:3]}-{code[3:]} "})
    assert state["step"] == "form"


async def test_an_attempt_ends_after_half_an_hour(world: World) -> None:
    person = world.browser()
    await person.prove()
    world.clock.now += ATTEMPT_SECONDS
    refused = await person.refused("POST", "/api/sign-in/form", FORM)
    assert (refused["code"], refused["state"]["step"]) == ("step_other", "phone")
    assert (await person.done("GET", "/api/sign-in"))["step"] == "phone"


async def test_a_password_takes_the_place_of_the_code_in_a_known_browser(world: World) -> None:
    person = await world.person()
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    await person.done("POST", "/api/sign-out")
    count = len(await sent(world))
    state = await person.begin()
    assert (state["step"], state["steps"]) == ("password", ["phone", "password", "done"])
    assert len(await sent(world)) == count
    assert (await person.refused("POST", "/api/sign-in/password", {"password": "x" * 12}))["code"] == "password_wrong"
    assert (await person.done("POST", "/api/sign-in/password", {"password": PASSWORD}))["step"] == "done"
    assert (await person.profile())["has_password"] is True


async def test_a_code_may_be_had_instead_of_the_password(world: World) -> None:
    person = await world.person()
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    await person.done("POST", "/api/sign-out")
    await person.begin()
    assert (await person.done("POST", "/api/sign-in/resend"))["step"] == "code"
    assert (await person.done("POST", "/api/sign-in/code", {"code": await world.last_code()}))["step"] == "done"


async def test_a_password_may_be_entered_in_any_browser(world: World) -> None:
    person = await world.person()
    await person.done("PUT", "/api/profile/password", {"new": PASSWORD})
    other = world.browser()
    assert (await other.begin())["step"] == "code", "a strange browser cannot tell that there is a password"
    state = await other.done("POST", "/api/sign-in/password", {"phone": "89123456789", "password": PASSWORD})
    assert state["step"] == "done"


async def test_the_test_world_has_one_code_and_sends_nothing(world: World) -> None:
    class Links:
        async def invitation(self, code: str) -> Invitation | None:
            return Invitation("test") if code == "4F7-K2M" else None

    world.identity.entry.invitations = Links()
    live = await world.person()
    person = world.browser()
    await person.begin(intent="create", query="?link=4F7-K2M")
    assert (await person.done("POST", "/api/sign-in/code", {"code": "000000"}))["step"] == "form"
    state = await person.done("POST", "/api/sign-in/form", FORM)
    await person.done("POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True})
    assert len(await sent(world)) == 1
    assert await person.profile_id() != await live.profile_id(), "the same phone in another world is another profile"
    profile = await world.identity.profiles.get(await person.profile_id())
    assert profile is not None and profile.world == "test"


async def test_the_owner_of_a_split_profile_completes_it(world: World) -> None:
    parent = await world.person(PHONE, CHILD)
    old = await parent.profile_id()
    form = (await world.identity.profiles.get(old)).form  # type: ignore[union-attr]
    async with world.database.write() as connection:
        made = await world.identity.profiles.split(connection, old, form, by="prf_admin")

    class Links:
        async def invitation(self, code: str) -> Invitation | None:
            return Invitation("live", made)

    world.identity.entry.invitations = Links()
    child = world.browser()
    state = await child.prove(OTHER_PHONE, "continue", "?link=abc")
    assert (state["step"], state["prefill"]["given_name"]) == ("form", "Илья")
    state = await child.done("POST", "/api/sign-in/form", CHILD)
    await child.done("POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True})
    assert await child.profile_id() == made
    # The phone's owner was signed out, and checks the form: until now it was the child's.
    assert (await parent.refused("GET", "/api/profile"))["code"] == "session_missing"
    state = await parent.prove(PHONE)
    assert (state["step"], state["steps"]) == ("form", ["phone", "code", "form", "done"])
    state = await parent.done("POST", "/api/sign-in/form", FORM)
    assert (state["step"], state["consent"]["for"]) == ("consent", "self"), "an adult consents anew"


async def test_signing_in_leads_to_our_own_pages_only(world: World) -> None:
    for asked in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\\b", "javascript:x", "/x\r\ny", "x"):
        state = await (await world.client.get("/api/sign-in", params={"next": asked})).json()
        assert state["next"] == "/", asked


async def sent(world: World) -> list[str]:
    await world.identity.messages.send_due()
    return [message.text for message in world.sms.newest()]
