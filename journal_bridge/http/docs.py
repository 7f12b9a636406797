"""The interface's description for machines (/openapi.json) and for people (/docs), both from our own origin.

In: routes. Out: a JSON document; a page that shows it and lets a developer try requests with a test key.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from identity.http.guard import Guard
from identity.http.wire import JSON, Answer, render
from journal_bridge.core.events import EVENT_TYPES
from journal_bridge.http.openapi import document
from journal_bridge.http.route import EVENT_STREAM, Route

FILES = Path(__file__).parent / "docs_page"
ASSETS = {"page.css": "text/css", "page.js": "text/javascript"}

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": POLICY}

GROUPS = {
    "roster": "Школа: люди, классы, предметы",
    "calls": "Звонки",
    "steering": "Внутри звонка",
    "linking": "Привязка учебного профиля",
    "invites": "Ссылки для приглашения",
    "attendance": "Посещаемость",
    "events": "События",
    "webhooks": "Вебхуки",
    "imports": "Загрузка и выгрузка списков",
    "calendars": "Календари",
}
"""What the groups of requests are called; a group without a name here shows its own."""


def add_routes(app: web.Application, routes: Sequence[Route], guard: Guard) -> None:
    """Serve the description. It is public: it tells nothing of anybody's data."""
    described, html = _description(tuple(routes))

    async def openapi(request: web.Request) -> web.StreamResponse:
        return render(request, Answer(described))

    async def page(_request: web.Request) -> web.StreamResponse:
        return web.Response(text=html, content_type="text/html", headers=PAGE_HEADERS)

    async def asset(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        return web.FileResponse(FILES / name, headers={"Cache-Control": "no-cache", "Content-Type": ASSETS[name]})

    app.router.add_get("/openapi.json", guard.around(openapi))
    app.router.add_get("/docs", page)
    app.router.add_get(f"/docs/{{name:{'|'.join(ASSETS)}}}", asset)


@cache
def _description(routes: tuple[Route, ...]) -> tuple[Mapping[str, Any], str]:
    """The document and the page, made once for all applications of a process."""
    described = document(routes, EVENT_TYPES)
    templates = Environment(
        loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = templates.get_template("page.html")
    return described, page.render(groups=_groups(described), webhooks=sorted(described["webhooks"]))


def _groups(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The page's chapters: requests by tag, in the order of the routes."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_request(described, method.upper(), path, operation))
    return [{"id": tag, "title": GROUPS.get(tag, tag), "requests": requests} for tag, requests in found.items()]


def _request(described: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    example = body.get(JSON, {}).get("example")
    parameters = [_resolved(described, parameter) for parameter in operation["parameters"]]
    answers = [_answer(described, status, answer) for status, answer in operation["responses"].items()]
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [{**each, "type": type_text(each["schema"])} for each in parameters],
        "fields": _fields(described, body[JSON]["schema"]) if JSON in body else [],
        "media": [kind for kind in body if kind != JSON],
        "example": "" if example is None else json.dumps(example, ensure_ascii=False, indent=2),
        "answers": answers,
        "stream": any(EVENT_STREAM.type in answer["media"] for answer in answers),
    }


def _answer(described: Mapping[str, Any], status: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    content = answer.get("content", {})
    shown = status.startswith("2") and JSON in content
    return {
        "status": status,
        "description": answer["description"],
        "fields": _fields(described, content[JSON]["schema"]) if shown else [],
        "media": [kind for kind in content if kind != JSON],
    }


def _fields(described: Mapping[str, Any], schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    resolved = _resolved(described, schema)
    required = resolved.get("required", ())
    return [
        {"name": name, "type": type_text(kind), "required": name in required}
        for name, kind in resolved.get("properties", {}).items()
    ]


def _resolved(described: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = described
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    resolved: Mapping[str, Any] = found
    return resolved


def type_text(schema: Mapping[str, Any]) -> str:
    """A type in a few characters: `string ≤ 200`, `integer 1…20`, `a | b`, `[CallAnswer]`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(type_text(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_text(schema['items'])}]" if "items" in schema else "[…]"
    name = str(schema.get("format") or schema.get("type") or "any")
    if "maxLength" in schema:
        return f"{name} ≤ {schema['maxLength']}"
    if "minimum" in schema and "maximum" in schema:
        return f"{name} {schema['minimum']}…{schema['maximum']}"
    return name
