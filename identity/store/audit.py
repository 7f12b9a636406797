"""The audit log in SQL. In: an open transaction, what was done. Out: entries, the newest first."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.audit import AuditEntry
from identity.store.tables import AUDIT


async def add(
    connection: AsyncConnection,
    at: float,
    *,
    actor: str,
    action: str,
    subject: str,
    school: str | None,
    details: Mapping[str, Any],
    address: str,
) -> None:
    """Write one entry."""
    values = {"at": at, "actor": actor, "action": action, "subject": subject, "school": school, "address": address}
    await connection.execute(insert(AUDIT).values(**values, details=json.dumps(details, ensure_ascii=False)))


async def page(
    connection: AsyncConnection, *, school: str | None, about: str | None, before: int | None, limit: int
) -> Sequence[AuditEntry]:
    """At most `limit` entries: of a school, or about (and by) somebody."""
    query = select(AUDIT).order_by(AUDIT.c.position.desc()).limit(limit)
    if school is not None:
        query = query.where(AUDIT.c.school == school)
    if about is not None:
        query = query.where(or_(AUDIT.c.subject == about, AUDIT.c.actor == about))
    if before is not None:
        query = query.where(AUDIT.c.position < before)
    return [
        AuditEntry(
            row.position, row.at, row.actor, row.action, row.subject, row.school, json.loads(row.details), row.address
        )
        for row in await connection.execute(query)
    ]


async def forget_addresses(connection: AsyncConnection, actor: str) -> None:
    """From where somebody acted is personal data: it goes with the person."""
    await connection.execute(update(AUDIT).where(AUDIT.c.actor == actor).values(address=""))


async def forget_before(connection: AsyncConnection, moment: float) -> None:
    """Delete what is older."""
    await connection.execute(delete(AUDIT).where(AUDIT.c.at < moment))
