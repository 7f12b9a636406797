"""A call arranged by its journal, before it runs and while it does."""

from typing import Any

import pytest

from tests.journal_bridge.world import World

CALL = "/v1/calls/ext:lesson-1"


async def running(world: World) -> None:
    await world.seed()
    await world.plan()
    await world.done("POST", f"{CALL}/start")


def people(found: dict[str, Any]) -> list[list[str]]:
    return [room["people"] for room in found["rooms"]]


async def test_rooms_are_prepared_for_a_planned_call_and_open_when_it_runs(world: World) -> None:
    await world.seed()
    await world.plan()
    body = {"count": 2, "names": ["Север", "Юг"], "assignments": {"s201": 2, "ext:s202": 1}, "minutes": 15}
    found = await world.done("PUT", f"{CALL}/rooms", body)
    assert (found["changed"], found["phase"], found["minutes"]) == (True, "prepared", 15)
    assert [(room["number"], room["name"], room["people"]) for room in found["rooms"]] == [
        (1, "Север", ["s202"]),
        (2, "Юг", ["s201"]),
    ]
    assert (await world.refused("POST", f"{CALL}/rooms/open"))["code"] == "call_not_running"
    await world.done("POST", f"{CALL}/start")
    opened = await world.done("POST", f"{CALL}/rooms/open", {})
    assert opened["phase"] == "open" and all(room["open"] for room in opened["rooms"])
    assert opened["ends_at"].endswith("+03:00"), "for as long as was planned"
    assert (await world.refused("PUT", f"{CALL}/rooms", {"count": 3}))["code"] == "rooms_open"
    await world.done("POST", f"{CALL}/rooms/broadcast", {"text": "Пять минут"})
    assert (await world.done("POST", f"{CALL}/rooms/close", {"seconds": 30}))["phase"] == "closing"
    closed = await world.done("POST", f"{CALL}/rooms/close", {})
    assert closed["phase"] == "prepared" and people(closed) == [["s202"], ["s201"]]
    assert (await world.done("POST", f"{CALL}/rooms/close", {}))["phase"] == "prepared", "closing twice is harmless"


@pytest.mark.parametrize(
    "body", [{"mode": "random", "count": 2}, {"mode": "self", "count": 3}, {"assignments": {"s201": 1}}]
)
async def test_the_same_rooms_again_change_nothing(world: World, body: dict[str, Any]) -> None:
    await running(world)
    first = await world.done("PUT", f"{CALL}/rooms", body)
    again = await world.done("PUT", f"{CALL}/rooms", body)
    assert (first["changed"], again["changed"]) == (True, False)
    assert {**again, "changed": True} == first
    assert await world.done("GET", f"{CALL}/rooms") == again


async def test_random_rooms_share_out_the_roster_and_assignments_come_on_top(world: World) -> None:
    await running(world)
    found = await world.done("PUT", f"{CALL}/rooms", {"mode": "random", "count": 2, "seed": 5})
    assert [room["name"] for room in found["rooms"]] == ["Зал 1", "Зал 2"]
    assert sorted(map(len, people(found))) == [1, 1] and found["seed"] == 5
    both = await world.done(
        "PUT", f"{CALL}/rooms", {"mode": "random", "count": 2, "seed": 5, "assignments": {"s201": 1, "s202": 1}}
    )
    assert list(map(len, people(both))) == [2, 0]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"count": 51}, "count"),
        ({"count": 0}, "count"),
        ({"count": 1, "names": ["a", "b"]}, "names"),
        ({"assignments": {"nobody": 1}}, "assignments"),
        ({"assignments": {"s301": 1}}, "assignments"),
        ({"count": 2, "assignments": {"s201": 3}}, "assignments"),
        ({"mode": "kept"}, "mode"),
        ({"minutes": 0}, "minutes"),
    ],
)
async def test_rooms_that_cannot_be_are_refused_with_the_field(world: World, body: dict[str, Any], field: str) -> None:
    await running(world)
    refused = await world.refused("PUT", f"{CALL}/rooms", body)
    assert refused["status"] == 422 and refused["errors"][0]["field"] == field
    assert (await world.done("GET", f"{CALL}/rooms"))["phase"] == "none"


async def test_there_must_be_rooms_to_open_and_a_call_that_has_not_ended(world: World) -> None:
    await running(world)
    assert (await world.refused("POST", f"{CALL}/rooms/open", {}))["code"] == "rooms_missing"
    await world.done("POST", f"{CALL}/end")
    for method, path in (("GET", "rooms"), ("GET", "permissions"), ("POST", "rooms/close")):
        assert (await world.refused(method, f"{CALL}/{path}", {}))["code"] == "call_ended"


async def test_permissions_of_a_role_are_chosen_before_the_call_and_the_other_stays(world: World) -> None:
    await world.seed()
    await world.plan()
    before = await world.done("GET", f"{CALL}/permissions")
    assert before["student"]["mic"] and not before["student"]["screen"]
    found = await world.done("PUT", f"{CALL}/permissions", {"student": {"screen": True, "chat": False}})
    assert found["changed"] and found["student"]["screen"] and not found["student"]["chat"]
    assert found["parent"] == before["parent"]
    assert not (await world.done("PUT", f"{CALL}/permissions", {"student": {"screen": True, "chat": False}}))["changed"]
    await world.done("POST", f"{CALL}/start")
    assert (await world.done("GET", f"{CALL}/permissions"))["student"]["screen"]
