"""Bodies about webhooks and sandbox visits, with their limits."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType, field

from identity.core.bodies import Body
from journal_bridge.core.events import EVENT_TYPES, EventType
from journal_bridge.core.requests import Reference
from journal_bridge.core.targets import MAX_URL

MAX_VISIT = 86400  # seconds

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL, description="https://…, a public address.")]
Types = Annotated[list[EventType], Meta(max_length=len(EVENT_TYPES), description="Empty: all of them.")]
Description = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class EndpointBody(Body, frozen=True):
    """POST /v1/webhook-endpoints."""

    url: Url
    events: Types = field(default_factory=list)
    description: Description = ""


class EndpointChangesBody(Body, frozen=True):
    """PATCH /v1/webhook-endpoints/{endpoint}: what is not sent stays."""

    url: Url | UnsetType = UNSET
    events: Types | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class VisitBody(Body, frozen=True):
    """POST /v1/sandbox/calls/{call}/visits."""

    person: Reference
    seconds: Annotated[int, Meta(ge=0, le=MAX_VISIT)]
