"""Events for journals, written in the same transaction as the change they tell of.

In: an open write transaction and what happened. Out: a row that `/v1/events`, the stream and webhooks are served from.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core import ids
from journal_bridge.store.events import EVENTS

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
    "import.finished",
]

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


class Outbox:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(self, *, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
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
        """Tell the journal, when this transaction commits. Events of one call get a growing `sequence`."""
        sequence = None
        if call is not None:
            query = select(func.coalesce(func.max(EVENTS.c.sequence), 0) + 1).where(EVENTS.c.call == call)
            sequence = (await connection.execute(query)).scalar_one()
        await connection.execute(
            insert(EVENTS).values(
                id=ids.make("evt", self._random(ids.ID_BYTES)),
                journal_id=journal,
                type=kind,
                call=call,
                sequence=sequence,
                at=self._clock(),
                data=json.dumps(data, ensure_ascii=False),
            )
        )
