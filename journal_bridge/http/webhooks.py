"""/v1/webhook-endpoints and /v1/deliveries: where events go, and what went there."""

from datetime import UTC, datetime

from msgspec import Struct

from identity.core.bodies import EmptyBody, decode
from identity.http.wire import Answer
from journal_bridge.bridge import JournalBridge
from journal_bridge.core.events import EventType
from journal_bridge.core.webhooks import Delivery, Endpoint, Status
from journal_bridge.core.webhooks_requests import EndpointBody, EndpointChangesBody
from journal_bridge.http.query import DEFAULT_PAGE, PAGED
from journal_bridge.http.route import Route
from journal_bridge.http.wire import Ask

SECRET_HEADERS = {"Cache-Control": "no-store"}


class EndpointAnswer(Struct, frozen=True):
    """Where events go. No `events`: all of them. `off_reason` says why we switched it off, `failing_since` since when
    every try has failed."""

    id: str
    url: str
    events: list[EventType]
    description: str
    enabled: bool
    off_reason: str | None
    failing_since: datetime | None
    created_at: datetime


class NewSecretAnswer(EndpointAnswer, frozen=True):
    """The same with its signing secret, which is never shown again."""

    secret: str


class EndpointsAnswer(Struct, frozen=True):
    """All endpoints of the journal, oldest first."""

    data: list[EndpointAnswer]


class EventNameAnswer(Struct, frozen=True):
    """Which event is delivered."""

    id: str
    type: EventType


class TryAnswer(Struct, frozen=True):
    """What came of the latest try: an answer's status and the beginning of its body, or an error."""

    at: datetime
    ms: int
    status: int | None
    body: str | None
    error: str | None


class DeliveryAnswer(Struct, frozen=True):
    """One event for one endpoint. A waiting one whose call has earlier ones waiting goes after them."""

    id: str
    endpoint: str
    event: EventNameAnswer
    status: Status
    tries: int
    last_try: TryAnswer | None
    next_try_at: datetime | None
    created_at: datetime


class DeliveryPageAnswer(Struct, frozen=True):
    """Deliveries, the newest event first."""

    data: list[DeliveryAnswer]
    has_more: bool
    next: str | None


