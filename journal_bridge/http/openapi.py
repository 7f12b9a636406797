"""The description of /v1 as OpenAPI 3.1, made of the routes and their types.

In: routes. Out: a JSON document that generators of clients, the page at /docs and our tests read.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from identity.http.wire import JSON, PROBLEM_JSON
from journal_bridge.core.events import EventType
from journal_bridge.core.idempotency import KEY_PATTERN, MAX_KEY_LENGTH
from journal_bridge.core.problems import KINDS
from journal_bridge.core.references import MAX_LENGTH, PATTERN
from journal_bridge.http.query import described
from journal_bridge.http.route import Media, Route

TITLE = "Zvonok: lesson calls for electronic journals"
ABOUT = """Plan, start and join lesson calls from an electronic journal; link its people; hear of what happens.

Authenticate with `Authorization: Bearer sk_live_…` (or `sk_test_…`: a world of its own for trying out). Wherever an id
stands, write your own as `ext:lesson-991` or bare as `lesson-991`, or ours. Refusals are RFC 9457 problem documents
with a stable `code`."""

PATH_ID = Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH, pattern=PATTERN)]

SCHEMAS = "#/components/schemas/{name}"
ANY_KEY = ("key_missing", "key_unknown", "key_expired", "address_refused", "rate_limited")
WITH_BODY = ("body_invalid", "body_not_json", "body_too_large")
REPEATABLE = ("idempotency_key_invalid", "idempotency_key_reused", "idempotency_in_progress")

PARTS = re.compile(r"\{(\w+)\}")
_OWN_WORDS = re.compile(r"^[A-Z]+ /\S*?[.:]?(\s+|$)")  # a docstring that begins with its method and path


class FieldProblem(msgspec.Struct, frozen=True):
    """One field that is wrong: its path in the body or its query parameter."""

    field: str
    code: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True):
    """RFC 9457. `code` is stable; `detail` is for developers; some codes have members of their own."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


class EventPayload(msgspec.Struct, frozen=True):
    """The body of a webhook, and a line of the event list. Events of one call have a growing `sequence` in `data`."""

    type: EventType
    timestamp: Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
    data: dict[str, Any]


def operation_id(route: Route) -> str:
    """Unique, and a name for a generated client's function."""
    return f"{tag(route)}_{route.handler.__name__}"


def tag(route: Route) -> str:
    """What a route belongs to: the module of its handler."""
    return route.handler.__module__.rpartition(".")[2]


def problems(route: Route) -> tuple[str, ...]:
    """Every code that a route may refuse with."""
    codes = [*ANY_KEY, "query_invalid", *route.problems, "internal"]
    if route.scope is not None:
        codes.append("scope_missing")
    if route.body is not None:
        codes += WITH_BODY
    if "after" in route.query:
        codes.append("cursor_invalid")
    if route.takes:
        codes.append("body_too_large")
    if route.repeatable:
        codes += REPEATABLE
    if PARTS.search(route.path):
        codes += ("id_invalid", "not_found")
    return tuple(dict.fromkeys(codes))


def document(routes: Sequence[Route], events: Iterable[str]) -> dict[str, Any]:
    """The whole description."""
    types = [kind for route in routes for kind in _types(route)]
    schemas, components = msgspec.json.schema_components([*types, ProblemDocument, EventPayload], ref_template=SCHEMAS)
    by_type = dict(zip(types, schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(f"/v1{route.path}", {})[route.method.lower()] = _operation(route, by_type.__getitem__)
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": version("zvonok"), "description": ABOUT, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in dict.fromkeys(map(tag, routes))],
        "paths": paths,
        "webhooks": {kind: {"post": _webhook(kind)} for kind in events},
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "sk_live_… or sk_test_…"}},
            "headers": _HEADERS,
            "parameters": _PARAMETERS,
        },
    }


_LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}

_HEADERS: Mapping[str, Any] = {
    name: {"description": text, "schema": {"type": kind}}
    for name, kind, text in (
        ("X-Request-Id", "string", "Names this request in our log; a harmless one of yours is kept."),
        ("ETag", "string", "Send it back as If-None-Match."),
        ("Last-Modified", "string", "When anything in the answer last changed."),
        ("Location", "string", "Where the new record is."),
        ("Idempotency-Replayed", "string", "`true`: the stored answer to an earlier request with this key."),
        ("Retry-After", "integer", "Seconds to wait."),
        ("RateLimit-Limit", "integer", "Requests that may come in a burst."),
        ("RateLimit-Remaining", "integer", "Requests that may still come at once."),
        ("RateLimit-Reset", "integer", "Seconds until a whole burst may come again."),
        ("WWW-Authenticate", "string", "How to authenticate."),
    )
}

_PARAMETERS: Mapping[str, Any] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Carried out once in 24 hours: the same request with the same key gets the stored answer.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": KEY_PATTERN},
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag you have: 304 without a body when it is still the answer's.",
        "schema": {"type": "string"},
    },
}


