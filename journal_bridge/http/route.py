"""One line of the interface: what serves it, who may ask, what goes in and out.

The application, the description (OpenAPI) and the documentation's tests are all made of these lines.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from identity.core.bodies import Body
from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.http.wire import MAX_BODY, Ask

Handler = Callable[[JournalBridge, Ask], Awaitable[Answer | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON, by its media type, like "text/csv"."""

    type: str


EVENT_STREAM = Media("text/event-stream")
"""An answer that never ends by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """A method and a path below /v1.

    A handler decodes `body` itself with `decode(ask.body, …)`. `answers` maps each success status to the type of its
    body: a msgspec Struct, a `Media`, a tuple of both, or None for no body. `problems` are the codes it may refuse
    with, besides those that any request may get. `repeatable`: honours Idempotency-Key.
    """

    method: str
    path: str
    scope: str | None
    handler: Handler
    summary: str
    answers: Mapping[int, Any]
    body: type[Body] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    """Parameter name -> its type with limits, as msgspec writes them; the handler gets values of these types."""
    problems: tuple[str, ...] = ()
    example: Any = None
    """A body that is accepted in the documentation's school; tests send it."""
    repeatable: bool = False
    max_body: int = MAX_BODY
    """Bytes."""
    takes: tuple[str, ...] = ()
    """Media types of a body that is no JSON: the handler reads it from `ask.request` itself."""
    required: tuple[str, ...] = ()
    """Query parameters that must be there."""
    parts: Mapping[str, Any] = field(default_factory=dict)
    """Types of the path's parts that are no references to a record."""