async def create(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/webhook-endpoints."""
    made = await bridge.webhooks.create(ask.journal, decode(ask.body, EndpointBody))
    headers = {**SECRET_HEADERS, "Location": f"/v1/webhook-endpoints/{made.id}"}
    return Answer(_with_secret(made), status=201, headers=headers)


async def listed(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/webhook-endpoints."""
    return Answer(EndpointsAnswer([_endpoint(one) for one in await bridge.webhooks.all(ask.journal)]))


async def get(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/webhook-endpoints/{endpoint}."""
    return Answer(_endpoint(await bridge.webhooks.get(ask.journal, ask.reference("endpoint"))))


async def change(bridge: JournalBridge, ask: Ask) -> Answer:
    """PATCH /v1/webhook-endpoints/{endpoint}."""
    body = decode(ask.body, EndpointChangesBody)
    return Answer(_endpoint(await bridge.webhooks.change(ask.journal, ask.reference("endpoint"), body)))


async def remove(bridge: JournalBridge, ask: Ask) -> Answer:
    """DELETE /v1/webhook-endpoints/{endpoint}."""
    await bridge.webhooks.remove(ask.journal, ask.reference("endpoint"))
    return Answer(status=204)


async def rotate(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/webhook-endpoints/{endpoint}/rotate-secret."""
    decode(ask.body, EmptyBody)
    rotated = await bridge.webhooks.rotate(ask.journal, ask.reference("endpoint"))
    return Answer(_with_secret(rotated), headers=SECRET_HEADERS)


async def test(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/webhook-endpoints/{endpoint}/test: look at the delivery for what came of it."""
    decode(ask.body, EmptyBody)
    return Answer(_delivery(await bridge.webhooks.test(ask.journal, ask.reference("endpoint"))), status=202)


async def deliveries(bridge: JournalBridge, ask: Ask) -> Answer:
    """GET /v1/webhook-endpoints/{endpoint}/deliveries."""
    limit, after = ask.query.get("limit", DEFAULT_PAGE), ask.query.get("after")
    found = await bridge.webhooks.deliveries(ask.journal, ask.reference("endpoint"), limit, after)
    shown = [_delivery(one) for one in found.deliveries]
    return Answer(DeliveryPageAnswer(shown, found.next is not None, found.next))


async def retry(bridge: JournalBridge, ask: Ask) -> Answer:
    """POST /v1/deliveries/{delivery}/retry."""
    decode(ask.body, EmptyBody)
    return Answer(_delivery(await bridge.webhooks.retry(ask.journal, ask.reference("delivery"))), status=202)


def _endpoint(endpoint: Endpoint) -> EndpointAnswer:
    return EndpointAnswer(
        endpoint.id,
        endpoint.url,
        list(endpoint.events),
        endpoint.description,
        endpoint.enabled,
        endpoint.off_reason,
        _moment(endpoint.failing_since) if endpoint.failing_since is not None else None,
        _moment(endpoint.created_at),
    )


def _with_secret(endpoint: Endpoint) -> NewSecretAnswer:
    shown = _endpoint(endpoint)
    fields = {name: getattr(shown, name) for name in shown.__struct_fields__}
    return NewSecretAnswer(**fields, secret=endpoint.secret)


def _delivery(delivery: Delivery) -> DeliveryAnswer:
    last = None
    if delivery.last_try_at is not None:
        last = TryAnswer(
            _moment(delivery.last_try_at),
            delivery.answer_ms or 0,
            delivery.answer_status,
            delivery.answer_text,
            delivery.error,
        )
    return DeliveryAnswer(
        delivery.id,
        delivery.endpoint,
        EventNameAnswer(delivery.event, delivery.type),
        delivery.status,
        delivery.tries,
        last,
        _moment(delivery.next_at) if delivery.status == "waiting" else None,
        _moment(delivery.created_at),
    )


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


_SCOPE = "webhooks:write"
_PATH = "/webhook-endpoints/{endpoint}"
_UNKNOWN = ("endpoint_unknown",)

ROUTES = (
    Route("GET", "/webhook-endpoints", _SCOPE, listed, "List webhook endpoints", {200: EndpointsAnswer}),
    Route(
        "POST",
        "/webhook-endpoints",
        _SCOPE,
        create,
        "Add a webhook endpoint",
        {201: NewSecretAnswer},
        EndpointBody,
        problems=("endpoints_full",),
        example={"url": "https://journal.example.org/hooks/zvonok", "events": ["call.started", "attendance.ready"]},
    ),
    Route("GET", _PATH, _SCOPE, get, "Look at a webhook endpoint", {200: EndpointAnswer}, problems=_UNKNOWN),
    Route(
        "PATCH",
        _PATH,
        _SCOPE,
        change,
        "Change a webhook endpoint",
        {200: EndpointAnswer},
        EndpointChangesBody,
        problems=_UNKNOWN,
        example={"description": "Журнал, основной сервер", "enabled": True},
    ),
    Route("DELETE", _PATH, _SCOPE, remove, "Delete a webhook endpoint", {204: None}, problems=_UNKNOWN),
    Route(
        "POST",
        f"{_PATH}/rotate-secret",
        _SCOPE,
        rotate,
        "Replace the secret",
        {200: NewSecretAnswer},
        EmptyBody,
        problems=_UNKNOWN,
        example={},
    ),
    Route(
        "POST",
        f"{_PATH}/test",
        _SCOPE,
        test,
        "Send a test event",
        {202: DeliveryAnswer},
        EmptyBody,
        problems=(*_UNKNOWN, "endpoint_off"),
        example={},
        repeatable=True,
    ),
    Route(
        "GET",
        f"{_PATH}/deliveries",
        _SCOPE,
        deliveries,
        "List deliveries",
        {200: DeliveryPageAnswer},
        query=PAGED,
        problems=(*_UNKNOWN, "cursor_invalid"),
    ),
    Route(
        "POST",
        "/deliveries/{delivery}/retry",
        _SCOPE,
        retry,
        "Deliver again",
        {202: DeliveryAnswer},
        EmptyBody,
        problems=("delivery_unknown", "endpoint_off"),
        example={},
        repeatable=True,
    ),
)