def _types(route: Route) -> list[Any]:
    found = [*_json_answers(route), *route.query.values(), *route.parts.values(), PATH_ID]
    return [*found, route.body] if route.body is not None else found


def _json_answers(route: Route) -> list[Any]:
    kinds = [kind for answer in route.answers.values() for kind in (answer if isinstance(answer, tuple) else (answer,))]
    return [kind for kind in kinds if kind is not None and not isinstance(kind, Media)]


def _operation(route: Route, schema: Callable[[Any], Any]) -> dict[str, Any]:
    scope = f"Needs the scope `{route.scope}`." if route.scope else "Any key may ask."
    about = _OWN_WORDS.sub("", " ".join((route.handler.__doc__ or "").split()))
    operation: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": route.summary,
        "description": f"{about} {scope}".strip(),
        "tags": [tag(route)],
        "security": [{"key": [route.scope] if route.scope else []}],
        "parameters": [*_path_parameters(route, schema), *_query_parameters(route, schema), *_headers_taken(route)],
        "responses": {**_successes(route, schema), **_refusals(route)},
    }
    if route.body is not None:
        content = {"schema": schema(route.body)} | ({} if route.example is None else {"example": route.example})
        required = bool(msgspec.json.schema(route.body)["$defs"][route.body.__name__]["required"])
        operation["requestBody"] = {"required": required, "content": {JSON: content}}
    if route.takes:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(route.takes, binary)}
    return operation


def _path_parameters(route: Route, schema: Callable[[Any], Any]) -> list[dict[str, Any]]:
    return [
        {"name": part, "in": "path", "required": True, "schema": schema(route.parts.get(part, PATH_ID))}
        for part in PARTS.findall(route.path)
    ]


def _query_parameters(route: Route, schema: Callable[[Any], Any]) -> list[dict[str, Any]]:
    found = []
    for name, kind in route.query.items():
        parameter = {"name": name, "in": "query", "required": name in route.required, "schema": schema(kind)}
        if text := described(kind):
            parameter["description"] = text
        found.append(parameter)
    return found


def _headers_taken(route: Route) -> list[dict[str, str]]:
    names = ["Idempotency-Key"] if route.repeatable else ["If-None-Match"] if route.method == "GET" else []
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _successes(route: Route, schema: Callable[[Any], Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, answer in route.answers.items():
        kinds = [kind for kind in (answer if isinstance(answer, tuple) else (answer,)) if kind is not None]
        response: dict[str, Any] = {"description": _meaning(status), "headers": _headers_given(route, status)}
        if kinds:
            response["content"] = dict(_content(kind, schema) for kind in kinds)
        found[str(status)] = response
    if route.method == "GET":
        found["304"] = {"description": "You have this answer already", "headers": _refer("X-Request-Id", "ETag")}
    return found


def _content(kind: Any, schema: Callable[[Any], Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(kind, Media):
        return kind.type, {"schema": {"type": "string"}}
    return JSON, {"schema": schema(kind)}


def _meaning(status: int) -> str:
    return {200: "Done", 201: "Created", 202: "Accepted: it goes on by itself", 204: "Done; there is nothing to say"}[
        status
    ]


def _headers_given(route: Route, status: int) -> dict[str, Any]:
    names = ["X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    if route.method == "GET":
        names.append("ETag")
    if status in (201, 202):
        names.append("Location")
    if route.repeatable:
        names.append("Idempotency-Replayed")
    return _refer(*names)


def _refusals(route: Route) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in problems(route):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {str(status): _refusal(status, codes) for status, codes in sorted(by_status.items())}


def _refusal(status: int, codes: list[str]) -> dict[str, Any]:
    known = {"properties": {"code": {"enum": codes}, "status": {"const": status}}}
    names = ["X-Request-Id", *_MORE_HEADERS.get(status, ())]
    return {
        "description": "; ".join(f"`{code}`: {KINDS[code].title}" for code in codes),
        "headers": _refer(*names),
        "content": {PROBLEM_JSON: {"schema": {"allOf": [{"$ref": SCHEMAS.format(name="ProblemDocument")}, known]}}},
    }


_MORE_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}


def _refer(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _webhook(kind: str) -> dict[str, Any]:
    payload = {"allOf": [{"$ref": SCHEMAS.format(name="EventPayload")}, {"properties": {"type": {"const": kind}}}]}
    signed = [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in (
            ("webhook-id", "The same on every retry: your idempotency key."),
            ("webhook-timestamp", "Seconds since the epoch when this attempt was signed."),
            ("webhook-signature", "`v1,` and the base64 HMAC-SHA256 of id.timestamp.body; several when keys rotate."),
        )
    ]
    return {
        "operationId": f"webhook_{kind.replace('.', '_')}",
        "summary": kind,
        "tags": ["webhooks"],
        "security": [],
        "parameters": signed,
        "requestBody": {"required": True, "content": {JSON: {"schema": payload}}},
        "responses": {"2XX": {"description": "Received"}, "410": {"description": "Send nothing more to this address"}},
    }
