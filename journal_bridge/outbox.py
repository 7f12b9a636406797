"""Events for journals, written in the same transaction as the change they tell of.

In: an open write transaction and what happened. Out: a row that `/v1/events` and the stream are served from, and a
delivery for each webhook endpoint that wants it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.bell import Bell
from journal_bridge.core import ids
from journal_bridge.core.events import EventType
from journal_bridge.store import events as store
from journal_bridge.store import webhooks


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell a journal. Events of one call get a growing `sequence` in their data."""

    type: EventType
    data: Mapping[str, Any]
    call: str | None = None


class Outbox:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes. `bell` rings when something is new."""

    def __init__(self, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self.bell = Bell()
        self._clock = clock
        self._random = random

    async def record(
        self,
        connection: AsyncConnection,
        journal: str,
        kind: EventType,
        data: Mapping[str, Any],
        *,
        call: str | None = None,
    ) -> None:
        """Tell the journal, when this transaction commits.

        Let it be the transaction's last work: others who tell the same journal something wait for its end.
        """
        await self.record_all(connection, journal, [News(kind, data, call)])

    async def record_all(self, connection: AsyncConnection, journal: str, news: Sequence[News]) -> list[str]:
        """The same for several things, in their order: the ids of their events."""
        await store.lock(connection, journal)
        rows = await self._rows(connection, journal, news)
        positions = await store.add(connection, rows)
        places = [place for place in await webhooks.endpoints(connection, journal) if place.enabled]
        deliveries = [
            self._delivery(place.id, row, positions[row["id"]])
            for row in rows
            for place in places
            if place.wants(row["type"])
        ]
        await webhooks.add_deliveries(connection, deliveries)
        self.bell.ring_soon(journal)
        return [row["id"] for row in rows]

    async def test(self, connection: AsyncConnection, journal: str, endpoint: str) -> str:
        """Send an event that says nothing to one endpoint, whatever it wants else: the delivery's id."""
        await store.lock(connection, journal)
        rows = await self._rows(connection, journal, [News("webhook.test", {"endpoint": endpoint})])
        positions = await store.add(connection, rows)
        delivery = self._delivery(endpoint, rows[0], positions[rows[0]["id"]])
        await webhooks.add_deliveries(connection, [delivery])
        self.bell.ring_soon(journal)
        return str(delivery["id"])

    async def _rows(self, connection: AsyncConnection, journal: str, news: Sequence[News]) -> list[dict[str, Any]]:
        last: dict[str, int] = {}
        rows = []
        for one in news:
            data, sequence = dict(one.data), None
            if one.call is not None:
                known = last.get(one.call)
                known = await store.last_sequence(connection, one.call) if known is None else known
                sequence = last[one.call] = known + 1
                data["sequence"] = sequence
            rows.append(
                {
                    "id": ids.make("evt", self._random(ids.ID_BYTES)),
                    "journal_id": journal,
                    "type": one.type,
                    "call": one.call,
                    "sequence": sequence,
                    "at": self._clock(),
                    "data": json.dumps(data, ensure_ascii=False),
                }
            )
        return rows

    def _delivery(self, endpoint: str, row: Mapping[str, Any], position: int) -> dict[str, Any]:
        return {
            "id": ids.make("dlv", self._random(ids.ID_BYTES)),
            "endpoint_id": endpoint,
            "event_id": row["id"],
            "position": position,
            "call": row["call"],
            "next_at": row["at"],
        }
