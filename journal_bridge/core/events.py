"""What journals are told of, as values. In: what happened. Out: the payload of a webhook, a line of a list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

EventType = Literal[
    "link.created",
    "link.removed",
    "call.planned",
    "call.updated",
    "call.started",
    "call.ended",
    "call.deleted",
    "participant.joined",
    "participant.left",
    "attendance.ready",
    "rooms.opened",
    "rooms.closed",
    "import.finished",
    "webhook.test",
]

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)

KEEP_SECONDS = 30 * 86400.0  # how long events can be caught up with; their deliveries go with them


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a journal. `position` orders the events of one journal, `sequence` those of a call."""

    position: int
    id: str
    type: EventType
    call: str | None
    at: float  # seconds since the epoch
    data: Mapping[str, Any]


def payload(event: Event) -> dict[str, Any]:
    """What a webhook's body holds: the same on each attempt."""
    return {"type": event.type, "timestamp": timestamp(event.at), "data": event.data}


def body(event: Event) -> bytes:
    """The body that is signed and sent."""
    return json.dumps(payload(event), ensure_ascii=False, separators=(",", ":")).encode()


def timestamp(at: float) -> str:
    """RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
