"""Writes and reads the audit log. In: deeds, within the transaction that does them. Out: pages of entries."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.audit import KEEP_SECONDS, MAX_PAGE, AuditPage
from identity.ports import Database
from identity.store import audit as store


class Audit:
    """`clock`: seconds since the epoch."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def note(
        self,
        connection: AsyncConnection,
        *,
        actor: str,
        action: str,
        subject: str,
        school: str | None = None,
        details: Mapping[str, Any] = {},
        address: str = "",
    ) -> None:
        """Write one deed. `details` must hold no names and no phones: profiles are deleted, the log stays."""
        await store.add(
            connection,
            self._clock(),
            actor=actor,
            action=action,
            subject=subject,
            school=school,
            details=details,
            address=address,
        )

    async def page(
        self, *, school: str | None = None, about: str | None = None, before: int | None = None, limit: int = MAX_PAGE
    ) -> AuditPage:
        """The newest entries of a school, or about and by somebody (an id); older ones with `before`."""
        limit = min(limit, MAX_PAGE)
        async with self._database.read() as connection:
            found = await store.page(connection, school=school, about=about, before=before, limit=limit + 1)
        return AuditPage(tuple(found[:limit]), len(found) > limit)

    async def tidy(self, connection: AsyncConnection) -> None:
        """Forget what is older than three years."""
        await store.forget_before(connection, self._clock() - KEEP_SECONDS)
