"""Twirp: remote calls as HTTP POST with protobuf or JSON bodies (its specification, version 7).

In: requests to `/twirp/<package>.<Service>/<Method>`. Out: the method's message, or an error as JSON with its code.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from signalling.core.errors import Refusal, UserError
from signalling.core.grants import Claims, Grants
from signalling.live_room import RoomFailedError
from signalling.livekit.tokens import TokenError, Tokens
from signalling.sockets import token_of

logger = logging.getLogger("zvonok.signalling")

STATUS_OF_CODE: Mapping[str, int] = {
    "invalid_argument": 400,
    "malformed": 400,
    "unauthenticated": 401,
    "permission_denied": 403,
    "not_found": 404,
    "bad_route": 404,
    "already_exists": 409,
    "failed_precondition": 412,
    "resource_exhausted": 429,
    "internal": 500,
    "unimplemented": 501,
}

CODES: Mapping[Refusal, str] = {
    Refusal.NOT_FOUND: "not_found",
    Refusal.ALREADY_EXISTS: "already_exists",
    Refusal.NOT_ALLOWED: "permission_denied",
    Refusal.LIMIT_EXCEEDED: "resource_exhausted",
    Refusal.FULL: "resource_exhausted",
    Refusal.INVALID: "invalid_argument",
    Refusal.UNSUPPORTED: "unimplemented",
    Refusal.PRECONDITION: "failed_precondition",
}


@dataclass(frozen=True, slots=True)
class Method:
    """A remote method: what it takes, and what it does with the caller's grants and the request."""

    request: type[Message]
    call: Callable[[Grants, Any], Message]


class TwirpError(Exception):
    """An answer that is an error."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    def response(self) -> web.Response:
        return web.json_response({"code": self.code, "msg": self.text}, status=STATUS_OF_CODE[self.code])


class TwirpServer:
    """Serves the methods of one service under `/twirp/{service}/{method}`."""

    def __init__(
        self, service: str, methods: Mapping[str, Method], tokens: Tokens, grants_of: Callable[[Claims], Grants]
    ) -> None:
        """`grants_of` says what a verified token still allows."""
        self._service = service
        self._methods = methods
        self._tokens = tokens
        self._grants_of = grants_of

    async def handle(self, request: web.Request) -> web.Response:
        try:
            method = self._method(request)
            grants = self._grants(request)
            response = self._call(method, grants, await self._parse(request, method))
        except TwirpError as error:
            logger.info("server request refused path=%r code=%s why=%r", request.path, error.code, error.text)
            return error.response()
        if _is_json(request):
            return web.Response(text=json_format.MessageToJson(response), content_type="application/json")
        return web.Response(body=response.SerializeToString(), content_type="application/protobuf")

    def _method(self, request: web.Request) -> Method:
        service, name = request.match_info["service"], request.match_info["method"]
        method = self._methods.get(name) if service == self._service else None
        if method is None:
            raise TwirpError("bad_route", f"no method {name!r} of {service!r}")
        if request.content_type not in ("application/json", "application/protobuf"):
            raise TwirpError("bad_route", "the content type must be application/json or application/protobuf")
        return method

    def _grants(self, request: web.Request) -> Grants:
        try:
            return self._grants_of(self._tokens.verify(token_of(request)))
        except TokenError as error:
            raise TwirpError("unauthenticated", str(error)) from None

    async def _parse(self, request: web.Request, method: Method) -> Message:
        try:
            body = await request.read()
            if _is_json(request):
                return json_format.Parse(body, method.request(), ignore_unknown_fields=True)
            return method.request.FromString(body)
        except web.HTTPRequestEntityTooLarge:
            raise TwirpError("resource_exhausted", "the request is too large") from None
        except (DecodeError, json_format.ParseError, ValueError, RecursionError):
            raise TwirpError("malformed", "the request cannot be parsed") from None

    def _call(self, method: Method, grants: Grants, message: Message) -> Message:
        try:
            return method.call(grants, message)
        except UserError as error:
            raise TwirpError(CODES[error.refusal], error.text) from None
        except RoomFailedError:
            raise TwirpError("internal", "the room failed and was closed") from None


def _is_json(request: web.Request) -> bool:
    return request.content_type == "application/json"
