"""Sends messages: queued in SQL with what they belong to, tried until they are worthless, also after a restart."""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core import ids
from identity.core.ids import ID_BYTES
from identity.ports import Database, SendError, Sms
from identity.store import messages as store
from identity.store.messages import Message

log = logging.getLogger("zvonok.identity")

BATCH = 20  # messages taken at once
CLAIM_SECONDS = 60.0  # longer than an adapter may take for one message
RETRY_SECONDS = (2.0, 5.0, 15.0, 30.0, 60.0)  # after each failure; the last for all that follow
LOOK_SECONDS = 30.0  # another server that died may have left messages behind
PAUSE_SECONDS = 5.0  # when the database does not answer


class Messages:
    """`clock`: seconds since the epoch. `random`: that many unguessable bytes."""

    def __init__(
        self, database: Database, sms: Sms, *, clock: Callable[[], float], random: Callable[[int], bytes]
    ) -> None:
        self._database = database
        self._sms = sms
        self._clock = clock
        self._random = random
        self._queued = asyncio.Event()

    async def queue(self, connection: AsyncConnection, attempt: str, phone: str, text: str, ttl: float) -> None:
        """Queue a message in the caller's transaction; it replaces an unsent one of the same attempt."""
        now = self._clock()
        made = Message(ids.make("sms", self._random(ID_BYTES)), attempt, phone, text, 0, now, now + ttl)
        await store.add(connection, made)

    def wake(self) -> None:
        """Something was queued, and its transaction is over."""
        self._queued.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._queued.clear()
            try:
                pause = await self.send_due()
            except (SQLAlchemyError, OSError) as error:
                log.warning("messages wait: the database does not answer: %s", type(error).__name__)
                pause = PAUSE_SECONDS
            if pause > 0:
                try:
                    async with asyncio.timeout(pause):
                        await self._queued.wait()
                except TimeoutError:
                    pass

    async def send_due(self) -> float:
        """Send what is due, all at once; seconds until something is due again."""
        now = self._clock()
        async with self._database.write() as connection:
            claimed = await store.claim(connection, now, now + CLAIM_SECONDS, BATCH)
        if claimed:
            await asyncio.gather(*(self._send(message) for message in claimed))
        async with self._database.read() as connection:
            due = await store.next_due(connection)
        return LOOK_SECONDS if due is None else min(max(due - self._clock(), 0.0), LOOK_SECONDS)

    async def _send(self, message: Message) -> None:
        try:
            await self._sms.send(message.phone, message.text, message.expires_at - self._clock())
        except SendError as error:
            delay = RETRY_SECONDS[min(message.tries, len(RETRY_SECONDS)) - 1]
            log.warning("message %s was not taken over (try %d): %s", message.id, message.tries, error)
            async with self._database.write() as connection:
                await store.postpone(connection, message.id, self._clock() + delay)
            return
        async with self._database.write() as connection:
            await store.remove(connection, message.id)
