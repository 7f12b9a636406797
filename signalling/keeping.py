"""Keeps a call's state: what changed is saved at once and again until it is, and whoever asked is told only then."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from signalling.core.call import saved
from signalling.core.call.state import Call
from signalling.ports import CallStore, NotKeptError
from signalling.surroundings import Spawn

logger = logging.getLogger("zvonok.signalling")

AGAIN_SECONDS = 2.0
"""Between two tries while the store cannot be reached."""

Done = Callable[[bool], None]
"""Called with whether what was asked for is kept."""

Write = Callable[[], Coroutine[Any, Any, None]]
"""Saves one thing. Raises NotKeptError."""


class Keeper:
    """One call's way to the store: at most one write under way, the next one takes all that changed meanwhile."""

    def __init__(self, call: Call, store: CallStore, spawn: Spawn) -> None:
        self._call = call
        self._store = store
        self._spawn = spawn
        self._waiting: list[Done] = []
        self._dirty = False
        self._beside: dict[str, Write] = {}  # the newest of each kind
        self._task: asyncio.Task[None] | None = None

    def changed(self) -> None:
        """The state has to be saved."""
        self._dirty = True
        self._begin()

    def save_beside(self, kind: str, write: Write) -> None:
        """Something that belongs to the call's class has to be saved; one of the same kind is given up for it."""
        self._beside[kind] = write
        self._begin()

    def _begin(self) -> None:
        if self._task is None:
            self._task = self._spawn(self._save())

    def when_kept(self, done: Done) -> None:
        """Call `done` when all that is to be saved by now is kept, or could not be."""
        if self._task is None:
            done(True)
        else:
            self._waiting.append(done)

    async def close(self) -> None:
        """Save what is left, once; the call is over for this server."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
            self._dirty = True  # it may have been in the middle of it
        if self._dirty or self._beside:
            await self._try()

    async def _save(self) -> None:
        while self._dirty or self._beside or self._waiting:
            waiting, self._waiting = self._waiting, []
            kept = await self._try()
            for done in waiting:
                done(kept)
            if not kept:
                await asyncio.sleep(AGAIN_SECONDS)
        self._task = None

    async def _try(self) -> bool:
        try:
            if self._dirty:
                self._dirty = False
                await self._store.save(self._call.id, saved.dump(self._call))
            while self._beside:
                kind, write = next(iter(self._beside.items()))
                await write()
                if self._beside[kind] is write:
                    del self._beside[kind]
        except NotKeptError as error:
            logger.warning("call not kept call=%r why=%s; trying again", self._call.id, error)
            self._dirty = True
            return False
        return True
