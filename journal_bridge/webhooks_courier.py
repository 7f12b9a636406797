"""Sends what waits: in order per call, several at once, no server the same as another. In: deliveries. Out: POSTs."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from identity.ports import Database
from journal_bridge.bell import Bell
from journal_bridge.core import events as payloads
from journal_bridge.core import webhooks as rules
from journal_bridge.core.webhooks import LEASE_SECONDS, PER_ENDPOINT, Delivery, Endpoint, Outcome
from journal_bridge.store import events
from journal_bridge.store import webhooks as store
from journal_bridge.webhooks_sending import Sender

log = logging.getLogger("zvonok.webhooks")

AT_ONCE = 32  # attempts of this server: eight endpoints that do not answer leave the others nothing for 15 seconds
LOOK_SECONDS = 1.0  # how late a step of the ladder, or an event of another server, may be

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Courier:
    """`clock`: seconds since the epoch. `random`: that many bytes. `spawn` runs attempts beside each other."""

    def __init__(
        self,
        database: Database,
        bell: Bell,
        sender: Sender,
        *,
        spawn: Spawn,
        clock: Callable[[], float],
        random: Callable[[int], bytes],
    ) -> None:
        self._database = database
        self._bell = bell
        self._sender = sender
        self._spawn = spawn
        self._clock = clock
        self._random = random
        self._busy: Counter[str] = Counter()  # attempts under way by endpoint
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def run(self) -> None:
        """Send until `close`."""
        while not self._closing:
            try:
                await self.turn()
            except (SQLAlchemyError, OSError):
                log.exception("deliveries are not looked for; trying again")
            await self._bell.wait(LOOK_SECONDS)

    async def turn(self) -> None:
        """Begin every attempt that is due and has room."""
        room = AT_ONCE - self._busy.total()
        if room <= 0 or self._closing:
            return
        now = self._clock()
        async with self._database.read() as connection:
            due = await store.due(connection, now, busy=self._busy, per_endpoint=PER_ENDPOINT, limit=room)
        if not due:
            return
        async with self._database.write() as connection:
            claimed = await store.claim(connection, due, now, now + LEASE_SECONDS)
        for delivery, endpoint in claimed:
            self._busy[endpoint.id] += 1
            task = self._spawn(self._carry(delivery, endpoint))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Everything that is due now has been tried when this returns."""
        await self.turn()
        while self._tasks:
            await asyncio.wait(self._tasks)
            await self.turn()

    async def close(self) -> None:
        """Break off what is under way; it is tried again by whoever comes next."""
        self._closing = True
        await self._sender.close()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _carry(self, delivery: Delivery, endpoint: Endpoint) -> None:
        try:
            await self._attempt(delivery, endpoint)
        except (SQLAlchemyError, OSError):  # the lease ends by itself, then it is tried again
            log.exception("delivery %s is not written", delivery.id)
        finally:
            self._busy[endpoint.id] -= 1
            if not self._busy[endpoint.id]:
                del self._busy[endpoint.id]
            self._bell.ring()  # the call's next event may go now

    async def _attempt(self, delivery: Delivery, endpoint: Endpoint) -> None:
        async with self._database.read() as connection:
            event = await events.by_id(connection, delivery.event)
        if event is None:  # too old by now, and its deliveries with it
            return
        body = payloads.body(event)
        outcome = await self._sender.post(endpoint.url, rules.headers(endpoint, event.id, body, self._clock()), body)
        await self._settle(delivery, outcome)

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        assert delivery.leased_until is not None
        now, chance = self._clock(), self._random(1)[0] / 255
        async with self._database.write() as connection:
            if self._closing and outcome.status is None:  # broken off by us
                await store.settle(connection, delivery.id, delivery.leased_until, {})
                return
            written = rules.settled(delivery, outcome, now, chance)
            if not await store.settle(connection, delivery.id, delivery.leased_until, written):
                return
            endpoint = await store.endpoint(connection, delivery.endpoint, lock=True)
            if endpoint is None:
                return
            if changes := rules.endpoint_after(endpoint, outcome, now):
                await store.change_endpoint(connection, endpoint.id, changes)
            if rules.recovers(endpoint, outcome, now):
                await store.hurry(connection, endpoint.id, now)
        if not rules.good(outcome):
            log.info("delivery %s failed: %s", delivery.id, outcome.error or f"answer {outcome.status}")
