"""Calls that a moderator ends from inside. In: signalling's `EndAsked`. Out: the same end as by the journal."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from journal_bridge.calls import LessonCalls
from journal_bridge.core.problems import ProblemError
from journal_bridge.meetings import Meetings
from signalling.events import EndAsked, Event

log = logging.getLogger("zvonok.journal")

AGAIN_SECONDS = 2.0  # while the database is away

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Endings:
    """Ends lessons and meetings alike; tries again until it is done."""

    def __init__(self, lessons: LessonCalls, meetings: Meetings, spawn: Spawn) -> None:
        self._lessons = lessons
        self._meetings = meetings
        self._spawn = spawn
        self._under_way: dict[str, asyncio.Task[None]] = {}  # by call
        self._closing = asyncio.Event()

    def heard(self, event: Event) -> None:
        """One of signalling's events. Does not wait."""
        if isinstance(event, EndAsked) and event.call not in self._under_way:
            self._under_way[event.call] = self._spawn(self._end(event.call))

    def close(self) -> None:
        """Nothing is tried again: the server stops, and a call that could not be ended goes on when it is back."""
        self._closing.set()

    async def _end(self, call: str) -> None:
        try:
            while not (await self._try(call) or self._closing.is_set()):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN_SECONDS):
                        await self._closing.wait()
        finally:
            del self._under_way[call]

    async def _try(self, call: str) -> bool:
        try:
            if not await self._lessons.end_by_moderator(call):
                await self._meetings.end(call)
        except (ProblemError, SQLAlchemyError, OSError) as error:
            if isinstance(error, ProblemError) and error.code == "call_unknown":
                log.warning("nobody knows the call %s that a moderator ends", call)
                return True
            log.exception("the call %s could not be ended; trying again", call)
            return False
        return True
