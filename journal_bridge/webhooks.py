"""A journal's webhook endpoints and the log of what went there. In: checked bodies. Out: records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from journal_bridge.core import ids, webhooks
from journal_bridge.core.problems import ProblemError, wrong_field
from journal_bridge.core.targets import TargetError, Targets
from journal_bridge.core.webhooks import BOTH_SECONDS, MAX_ENDPOINTS, SECRET_BYTES, Delivery, Endpoint
from journal_bridge.core.webhooks_requests import EndpointBody, EndpointChangesBody
from journal_bridge.outbox import Outbox
from journal_bridge.store import events
from journal_bridge.store import webhooks as store


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Deliveries, the newest event first; `next` leads on, None at the end."""

    deliveries: tuple[Delivery, ...]
    next: str | None


class Webhooks:
    """All methods raise ProblemError; each is one transaction. What belongs to other journals is unknown."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        targets: Targets,
        *,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._targets = targets
        self._clock = clock
        self._random = random

    async def create(self, journal: str, body: EndpointBody) -> Endpoint:
        """A new endpoint: it gets what happens from now on. Its secret is shown only now."""
        self._check(body.url)
        new_id = ids.make("whe", self._random(ids.ID_BYTES))
        values: dict[str, Any] = {
            "id": new_id,
            "journal_id": journal,
            "url": body.url,
            "events": " ".join(sorted(set(body.events))),
            "description": body.description,
            "enabled": True,
            "secret": webhooks.secret(self._random(SECRET_BYTES)),
            "created_at": self._clock(),
        }
        async with self._database.write() as connection:
            await events.lock(connection, journal)
            if len(await store.endpoints(connection, journal)) >= MAX_ENDPOINTS:
                raise ProblemError("endpoints_full", f"A journal may have {MAX_ENDPOINTS} endpoints: delete one.")
            await store.add_endpoint(connection, values)
            return await _endpoint(connection, journal, new_id)

    async def all(self, journal: str) -> list[Endpoint]:
        """Oldest first."""
        async with self._database.read() as connection:
            return await store.endpoints(connection, journal)

    async def get(self, journal: str, endpoint: str) -> Endpoint:
        """One endpoint."""
        async with self._database.read() as connection:
            return await _endpoint(connection, journal, endpoint)

    async def change(self, journal: str, endpoint: str, body: EndpointChangesBody) -> Endpoint:
        """What is not sent stays. Switched on again it gets what waits and what happens from now on."""
        values: dict[str, Any] = {}
        if body.url is not UNSET:
            self._check(body.url)
            values["url"] = body.url
        if body.events is not UNSET:
            values["events"] = " ".join(sorted(set(body.events)))
        if body.description is not UNSET:
            values["description"] = body.description
        if body.enabled is not UNSET:
            values |= {"enabled": body.enabled, "off_reason": None}
        async with self._database.write() as connection:
            found = await _endpoint(connection, journal, endpoint)
            if values:
                await store.change_endpoint(connection, found.id, values)
            changed = await _endpoint(connection, journal, endpoint)
        self._outbox.bell.ring(journal)
        return changed

    async def remove(self, journal: str, endpoint: str) -> None:
        """The endpoint and its log are gone."""
        async with self._database.write() as connection:
            await events.lock(connection, journal)  # nobody is just making deliveries for it
            found = await _endpoint(connection, journal, endpoint)
            await store.remove_endpoint(connection, found.id)

    async def rotate(self, journal: str, endpoint: str) -> Endpoint:
        """A new secret, shown only now; for a day the one before signs as well."""
        async with self._database.write() as connection:
            found = await _endpoint(connection, journal, endpoint)
            values = {
                "secret": webhooks.secret(self._random(SECRET_BYTES)),
                "old_secret": found.secret,
                "old_secret_until": self._clock() + BOTH_SECONDS,
            }
            await store.change_endpoint(connection, found.id, values)
            return await _endpoint(connection, journal, endpoint)

    async def test(self, journal: str, endpoint: str) -> Delivery:
        """Send an event `webhook.test` there at once."""
        async with self._database.write() as connection:
            found = await _endpoint(connection, journal, endpoint)
            _check_on(found)
            delivery = await self._outbox.test(connection, journal, found.id)
            return await _delivery(connection, journal, delivery)

    async def deliveries(self, journal: str, endpoint: str, limit: int, after: str | None) -> DeliveryPage:
        """The endpoint's log."""
        async with self._database.read() as connection:
            found = await _endpoint(connection, journal, endpoint)
            before = await _place(connection, journal, found.id, after) if after else None
            listed = await store.deliveries(connection, found.id, before=before, limit=limit + 1)
        shown = tuple(listed[:limit])
        return DeliveryPage(shown, shown[-1].id if len(listed) > limit else None)

    async def retry(self, journal: str, delivery: str) -> Delivery:
        """Try a delivery again at once, delivered or failed. The call's later events wait for it."""
        async with self._database.write() as connection:
            found = await _delivery(connection, journal, delivery)
            _check_on(await _endpoint(connection, journal, found.endpoint))
            await store.retry(connection, found.id, self._clock())
            again = await _delivery(connection, journal, delivery)
        self._outbox.bell.ring(journal)
        return again

    def _check(self, url: str) -> None:
        try:
            self._targets.check_url(url)
        except TargetError as error:
            raise wrong_field("url", error.code, str(error)) from None


def _check_on(endpoint: Endpoint) -> None:
    if not endpoint.enabled:
        reason = endpoint.off_reason or "You switched it off."
        raise ProblemError("endpoint_off", f"{reason} PATCH it with enabled: true first.")


async def _endpoint(connection: AsyncConnection, journal: str, endpoint: str) -> Endpoint:
    found = await store.endpoint(connection, endpoint)
    if found is None or found.journal != journal:
        raise ProblemError("endpoint_unknown", "There is no such endpoint in your journal.")
    return found


async def _delivery(connection: AsyncConnection, journal: str, delivery: str) -> Delivery:
    found = await store.delivery(connection, delivery)
    if found is None or found[1] != journal:
        raise ProblemError("delivery_unknown", "There is no such delivery in your journal; they are kept for 30 days.")
    return found[0]


async def _place(connection: AsyncConnection, journal: str, endpoint: str, after: str) -> tuple[int, str]:
    found = await store.delivery(connection, after)
    if found is None or found[1] != journal or found[0].endpoint != endpoint:
        raise ProblemError("cursor_invalid", "Send the `next` of the previous page unchanged.")
    return found[0].position, found[0].id
