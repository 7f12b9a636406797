"""What identity needs of others: a database (its transactions are `server/storage.py`'s), a way to send messages,
and what the journals know about the code with which somebody came."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import World

T = TypeVar("T")


class Database(Protocol):
    """Transactions as blocks: `write` commits at its end and rolls back when the block raises.

    `look` is a `read` in one go, for what is asked for often: `work` does no more than execute statements.
    """

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]: ...
    def read(self) -> AbstractAsyncContextManager[AsyncConnection]: ...
    async def look(self, work: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Browser:
    """What a request says of where it comes from."""

    address: str = ""
    agent: str = ""
    """Its User-Agent header."""
    device: str = ""
    """The secret of the cookie by which a browser is known again, "" when it has none."""


class SendError(Exception):
    """A message was not taken over; it may be tried again. The text never holds the message."""


class Sms(Protocol):
    """Takes over messages to phones."""

    async def send(self, phone: str, text: str, ttl: float) -> None:
        """Hand over one message, which is worthless after `ttl` seconds. Raises SendError."""

    async def close(self) -> None:
        """Let go of connections."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link code means for who signs in with it."""

    world: World
    profile: str | None = None
    """A profile without a phone that its owner completes now (it was split off another one)."""


class Invitations(Protocol):
    """Link codes of journals and schools."""

    async def invitation(self, code: str) -> Invitation | None:
        """What a living code means, None for any other."""


class Holder(Protocol):
    """Somebody who keeps things about profiles: they are in the export, and go when the profile goes."""

    async def export(self, connection: AsyncConnection, profile: str) -> Mapping[str, Any]:
        """What is held, as members of the export."""

    async def forget(self, connection: AsyncConnection, profile: str) -> None:
        """Delete it, in the transaction that deletes the profile."""
