"""What holds for every route: its example works, its answer fits its type, and nobody asks for more than is theirs."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from aiohttp import ClientResponse
from sqlalchemy import MetaData

from identity.store import METADATA as IDENTITY
from journal_bridge.http.api import ROUTES
from journal_bridge.http.openapi import PARTS, operation_id, problems
from journal_bridge.http.route import EVENT_STREAM, Media, Route
from journal_bridge.keys import SCOPES
from journal_bridge.store import METADATA as JOURNAL_BRIDGE
from tests.journal_bridge.owner import linked
from tests.journal_bridge.world import CALL, World, problem

KEY = "sk_test_all-rights-of-the-first"
OTHER_KEY = "sk_test_all-rights-of-the-other"

NAMES = {"class": "7v", "subject": "algebra", "person": "s201", "call": "ext:lesson-991", "code": "nothing"}
EXT_IDS = {"schools": "s1", "people": "p1", "classes": "7v", "subjects": "algebra"}
QUERY = {"start": "2026-01-26"}
LINES = b'{"kind":"subject","ext_id":"algebra","title":"\xd0\x90\xd0\xbb\xd0\xb3\xd0\xb5\xd0\xb1\xd1\x80\xd0\xb0"}\n'

ANSWERING = [route for route in ROUTES if EVENT_STREAM not in route.answers.values()]
WITH_BODY = [route for route in ANSWERING if route.body is not None]


class Journal:
    """A journal's client that remembers the ids of what it made."""

    def __init__(self, world: World, key: str) -> None:
        self.world = world
        self.key = key
        self.made: dict[str, str] = {}
        self.names = dict(NAMES)

    def path(self, route: Route) -> str:
        """The route's path with parts that name something, or `nothing`."""
        path = route.path
        for part in PARTS.findall(route.path):
            before = route.path[: route.path.index("{" + part)].strip("/").split("/")[-1]
            found = EXT_IDS.get(before) if part == "ext_id" else self.names.get(part)
            path = path.replace("{" + part + "}", found or self.made.get(before, "nothing"))
        query = "&".join(f"{name}={QUERY[name]}" for name in route.required)
        return f"/v1{path}?{query}" if query else f"/v1{path}"

    async def send(self, route: Route, body: bytes | None, *, key: str = "") -> ClientResponse:
        headers = {"Authorization": f"Bearer {key or self.key}"} | (
            {"Content-Type": route.takes[-1]} if route.takes else {}
        )
        response = await self.world.client.request(route.method, self.path(route), data=body, headers=headers)
        await response.read()
        return response

    async def example(self, route: Route, *, key: str = "") -> ClientResponse:
        """The documented request."""
        body = LINES if route.takes else None if route.example is None else msgspec.json.encode(route.example)
        response = await self.send(route, body, key=key)
        if response.content_type == "application/json" and response.ok and not key:
            self._remember(route, await response.json())
        return response

    def _remember(self, route: Route, answer: Mapping[str, Any]) -> None:
        last = route.path.rpartition("/")[2]
        records = [answer] if "id" in answer else [*answer.get("data", ())]
        for record in records[:1]:
            for name in ("id", "code"):
                if name in record:
                    self.made[last] = record[name]
                    break
        if "code" in answer:
            self.made[last] = answer["code"]


def in_order() -> list[Route]:
    """What is made is there for the next; the call's end and removals come last."""
    return sorted(ANSWERING, key=lambda route: (route.method == "DELETE", route.path.endswith("/end")))


@pytest.fixture
async def journal(school: World) -> Journal:
    await school.bridge.keys.ensure_key("Журнал первый", KEY, SCOPES)
    await school.bridge.keys.ensure_key("Журнал второй", OTHER_KEY, SCOPES)
    await linked(school, "t15")
    return Journal(school, KEY)


async def test_every_example_is_accepted_and_answered_as_documented(journal: Journal) -> None:
    for route in in_order():
        response = await journal.example(route)
        if "nothing" in journal.path(route):  # only others make these, like deliveries
            assert response.status == 404, operation_id(route)
            assert (await problem(response))["code"] in problems(route)
            continue
        body = await response.read()
        assert response.status in route.answers, (operation_id(route), response.status, body)
        fits(route.answers[response.status], response, body)


def fits(answer: Any, response: ClientResponse, body: bytes) -> None:
    kinds = answer if isinstance(answer, tuple) else (answer,)
    if response.content_type == "application/json":
        [kind] = [kind for kind in kinds if not isinstance(kind, Media)]
        msgspec.json.decode(body, type=kind)
    elif answer is None:
        assert body == b""
    else:
        assert Media(response.content_type) in kinds


@pytest.mark.parametrize("route", [route for route in WITH_BODY if route.body is not None], ids=operation_id)
async def test_a_body_without_example_is_no_body(route: Route) -> None:
    assert route.example is not None


async def test_no_route_takes_fields_it_did_not_ask_for(journal: Journal) -> None:
    for route in WITH_BODY:
        for field in ("id", "journal", "journal_id", "administrator", "updated_at"):
            refused = await journal.send(route, msgspec.json.encode({**(route.example or {}), field: "x"}))
            assert (refused.status, (await problem(refused))["code"]) == (422, "body_invalid"), operation_id(route)


