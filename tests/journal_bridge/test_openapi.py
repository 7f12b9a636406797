"""The interface's description: true of the routes, valid as OpenAPI 3.1, shown at /docs."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31

from journal_bridge.core.problems import KINDS
from journal_bridge.http.api import ROUTES
from journal_bridge.http.docs import GROUPS
from journal_bridge.http.openapi import operation_id, problems, tag
from tests.journal_bridge.world import World


@pytest.fixture
async def described(world: World) -> dict[str, Any]:
    response = await world.ask("GET", "/openapi.json", key=None)
    assert response.status == 200
    document: dict[str, Any] = await response.json()
    return document


async def test_the_description_is_valid_openapi(described: dict[str, Any]) -> None:
    jsonschema_rs.validator_for(OPENAPI_31).validate(described)


async def test_every_reference_in_it_leads_somewhere(described: dict[str, Any]) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found: Any = described
                for part in value["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(described)


async def test_types_have_names_of_their_own(described: dict[str, Any]) -> None:
    assert all(re.fullmatch("[A-Z][A-Za-z]+", name) for name in described["components"]["schemas"])


async def test_every_route_is_in_it_once(described: dict[str, Any]) -> None:
    found = [(method.upper(), path) for path, methods in described["paths"].items() for method in methods]
    assert sorted(found) == sorted((route.method, f"/v1{route.path}") for route in ROUTES)
    assert len({operation_id(route) for route in ROUTES}) == len(ROUTES)


async def test_it_is_cheap_to_ask_again(world: World) -> None:
    first = await world.ask("GET", "/openapi.json", key=None)
    again = await world.ask("GET", "/openapi.json", key=None, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize("route", ROUTES, ids=operation_id)
def test_every_refusal_of_a_route_has_a_meaning(route: Any) -> None:
    assert not set(problems(route)).difference(KINDS)


async def test_the_page_shows_every_request(world: World) -> None:
    response = await world.ask("GET", "/docs", key=None)
    page = await response.text()
    assert (response.status, response.content_type) == (200, "text/html")
    assert "'unsafe" not in response.headers["Content-Security-Policy"]
    for route in ROUTES:
        assert f'data-method="{route.method}" data-path="/v1{route.path}"' in page
    for name in ("page.css", "page.js"):
        assert (await world.ask("GET", f"/docs/{name}", key=None)).status == 200
    assert (await world.ask("GET", "/docs/page.html", key=None)).status == 404


def test_the_pages_chapters_have_russian_names() -> None:
    assert not {tag(route) for route in ROUTES}.difference(GROUPS)


async def test_examples_fit_their_schemas(described: dict[str, Any]) -> None:
    for route in ROUTES:
        if route.example is None:
            continue
        body = described["paths"][f"/v1{route.path}"][route.method.lower()]["requestBody"]["content"]
        schema = {**body["application/json"]["schema"], "components": described["components"]}
        jsonschema_rs.validator_for(json.loads(json.dumps(schema))).validate(route.example)
