"""The profile's owner at work: form, password, devices, consent, export, farewell."""

from identity.core.profile_sessions import IDLE_SECONDS, TOTAL_SECONDS
from tests.identity.world import FORM, OTHER_PHONE, PASSWORD, PHONE, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


async def test_the_owner_corrects_the_form(world: World) -> None:
    person = await world.person()
    changed = await person.done("PATCH", "/api/profile", {"given_name": "Анна-Мария", "patronymic": None})
    assert (changed["given_name"], changed["patronymic"], changed["family_name"]) == ("Анна-Мария", None, "Иванова")


WRONG = (
    ("family_name", "Иванова2", "not_a_name"),
    ("family_name", "   ", "not_a_name"),
    ("given_name", "<b>", "not_a_name"),
    ("given_name", "А" * 61, "too_long"),
    ("birth_date", "2024-01-01", "implausible"),
    ("birth_date", "1890-01-01", "implausible"),
    ("birth_date", "1980-02-30", "invalid"),
    ("gender", "unknown", "invalid"),
    ("phone", OTHER_PHONE, "unknown"),
)


async def test_an_implausible_form_is_refused_by_its_field(world: World) -> None:
    person = await world.person()
    for field, value, code in WRONG:
        refused = await person.refused("PATCH", "/api/profile", {field: value})
        assert [(error["field"], error["code"]) for error in refused["errors"]] == [(field, code)]
    assert (await person.profile())["family_name"] == FORM["family_name"]


async def test_a_new_password_signs_every_other_browser_out(world: World) -> None:
    first = await world.person()
    second = world.browser()
    await second.prove()
    await first.done("PUT", "/api/profile/password", {"new": PASSWORD})
    assert (await second.refused("GET", "/api/profile"))["code"] == "session_missing"
    refused = await first.refused("PUT", "/api/profile/password", {"new": PASSWORD + "!"})
    assert refused["code"] == "password_wrong", "the old one is asked for"
    await first.done("PUT", "/api/profile/password", {"new": PASSWORD + "!", "old": PASSWORD})
    await first.done("DELETE", "/api/profile/password")
    assert (await first.profile())["has_password"] is False


async def test_a_weak_password_is_refused(world: World) -> None:
    person = await world.person()
    for weak in ("short", "9123456789", "aaaaaaaaaaaa", "password123", "1234567890", "йцукенгшщз"):
        assert (await person.refused("PUT", "/api/profile/password", {"new": weak}))["code"] == "password_weak"


async def test_devices_are_listed_and_signed_out_one_by_one(world: World) -> None:
    first = await world.person()
    world.clock.now += 60
    second = world.browser()
    second.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1"
    await second.prove()
    devices = (await first.done("GET", "/api/profile/devices"))["data"]
    assert [(device["title"], device["current"]) for device in devices] == [
        ("Safari, iPhone", False),
        ("Chrome, Windows", True),
    ]
    await first.done("DELETE", f"/api/profile/devices/{devices[0]['id']}")
    assert (await second.refused("GET", "/api/profile"))["code"] == "session_missing"
    assert (await first.refused("DELETE", f"/api/profile/devices/{devices[0]['id']}"))["code"] == "device_unknown"


async def test_a_device_of_somebody_else_is_unknown(world: World) -> None:
    mine, other = await world.person(PHONE), await world.person(OTHER_PHONE)
    theirs = (await other.done("GET", "/api/profile/devices"))["data"][0]["id"]
    assert (await mine.refused("DELETE", f"/api/profile/devices/{theirs}"))["code"] == "device_unknown"
    assert await other.profile_id()


async def test_signing_out_ends_the_session_for_good(world: World) -> None:
    person = await world.person()
    secret = person.cookies["zvonok_profile"]
    await person.done("POST", "/api/sign-out")
    assert "zvonok_profile" not in person.cookies
    person.cookies["zvonok_profile"] = secret
    assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"
    await person.done("POST", "/api/sign-out")


async def test_signing_out_everywhere_leaves_no_browser_known(world: World) -> None:
    first = await world.person()
    second = world.browser()
    await second.prove()
    await first.done("PUT", "/api/profile/password", {"new": PASSWORD})
    await second.prove()
    await second.done("POST", "/api/sign-out-everywhere")
    for person in (first, second):
        assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"
        assert (await person.begin())["step"] == "code"


async def test_a_session_lives_while_it_is_used_and_not_for_ever(world: World) -> None:
    person = await world.person()
    for _ in range(int(TOTAL_SECONDS // (IDLE_SECONDS - 1))):
        world.clock.now += IDLE_SECONDS - 1
        assert await person.profile_id()
    world.clock.now += IDLE_SECONDS
    assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"


async def test_a_session_that_is_not_used_ends(world: World) -> None:
    person = await world.person()
    world.clock.now += IDLE_SECONDS
    assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"


async def test_withdrawing_the_consent_signs_out_and_asks_again(world: World) -> None:
    person = await world.person()
    profile = await person.profile_id()
    await person.done("POST", "/api/profile/consent/withdraw")
    assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"
    known = await world.identity.profiles.get(profile)
    assert known is not None and known.consent == "withdrawn"
    state = await person.prove()
    assert (state["step"], state["steps"]) == ("consent", ["phone", "code", "consent", "done"])
    await person.done("POST", "/api/sign-in/consent", {"version": state["consent"]["version"], "accepted": True})
    assert (await person.profile())["consent"]["state"] == "given"
    assert len(await world.identity.profiles.consents(profile)) == 2


async def test_an_old_text_cannot_be_consented_to(world: World) -> None:
    person = world.browser()
    await person.prove()
    await person.done("POST", "/api/sign-in/form", FORM)
    body = {"version": "2020-01", "accepted": True}
    assert (await person.refused("POST", "/api/sign-in/consent", body))["code"] == "consent_outdated"
    assert (await person.refused("POST", "/api/sign-in/consent", {**body, "accepted": False}))["code"] == "body_invalid"


async def test_the_export_holds_what_is_kept(world: World) -> None:
    person = await world.person()
    answer = await person.ask("GET", "/api/profile/export")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held = await answer.json()
    assert (held["profile"]["phone"], held["profile"]["family_name"]) == (PHONE, "Иванова")
    assert [consent["version"] for consent in held["consents"]] == [world.identity.profiles.consent_text.version]
    assert {entry["action"] for entry in held["audit"]} == {"profile.created", "consent.given", "session.started"}
    assert len(held["devices"]) == 1 and held["outside_providers"] == []


async def test_deleting_the_profile_leaves_ids_only(world: World) -> None:
    person = await world.person()
    profile = await person.profile_id()
    assert (await person.refused("POST", "/api/profile/delete", {"confirm": "Петрова"}))["code"] == "confirmation_wrong"
    await person.done("POST", "/api/profile/delete", {"confirm": "иванова"})
    assert await world.identity.profiles.get(profile) is None
    assert (await person.refused("GET", "/api/profile"))["code"] == "session_missing"
    page = await world.identity.audit.page(about=profile)
    assert page.entries[0].action == "profile.deleted"
    assert {entry.address for entry in page.entries} == {""}
    assert (await world.browser().prove(PHONE))["step"] == "form", "the phone is free again"


async def test_the_outbox_is_the_demonstrations(world: World) -> None:
    await world.browser().begin()
    code = await world.last_code()
    shown = await world.browser().done("GET", "/api/demo/outbox")
    assert code in shown["data"][0]["text"] and shown["data"][0]["phone"] == PHONE
    world.identity.sms = object()  # type: ignore[assignment]
    assert (await world.browser().refused("GET", "/api/demo/outbox"))["code"] == "not_found"