BROKEN = (b"{", b"\xff", b'{"a":', b"[" * 100_000, b'{"a":1}{"a":1}', b'"\\ud800"', b"\x00")
MISSHAPEN = (b"[]", b"1", b"null", b'"x"', b'{"":0}')


async def test_no_route_takes_a_broken_body(journal: Journal) -> None:
    for route in WITH_BODY:
        for body in BROKEN + MISSHAPEN:
            refused = await journal.send(route, body)
            assert refused.status in (400, 422), (operation_id(route), body[:10])
            assert (await problem(refused))["code"] in ("body_not_json", "body_invalid")


async def test_no_route_takes_an_endless_body(journal: Journal) -> None:
    for route in ANSWERING:
        if route.body is not None:
            refused = await journal.send(route, b" " * (route.max_body + 1))
            assert (refused.status, (await problem(refused))["code"]) == (413, "body_too_large"), operation_id(route)


async def test_every_route_wants_a_key_with_its_scope(journal: Journal) -> None:
    for route in ROUTES:
        without = await journal.send(route, None, key="sk_test_invented-invented")
        assert without.status == 401, operation_id(route)
        if route.scope is None:
            continue
        key = f"sk_test_all-but-{route.scope}-rights"
        await journal.world.bridge.keys.ensure_key(
            "Журнал первый", key, [each for each in SCOPES if each != route.scope]
        )
        refused = await journal.send(route, None, key=key)
        assert (await problem(refused))["code"] == "scope_missing", operation_id(route)


async def test_another_journals_records_do_not_exist(journal: Journal) -> None:
    """With our ids and with the journal's own: everything is unknown, and nothing of the first journal changes."""
    world = journal.world
    for route in in_order():
        if route.method != "DELETE":
            await journal.example(route)
    await world.done("POST", "/v1/calls", {**CALL, "ext_id": "lesson-2", "lesson_no": 2}, key=KEY)
    ours = (await world.done("GET", "/v1/calls/ext:lesson-991", key=KEY))["id"]
    before = await rows(world)
    named = [route for route in ANSWERING if PARTS.search(route.path) and not creates(route)]
    for call in ("ext:lesson-991", ours, "ext:lesson-2"):
        journal.names["call"] = call
        for route in named:
            response = await journal.example(route, key=OTHER_KEY)
            assert response.status == 404, (operation_id(route), await response.text())
            assert (await problem(response))["code"] in problems(route)
    for route in ANSWERING:
        if route not in named:
            await journal.example(route, key=OTHER_KEY)
    after = await rows(world)
    for table, found in before.items():
        assert not found - after[table], table


def creates(route: Route) -> bool:
    """Does it describe a record of the journal that asks, whatever others call theirs?"""
    return route.method == "PUT" and route.path.endswith("/{ext_id}")


UNSTABLE = {"api_keys", "idempotent_answers", "code_guesses"}


async def rows(world: World) -> dict[str, set[str]]:
    """Everything in the database, but for what every request writes."""
    found: dict[str, set[str]] = {}
    metadata: MetaData
    async with world.database.read() as connection:
        for metadata in (IDENTITY, JOURNAL_BRIDGE):
            for table in metadata.sorted_tables:
                if table.name not in UNSTABLE:
                    found[table.name] = {str(tuple(row)) for row in await connection.execute(table.select())}
    return found


async def test_a_head_is_a_get_without_its_body(journal: Journal) -> None:
    await journal.world.plan("lesson-991")
    for route in ANSWERING:
        if route.method != "GET" or "nothing" in journal.path(route):
            continue
        headers = {"Authorization": f"Bearer {KEY}"}
        got = await journal.world.client.get(journal.path(route), headers=headers)
        head = await journal.world.client.head(journal.path(route), headers=headers)
        assert (head.status, await head.read()) == (got.status, b""), operation_id(route)
        assert head.headers.get("ETag") == got.headers.get("ETag")


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
async def test_a_method_that_a_path_does_not_know_is_refused_with_those_it_knows(journal: Journal, path: str) -> None:
    known = {route.method for route in ROUTES if route.path == path}
    for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"} - known:
        address = "/v1" + PARTS.sub("x", path)
        others = [route for route in ROUTES if re.fullmatch(PARTS.sub(r"[^/]+", route.path), address[3:])]
        if method in {route.method for route in others}:
            continue
        refused = await journal.world.ask(method, address, key=KEY)
        assert (await problem(refused))["code"] == "method_not_allowed"
        assert known <= set(refused.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "target", [b"/v1/calls/\xff", b"/v1/calls/%ff", b"/v1/calls/%00", b"/v1/\xff", b"/v1/calls?\xff=1"]
)
async def test_a_path_that_is_no_text_is_refused_in_words(journal: Journal, target: bytes) -> None:
    port = journal.world.client.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET "
        + target
        + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
        + KEY.encode()
        + b"\r\n\r\n"
    )
    answer = await reader.read()
    writer.close()
    assert int(answer.split()[1]) in (400, 404, 422), answer
