"""Linking over HTTP, in both directions: once, by the right people, and by nobody who talks others into it."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from identity.core.limits import HOUR, Limit
from journal_bridge.core import links
from journal_bridge.core.guesses import PER_SOURCE
from journal_bridge.core.problems import ProblemError
from journal_bridge.linking.links import known_person
from journal_bridge.store import links as store
from tests.journal_bridge.owner import Owner, link_code, linked
from tests.journal_bridge.world import KEY, OTHER_KEY, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH

CARD = {"region": ["Москва"], "title": "Школьный журнал", "login_url": "https://journal.example/connect?from=us"}
BACK = "https://journal.example/chats?tab=1"


@pytest.fixture
async def world(school: World) -> World:
    await school.done("PUT", "/v1/journal", CARD)
    return school


async def events(world: World) -> list[str]:
    return [event["type"] for event in (await world.done("GET", "/v1/events"))["data"]]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def test_a_person_is_linked_from_the_journal_once(world: World) -> None:
    made = await world.done("POST", "/v1/link-sessions", {"person": "s201", "return_url": BACK})
    assert made["url"].endswith(f"/link/{made['code']}")
    assert made["qr_svg"].startswith("<svg")
    stranger = Owner(world)
    shown = await stranger.done("GET", f"/api/link-sessions/{made['code']}")
    assert shown["state"] == "open"
    assert shown["person"] == {"name": "Смирнов Илья", "role": "student"}
    assert (shown["school"], shown["class_titles"]) == ("Школа № 1", ["7В"])
    assert await stranger.refused("POST", f"/api/link-sessions/{made['code']}/accept") == "session_missing"

    await stranger.sign_up("s201", made["code"])
    assert (await stranger.done("GET", f"/api/link-sessions/{made['code']}"))["profile_matches"] is True
    accepted = await stranger.done("POST", f"/api/link-sessions/{made['code'].lower()}/accept")
    assert accepted == {"role": "student", "next": BACK}
    assert await events(world) == ["link.created"]
    assert (await world.done("GET", "/v1/links/s201"))["linked"] is True

    assert await stranger.refused("POST", f"/api/link-sessions/{made['code']}/accept") == "link_used"
    assert (await world.refused("POST", "/v1/link-sessions", {"person": "s201"}))["code"] == "person_linked"


async def test_a_linked_pupil_enters_the_lesson_without_a_ticket(world: World) -> None:
    owner = await linked(world, "s201")
    call = await world.plan()
    await world.done("POST", "/v1/calls/ext:lesson-1/start")
    assert (await owner.done("GET", f"/api/calls/{call['id']}"))["person"]["name"] == "Смирнов Илья"
    assert (await owner.done("POST", f"/api/calls/{call['id']}/enter"))["token"]
    await world.done("DELETE", "/v1/links/s201")
    assert await owner.refused("GET", f"/api/calls/{call['id']}") == "not_invited"
    assert await events(world) == ["link.created", "call.planned", "call.started", "link.removed"]


async def test_a_profile_is_linked_from_our_page(world: World) -> None:
    owner = Owner(world)
    await owner.sign_up("t15", await link_code(world, "t16"))
    [region] = (await owner.done("GET", "/api/journals"))["data"]
    assert region["region"] == "Москва"
    code = await owner.done("POST", "/api/link-codes", {"journal": region["journals"][0]["id"]})
    assert parse_qs(urlsplit(code["url"]).query) == {"from": ["us"], "code": [code["code"]]}

    asked = await world.done("GET", f"/v1/link-sessions/{code['code']}")
    assert (asked["open"], asked["profile"]["name"]) == (True, "Анна И.")
    confirmed = await world.done("POST", f"/v1/link-sessions/{code['code']}/confirm", {"person": "t15"})
    assert (await world.done("GET", "/v1/links/t15"))["linked"] is False
    back = await owner.ask("GET", path_of(confirmed["return_url"]))
    assert (back.status, back.headers["Location"]) == (303, "/linked?role=teacher")
    assert (await world.done("GET", "/v1/links/t15"))["linked"] is True
    again = await owner.ask("GET", path_of(confirmed["return_url"]))
    assert again.headers["Location"] == "/linked?problem=link_used"


async def test_a_code_sent_to_a_victim_links_nobody(world: World) -> None:
    attacker = Owner(world)
    await attacker.sign_up("s201", await link_code(world, "s202"))
    journal = (await attacker.done("GET", "/api/journals"))["data"][0]["journals"][0]["id"]
    code = (await attacker.done("POST", "/api/link-codes", {"journal": journal}))["code"]
    # The teacher is talked into confirming the attacker's code at the journal, which sends their browser back.
    confirmed = await world.done("POST", f"/v1/link-sessions/{code}/confirm", {"person": "t15"})
    victim = Owner(world)
    await victim.sign_up("t15", await link_code(world, "t16"))
    sent = await victim.ask("GET", path_of(confirmed["return_url"]))
    assert sent.headers["Location"] == "/linked?problem=link_foreign"
    unsigned = await Owner(world).ask("GET", path_of(confirmed["return_url"]))
    assert unsigned.headers["Location"].startswith("/sign-in?next=%2Flink%2Fback")
    guessed = await attacker.ask("GET", f"/link/back?code={code}&proof=guessed")
    assert guessed.headers["Location"] == "/linked?problem=link_unknown"
    assert (await world.done("GET", "/v1/links/t15"))["linked"] is False


async def test_the_journals_button_opens_the_own_page_signed_in(world: World) -> None:
    await linked(world, "t15")
    url = (await world.done("POST", "/v1/chat-tickets", {"person": "t15"}))["url"]
    fresh = Owner(world)
    entered = await fresh.ask("GET", urlsplit(url).path)
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    assert (await fresh.done("GET", "/api/profile"))["family_name"] == "Иванова"
    again = await Owner(world).ask("GET", urlsplit(url).path)
    assert again.headers["Location"] == "/sign-in?next=%2F"
    assert (await world.refused("POST", "/v1/chat-tickets", {"person": "s201"}))["code"] == "person_unlinked"


async def test_browsers_go_only_where_the_journal_lives(world: World) -> None:
    for url in ("https://evil.example/", "http://journal.example/", "https://journal.example.evil.example/"):
        refused = await world.refused("POST", "/v1/link-sessions", {"person": "s201", "return_url": url})
        assert refused["errors"][0]["field"] == "return_url", url


async def test_codes_run_out_and_are_not_guessed(world: World) -> None:
    code, owner = await link_code(world, "s201"), Owner(world)
    world.clock.now += 601
    assert (await owner.done("GET", f"/api/link-sessions/{code}"))["state"] == "expired"
    tries = [await owner.refused("GET", f"/api/link-sessions/{number:03d}-222") for number in range(31)]
    assert tries[0] == "link_unknown"
    assert tries[-1] == "too_many_tries"
    fresh = await link_code(world, "s201")
    assert await owner.refused("GET", f"/api/link-sessions/{fresh}") == "too_many_tries"


async def test_an_ipv6_network_guesses_as_one(world: World) -> None:
    for number in range(PER_SOURCE):
        await world.bridge.guesses.wrong(f"2001:db8:1:2::{number:x}")
    with pytest.raises(ProblemError, match="Too many wrong codes"):
        await world.bridge.guesses.check("2001:db8:1:2:ffff::1")
    await world.bridge.guesses.check("2001:db8:1:3::1")


async def test_a_profile_asks_for_so_many_codes_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "CODES_PROFILE", (Limit("link.profile.hour", 2, HOUR),))
    owner = Owner(world)
    await owner.sign_up("t15", await link_code(world, "t16"))
    journal = {"journal": (await owner.done("GET", "/api/journals"))["data"][0]["journals"][0]["id"]}
    for _ in range(2):
        await owner.done("POST", "/api/link-codes", journal)
    assert await owner.refused("POST", "/api/link-codes", journal) == "too_many_tries"


async def test_who_leaves_while_they_are_being_linked_has_no_link(world: World, engine: str) -> None:
    code, linking, database = await link_code(world, "s201"), world.bridge.linking, world.database
    journal = (await world.done("GET", "/v1/me"))["journal"]["id"]
    async with database.write() as connection:
        person, _, role = await known_person(connection, journal, "s201")
        assert await store.use(connection, code, world.clock.now)
        leaving = asyncio.create_task(linking.leave(journal, "s201"))  # noqa: TID251
        while engine == "postgresql" and not leaving.done():  # SQLite has one writer at a time
            async with database.read() as other:
                waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                if await other.scalar(text(waits)):
                    break
        await linking.make(connection, person, journal, role, "prf_a", address="")
    await leaving
    async with database.read() as connection:
        assert await store.of_person(connection, person) is None


async def test_another_journal_sees_and_ends_nothing(world: World) -> None:
    owner = await linked(world, "s201")
    for method, path, body in (
        ("GET", "/v1/links/s201", None),
        ("DELETE", "/v1/links/s201", None),
        ("DELETE", "/v1/people/s201", None),
        ("POST", "/v1/link-sessions", {"person": "s201"}),
        ("POST", "/v1/chat-tickets", {"person": "s201"}),
    ):
        assert (await world.refused(method, path, body, key=OTHER_KEY))["code"] == "person_unknown", path
    journal = (await owner.done("GET", "/api/journals"))["data"][0]["journals"][0]["id"]
    code = (await owner.done("POST", "/api/link-codes", {"journal": journal}))["code"]
    await world.seed(OTHER_KEY)
    for method, path, body in (
        ("GET", f"/v1/link-sessions/{code}", None),
        ("POST", f"/v1/link-sessions/{code}/confirm", {"person": "t15"}),
    ):
        assert (await world.refused(method, path, body, key=OTHER_KEY))["code"] == "link_unknown", path
    assert (await world.done("GET", "/v1/links?status=linked", key=OTHER_KEY))["data"] == []


async def test_a_profile_is_one_person_of_a_role_in_a_journal(world: World) -> None:
    owner = await linked(world, "s201")
    other = await link_code(world, "s202")
    assert await owner.refused("POST", f"/api/link-sessions/{other}/accept") == "profile_linked"
    parent = await link_code(world, "p1")
    assert (await owner.done("POST", f"/api/link-sessions/{parent}/accept"))["role"] == "parent"


async def test_who_has_linked_is_listed(world: World) -> None:
    await linked(world, "s201")
    linked_ones = await world.done("GET", "/v1/links?status=linked")
    assert [line["person"]["ext_id"] for line in linked_ones["data"]] == ["s201"]
    page = await world.done("GET", "/v1/links?class=7v&limit=2")
    rest = await world.done("GET", f"/v1/links?class=7v&limit=2&after={page['next']}")
    listed = [line["person"]["ext_id"] for line in page["data"] + rest["data"]]
    assert (listed, rest["has_more"]) == (["s201", "s202", "t15"], False)


async def test_who_leaves_the_roster_is_linked_no_more(world: World) -> None:
    owner = await linked(world, "s201")
    call = await world.plan()
    await world.done("DELETE", "/v1/people/s201")
    assert await owner.refused("GET", f"/api/calls/{call['id']}") == "not_invited"
    assert (await world.refused("GET", "/v1/links/s201"))["code"] == "person_unknown"
    await world.done("DELETE", "/v1/people/s201")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Content-Type": "text/plain"}])
async def test_another_sites_page_links_nobody(world: World, headers: dict[str, str]) -> None:
    code, owner = await link_code(world, "s201"), Owner(world)
    await owner.sign_up("s201", code)
    refused = await owner.ask("POST", f"/api/link-sessions/{code}/accept", headers=headers)
    assert (await refused.json())["code"] == "origin_foreign"
    assert (await world.done("GET", "/v1/links/s201", key=KEY))["linked"] is False


async def test_a_schools_administrators_are_its_teachers(world: World) -> None:
    school = {"name": "Школа № 1", "administrators": ["t15"]}
    stored = await world.done("PUT", "/v1/schools/s1", school)
    assert (stored["administrators"], stored["changed"]) == (["t15"], True)
    assert (await world.done("PUT", "/v1/schools/s1", school))["changed"] is False
    refused = await world.refused("PUT", "/v1/schools/s1", {**school, "administrators": ["s201"]})
    assert refused["code"] == "role_mismatch"
