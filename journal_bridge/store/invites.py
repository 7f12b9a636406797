"""Invite links to lesson calls."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.store.link_tables import INVITE_LINKS


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A link to a call. `guests`: strangers may enter by name, `max_uses` of them (None: any number)."""

    id: str
    call: str
    guests: bool
    max_uses: int | None
    uses: int
    expires_at: datetime


async def keep(connection: AsyncConnection, link: InviteLink, hashed: str) -> None:
    """A new link; only the token's hash is kept."""
    await connection.execute(
        insert(INVITE_LINKS).values(
            id=link.id,
            hash=hashed,
            call_id=link.call,
            guests=link.guests,
            max_uses=link.max_uses,
            uses=link.uses,
            expires_at=link.expires_at,
        )
    )


async def find(connection: AsyncConnection, hashed: str) -> InviteLink | None:
    """The link of a token."""
    row = (await connection.execute(select(INVITE_LINKS).where(INVITE_LINKS.c.hash == hashed))).one_or_none()
    return InviteLink(row.id, row.call_id, row.guests, row.max_uses, row.uses, row.expires_at) if row else None


async def use(connection: AsyncConnection, link: str) -> bool:
    """One guest more; False: there were as many as may be. Of concurrent ones no more than that succeed."""
    left = or_(INVITE_LINKS.c.max_uses.is_(None), INVITE_LINKS.c.uses < INVITE_LINKS.c.max_uses)
    changed = update(INVITE_LINKS).where(INVITE_LINKS.c.id == link, left).values(uses=INVITE_LINKS.c.uses + 1)
    return (await connection.execute(changed)).rowcount == 1
