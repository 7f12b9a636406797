"""Who comes back from an outside provider: signed in, or into the wizard with what the provider knows."""

from datetime import date

import pytest

from identity.core.outside import OutsideIdentity
from identity.ports import Browser, Invitation
from tests.identity.world import FORM, OTHER_PHONE, PHONE, Person, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

KNOWN = OutsideIdentity("school", "42", PHONE, "Иванова", "Анна", "Сергеевна", date(1980, 5, 17), "female")
FROM = Browser("203.0.113.5", "Mozilla/5.0 (Windows NT 10.0) Firefox/143.0")


async def arrived(world: World, outside: OutsideIdentity, next_path: str = "/", attempt: str = "") -> Person:
    """A browser that has come back."""
    arrival = await world.identity.arriving.arrive(outside, FROM, attempt=attempt, next_path=next_path)
    assert bool(arrival.session) != bool(arrival.attempt)
    cookies = {"zvonok_profile": arrival.session} if arrival.session else {"zvonok_attempt": arrival.attempt}
    return Person(world, "203.0.113.5", cookies)


async def consent(person: Person) -> None:
    body = {"version": person.world.identity.profiles.consent_text.version, "accepted": True}
    assert (await person.done("POST", "/api/sign-in/consent", body))["step"] == "done"


async def test_a_new_person_checks_the_form_and_is_recognised_from_then_on(world: World) -> None:
    person = await arrived(world, KNOWN)
    state = await person.done("GET", "/api/sign-in")
    assert (state["step"], state["steps"]) == ("form", ["form", "consent", "done"])
    assert state["prefill"] == FORM
    await person.done("POST", "/api/sign-in/form", FORM)
    await consent(person)
    again = await world.identity.arriving.arrive(KNOWN, FROM, next_path="/call/call_1")
    assert (again.attempt, again.next) == ("", "/call/call_1")
    assert await Person(world, "", {"zvonok_profile": again.session}).profile_id() == await person.profile_id()
    assert world.sms.newest() == ()
    held = await world.identity.profiles.export(await person.profile_id())
    assert held["outside_providers"] == ["school"]
    assert "42" not in str(await person.profile()), "nothing of the outside identity is shown"


@pytest.mark.parametrize("phone", [None, "+74951234567", "+7912"])
async def test_without_a_verified_mobile_phone_it_is_asked_for(world: World, phone: str | None) -> None:
    person = await arrived(world, OutsideIdentity("school", "42", phone, "Иванова", "Анна"))
    state = await person.done("GET", "/api/sign-in")
    assert (state["step"], state["prefill"]) == ("phone", None)
    await person.done("POST", "/api/sign-in/phone", {"phone": PHONE})
    state = await person.done("POST", "/api/sign-in/code", {"code": await world.last_code()})
    assert (state["step"], state["prefill"]["family_name"], state["prefill"]["gender"]) == ("form", "Иванова", None)
    await person.done("POST", "/api/sign-in/form", FORM)
    await consent(person)
    assert (await world.identity.arriving.arrive(KNOWN, FROM)).session


async def test_the_profile_of_the_verified_phone_is_the_persons(world: World) -> None:
    owner = await world.person(PHONE)
    person = await arrived(world, KNOWN)
    assert await person.profile_id() == await owner.profile_id()


async def test_somebody_elses_account_leads_to_nobody_elses_profile(world: World) -> None:
    owner = await world.person(PHONE)
    await arrived(world, KNOWN)
    other = await arrived(world, OutsideIdentity("school", "43", OTHER_PHONE))
    assert (await other.done("GET", "/api/sign-in"))["step"] == "form"
    same_subject = await arrived(world, OutsideIdentity("elsewhere", "42"))
    assert (await same_subject.done("GET", "/api/sign-in"))["step"] == "phone"
    assert await owner.profile_id()


async def test_the_link_code_of_the_attempt_comes_along(world: World) -> None:
    class Links:
        async def invitation(self, code: str) -> Invitation | None:
            return Invitation("test" if code == "test" else "live")

    world.identity.entry.invitations = Links()
    for code in ("live", "test"):
        person = world.browser()
        await person.done("GET", f"/api/sign-in?next=/link/{code}&link={code}")
        attempt = person.cookies["zvonok_attempt"]
        back = await arrived(world, KNOWN, f"/link/{code}", attempt)
        state = await back.done("GET", f"/api/sign-in?link={code}")
        # An outside provider knows real people: the world of tests is not for them.
        assert state["step"] == ("form" if code == "live" else "phone")


async def test_only_our_own_pages_come_next(world: World) -> None:
    arrival = await world.identity.arriving.arrive(KNOWN, FROM, next_path="//evil.example")
    assert arrival.next == "/sign-in?next=/"
    arrival = await world.identity.arriving.arrive(KNOWN, FROM, next_path="/a?b=c&d=e")
    assert arrival.next == "/sign-in?next=/a%3Fb%3Dc%26d%3De"
