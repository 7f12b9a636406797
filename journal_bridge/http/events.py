"""/v1/events: catch up with what happened, or follow it as it happens."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct

from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core import events as rules
from journal_bridge.core.events import EVENT_TYPES, Event, EventType
from journal_bridge.core.problems import wrong_query
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import EVENT_STREAM, Route
from journal_bridge.http.wire import Ask

HEARTBEAT_SECONDS = 15.0  # proxies close what is silent for a minute
WRITE_SECONDS = 30.0  # a reader that takes nothing for so long is gone
RETRY_MS = 2000  # how long a browser waits before it connects again

STREAM_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx hands each event on at once
}

Types = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        description=f"Types with commas between them; all when it is left out: {', '.join(EVENT_TYPES)}.",
    ),
]
EventId = Annotated[str, Meta(min_length=1, max_length=40, description="The id of an event: those behind it come.")]


class EventAnswer(Struct, frozen=True):
    """One event; `id` is the `webhook-id` of its deliveries. `data` of a call's event holds `call` and `sequence`."""

    id: str
    type: EventType
    timestamp: datetime
    data: dict[str, Any]


class EventPageAnswer(Struct, frozen=True):
    """Events in their order. Keep `next` and send it as `after`, now or later; null: nothing has ever happened."""

    data: list[EventAnswer]
    has_more: bool
    next: str | None


async def page(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/events."""
    limit, after = ask.query.get("limit", DEFAULT_PAGE), ask.query.get("after")
    found = await bridge.events.page(ask.journal, _types(ask), limit, after)
    return Answer(EventPageAnswer([_view(event) for event in found.events], found.has_more, found.next))


async def stream(bridge: JournalBridge, ask: Ask) -> web.StreamResponse:
    """GET /v1/events/stream, as browsers' EventSource reads it: from now on, or from behind the event Last-Event-ID."""
    types, request = _types(ask), ask.request
    with bridge.events.seat(ask.journal):
        after = request.headers.get("Last-Event-ID") or ask.query.get("after")
        place = await bridge.events.start(ask.journal, after)
        response = web.StreamResponse(headers=STREAM_HEADERS)
        response.content_type = EVENT_STREAM.type
        await response.prepare(request)
        try:
            await _write(response, f"retry: {RETRY_MS}\n\n".encode())
            async for events in bridge.events.follow(ask.journal, place, types, HEARTBEAT_SECONDS):
                await _write(response, b"".join(map(_message, events)) or b": still here\n\n")
        except (ConnectionError, TimeoutError):  # the reader is gone; it says where it was when it comes back
            pass
    return response


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(data)


def _message(event: Event) -> bytes:
    """One event on the stream; JSON has no line ends, so the payload is one line."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (event.id.encode(), event.type.encode(), rules.body(event))


def _view(event: Event) -> EventAnswer:
    return EventAnswer(event.id, event.type, datetime.fromtimestamp(int(event.at), UTC), dict(event.data))


def _types(ask: Ask) -> tuple[EventType, ...]:
    asked = {name for name in ask.query.get("types", "").split(",") if name}
    found = tuple(kind for kind in EVENT_TYPES if kind in asked)
    if unknown := sorted(asked.difference(found)):
        raise wrong_query("types", f"Unknown types: {', '.join(unknown)}; known are {', '.join(EVENT_TYPES)}.")
    return found


ROUTES = (
    Route(
        "GET",
        "/events",
        "webhooks:write",
        page,
        "Catch up with events",
        {200: EventPageAnswer},
        query={**PAGED, "types": Types},
        problems=("cursor_invalid",),
    ),
    Route(
        "GET",
        "/events/stream",
        "webhooks:write",
        stream,
        "Follow events",
        {200: EVENT_STREAM},
        query={"types": Types, "after": EventId},
        problems=("cursor_invalid", "streams_full"),
    ),
)
