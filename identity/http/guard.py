"""What surrounds every handler: a request id, and a problem document for whatever goes wrong."""

import logging
import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from identity.core.problems import ProblemError
from identity.http.wire import render_problem

log = logging.getLogger("zvonok.http")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUEST_ID = web.RequestKey("request_id", str)
REQUEST_ID_PATTERN = re.compile(r"[A-Za-z0-9._~-]{8,64}")  # a client's own id is kept when it is harmless in a log
REQUEST_ID_BYTES = 9


class Guard:
    """`random` gives that many bytes, for request ids."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random

    def around(self, handler: Handler) -> Handler:
        """The handler with the guard, for routes of an application that has other routes too."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            return await self.run(request, handler)

        return guarded

    def middleware(self) -> Middleware:
        """The guard for a whole application."""

        @web.middleware
        async def guarding(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.run(request, handler)

        return guarding

    async def run(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The handler's response or a problem document, with the request's id in its headers."""
        asked = request.headers.get("X-Request-Id", "")
        request_id = asked if REQUEST_ID_PATTERN.fullmatch(asked) else f"req_{self._random(REQUEST_ID_BYTES).hex()}"
        request[REQUEST_ID] = request_id
        response = await _answered(request, handler, request_id)
        response.headers["X-Request-Id"] = request_id
        return response


async def _answered(request: web.Request, handler: Handler, request_id: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProblemError as error:
        return render_problem(error, request_id)
    except web.HTTPNotFound:
        return render_problem(ProblemError("not_found", f"Nothing is served at {request.path}."), request_id)
    except web.HTTPMethodNotAllowed as error:
        allowed = ", ".join(sorted(error.allowed_methods))
        response = render_problem(ProblemError("method_not_allowed", f"Allowed are {allowed}."), request_id)
        response.headers["Allow"] = allowed
        return response
    except web.HTTPException:
        raise
    except Exception:
        log.exception("request %s (%s %s) failed", request_id, request.method, request.path)
        problem = ProblemError("internal", "The failure is in our log under this request_id.")
        return render_problem(problem, request_id)
