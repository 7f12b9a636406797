"""How journals show themselves to people: cards and regions."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import World
from journal_bridge.store.link_tables import CARDS, REGIONS
from journal_bridge.store.tables import JOURNALS


@dataclass(frozen=True, slots=True)
class Card:
    """A journal as people choose it. `return_origins`: where else than to the sign-in's origin browsers may be sent."""

    journal: str
    world: World
    regions: tuple[str, ...]
    title: str
    login_url: str
    logo: str | None
    return_origins: tuple[str, ...]


async def put(connection: AsyncConnection, card: Card) -> bool:
    """The journal shows itself so; True when that is a change."""
    known = await find(connection, card.journal)
    if known == card:
        return False
    values = {
        "title": card.title,
        "login_url": card.login_url,
        "logo": card.logo,
        "return_origins": " ".join(card.return_origins),
    }
    if known is None:
        await connection.execute(insert(CARDS).values(journal_id=card.journal, **values))
    else:
        await connection.execute(update(CARDS).where(CARDS.c.journal_id == card.journal).values(**values))
    await connection.execute(delete(REGIONS).where(REGIONS.c.journal_id == card.journal))
    await connection.execute(
        insert(REGIONS), [{"journal_id": card.journal, "region": region} for region in card.regions]
    )
    return True


async def find(connection: AsyncConnection, journal: str) -> Card | None:
    """The card of a journal."""
    return next(iter(await listed(connection, journals=[journal])), None)


async def listed(
    connection: AsyncConnection, *, journals: Collection[str] | None = None, world: World | None = None
) -> list[Card]:
    """Cards by title: of these journals, of this world."""
    query = select(CARDS, JOURNALS.c.mode).join_from(CARDS, JOURNALS).order_by(CARDS.c.title, CARDS.c.journal_id)
    if journals is not None:
        query = query.where(CARDS.c.journal_id.in_(journals))
    if world is not None:
        query = query.where(JOURNALS.c.mode == world)
    rows = (await connection.execute(query)).all()
    regions: dict[str, list[str]] = {}
    found = select(REGIONS).where(REGIONS.c.journal_id.in_([row.journal_id for row in rows])).order_by(REGIONS.c.region)
    for row in await connection.execute(found):
        regions.setdefault(row.journal_id, []).append(row.region)
    return [
        Card(
            row.journal_id,
            row.mode,
            tuple(sorted(regions.get(row.journal_id, ()))),
            row.title,
            row.login_url,
            row.logo,
            tuple(row.return_origins.split()),
        )
        for row in rows
    ]


async def named(connection: AsyncConnection, journal: str) -> tuple[str, World]:
    """What a journal is called, and its world. The journal exists."""
    query = (
        select(CARDS.c.title, JOURNALS.c.name, JOURNALS.c.mode)
        .select_from(JOURNALS)
        .outerjoin(CARDS, CARDS.c.journal_id == JOURNALS.c.id)
        .where(JOURNALS.c.id == journal)
    )
    row = (await connection.execute(query)).one()
    return row.title or row.name, row.mode
