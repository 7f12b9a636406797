"""Answers as values, and how they travel: JSON, ETag, problem documents, body limits.

In: aiohttp requests. Out: checked bytes and queries; aiohttp responses from `Answer`s and problems.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from identity.core.addresses import client
from identity.core.problems import ProblemError, wrong_query

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"  # RFC 9457 section 3

COMMON_HEADERS = {"Cache-Control": "no-cache, private", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler gives back: a msgspec Struct (or plain JSON values); without payload there is no body.

    With a `media` type of its own the payload is bytes of that type.
    """

    payload: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = JSON


async def read_body(request: web.BaseRequest, limit: int) -> bytes:
    """The whole body. Raises ProblemError when it is larger, without reading the rest."""
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


TRUSTED_PROXIES = web.AppKey("trusted_proxies", tuple)
"""Networks of proxies that may say in X-Forwarded-For who asks; an application without it trusts none."""


def address(request: web.BaseRequest) -> str:
    """Where the request comes from."""
    trusted = request.config_dict.get(TRUSTED_PROXIES, ()) if isinstance(request, web.Request) else ()
    return client(request.remote or "", ",".join(request.headers.getall("X-Forwarded-For", ())), trusted)


def origin(request: web.BaseRequest, public_url: str) -> str:
    """Scheme, host and port under which browsers reach us."""
    return public_url.rstrip("/") or f"{request.scheme}://{request.host}"


def single_query(request: web.BaseRequest, known: frozenset[str]) -> dict[str, str]:
    """The query as a plain dict. Raises ProblemError for a parameter that is unknown or repeated."""
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in known:
            raise wrong_query(name, f"Unknown parameter {name}; known are {', '.join(sorted(known)) or 'none'}.")
        if name in found:
            raise wrong_query(name, f"{name} is given twice.")
        found[name] = value
    return found


def render(request: web.BaseRequest, answer: Answer) -> web.Response:
    """The response; a GET gets an ETag, and 304 when the client has this very body (RFC 9110 section 13.1.2)."""
    if answer.payload is None:
        return web.Response(status=answer.status, headers={**COMMON_HEADERS, **answer.headers})
    body = dump(answer.payload) if answer.media == JSON else answer.payload
    headers = {**COMMON_HEADERS, **answer.headers}
    if request.method in ("GET", "HEAD"):
        etag = hashlib.sha256(body).hexdigest()[:32]
        headers["ETag"] = f'"{etag}"'
        if any(known.value in (etag, "*") for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
    return web.Response(body=body, status=answer.status, headers=headers, content_type=answer.media, charset="utf-8")


def render_problem(error: ProblemError, request_id: str) -> web.Response:
    """The problem document of an error."""
    headers = dict(COMMON_HEADERS)
    if error.status == 401 and error.code.startswith("key_"):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 6750 section 3
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])  # RFC 9110 section 10.2.3
    document = dump(error.document(request_id))
    return web.Response(body=document, status=error.status, headers=headers, content_type=PROBLEM_JSON)


def dump(payload: Any) -> bytes:
    """JSON in UTF-8 as people read it: Cyrillic letters stay letters."""
    return msgspec.json.encode(payload)


def _too_large(limit: int) -> ProblemError:
    return ProblemError("body_too_large", f"A body may have {limit} bytes.")
