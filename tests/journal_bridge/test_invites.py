"""Invite links: the roster's people enter as themselves, guests by name where the link says so, as many as it says."""

import asyncio

import pytest

from identity.core.limits import HOUR, Limit
from journal_bridge import invites
from tests.journal_bridge.owner import Owner, linked
from tests.journal_bridge.world import OTHER_KEY, World
from tests.support.databases import ON_BOTH

pytestmark = ON_BOTH


@pytest.fixture
async def world(school: World) -> World:
    await school.plan()
    await school.done("POST", "/v1/calls/ext:lesson-1/start")
    return school


async def link(world: World, **wanted: object) -> str:
    """A link's path below /api/invites."""
    made = await world.done("POST", "/v1/calls/ext:lesson-1/invite-links", wanted)
    assert made["qr_svg"].startswith("<svg")
    return f"/api/invites/{made['url'].rpartition('/i/')[2]}"


async def test_a_parent_enters_as_themselves(world: World) -> None:
    parent, path = await linked(world, "p1"), await link(world)
    shown = await parent.done("GET", path)
    assert (shown["state"], shown["signed_in"], shown["guests"]) == ("open", {"name": "Смирнова Ольга"}, False)
    assert shown["call"]["title"] == "Онлайн-урок №1, Алгебра"
    call = (await parent.done("POST", f"{path}/enter"))["call"]
    visit = (await parent.done("POST", f"/api/calls/{call}/enter"))["call"]
    assert visit["person"] == {"identity": visit["person"]["identity"], "name": "Смирнова Ольга", "role": "parent"}


async def test_strangers_are_sent_to_sign_in(world: World) -> None:
    path = await link(world)
    assert await Owner(world).refused("POST", f"{path}/enter", {"name": "Чужой"}) == "session_missing"
    assert await (await linked(world, "t16")).refused("POST", f"{path}/enter") == "not_invited"


async def test_a_guest_enters_by_name_and_is_shown_as_one(world: World) -> None:
    path, guest = await link(world, guests=True), Owner(world)
    assert await guest.refused("POST", f"{path}/enter") == "name_needed"
    assert await guest.refused("POST", f"{path}/enter", {"name": "\n"}) == "body_invalid"
    call = (await guest.done("POST", f"{path}/enter", {"name": "Бабушка   Ильи"}))["call"]
    visit = await guest.done("GET", f"/api/calls/{call}")
    assert (visit["person"]["name"], visit["person"]["role"]) == ("Бабушка Ильи (гость)", "parent")
    assert visit["administrator"] is False
    assert (await guest.done("POST", f"/api/calls/{call}/enter"))["token"]
    other = await world.plan("lesson-2", lesson_no=2)
    assert await guest.refused("GET", f"/api/calls/{other['id']}") == "not_invited"
    again = await guest.done("POST", f"{path}/enter")
    assert again["call"] == call  # the browser is known, and counts once


async def test_a_guests_name_hides_nothing(world: World) -> None:
    path = await link(world, guests=True)
    assert await Owner(world).refused("POST", f"{path}/enter", {"name": "\u202e\u200b"}) == "name_needed"
    guest = Owner(world)
    call = (await guest.done("POST", f"{path}/enter", {"name": "Анна\u202e\u2066 Иванова\u200b"}))["call"]
    assert (await guest.done("GET", f"/api/calls/{call}"))["person"]["name"] == "Анна Иванова (гость)"


async def test_one_address_lets_so_many_guests_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invites, "GUESTS_ADDRESS", (Limit("guest.address.hour", 2, HOUR),))
    path = await link(world, guests=True, max_uses=3)
    for name in ("Первая", "Вторая"):
        await Owner(world).done("POST", f"{path}/enter", {"name": name})
    assert await Owner(world).refused("POST", f"{path}/enter", {"name": "Третья"}) == "too_many_tries"
    await (await linked(world, "p1")).done("POST", f"{path}/enter")  # whom the roster invites is not counted


async def test_somebody_signed_in_whom_nobody_invited_is_a_guest_under_their_name(world: World) -> None:
    path, stranger = await link(world, guests=True), await linked(world, "t16")
    call = (await stranger.done("POST", f"{path}/enter"))["call"]
    assert (await stranger.done("GET", f"/api/calls/{call}"))["person"]["name"] == "Петров Пётр (гость)"


async def test_no_more_guests_than_the_link_says_however_they_hurry(world: World) -> None:
    path = await link(world, guests=True, max_uses=2)
    guests = [Owner(world) for _ in range(5)]
    answers = await asyncio.gather(
        *(
            world.client.post(
                f"{path}/enter", json={"name": f"Гость {number}"}, headers={"Sec-Fetch-Site": "same-origin"}
            )
            for number, _ in enumerate(guests)
        )
    )
    assert sorted(answer.status for answer in answers) == [200, 200, 409, 409, 409]
    world.client.session.cookie_jar.clear()
    assert (await Owner(world).done("GET", path))["state"] == "used_up"
    parent = await linked(world, "p1")
    assert (await parent.done("POST", f"{path}/enter"))["call"]


async def test_links_run_out_with_their_time_and_their_call(world: World) -> None:
    path, early = await link(world, guests=True), await link(world, expires_at="2026-01-26T12:30:00+03:00")
    world.clock.now += 1801
    assert (await Owner(world).done("GET", early))["state"] == "expired"
    assert await Owner(world).refused("POST", f"{early}/enter") == "invite_expired"
    await world.done("POST", "/v1/calls/ext:lesson-1/end")
    assert (await Owner(world).done("GET", path))["call"]["status"] == "ended"
    assert await Owner(world).refused("POST", f"{path}/enter", {"name": "Гость"}) == "invite_expired"
    await world.done("DELETE", "/v1/calls/ext:lesson-1")
    assert (await Owner(world).done("GET", path))["state"] == "expired"


async def test_what_is_no_link_is_told(world: World) -> None:
    stranger = Owner(world)
    assert await stranger.refused("GET", "/api/invites/nothing") == "invite_unknown"
    assert await stranger.refused("POST", "/api/invites/nothing/enter", {"name": "Гость"}) == "invite_unknown"
    foreign = await stranger.ask(
        "POST", f"{await link(world, guests=True)}/enter", {"name": "Г"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (await foreign.json())["code"] == "origin_foreign"


async def test_a_journal_makes_links_to_its_own_living_calls_only(world: World) -> None:
    path = "/v1/calls/ext:lesson-1/invite-links"
    assert (await world.refused("POST", path, {}, key=OTHER_KEY))["code"] == "call_unknown"
    for expires_at in ("2026-01-26T11:00:00+03:00", "2026-06-01T12:00:00+03:00"):
        refused = await world.refused("POST", path, {"expires_at": expires_at})
        assert refused["errors"][0]["field"] == "expires_at"
    await world.done("POST", "/v1/calls/ext:lesson-1/end")
    assert (await world.refused("POST", path, {}))["code"] == "call_ended"
