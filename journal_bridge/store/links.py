"""Links and the codes that lead to them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, case, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.core.claims import Role
from identity.core.tokens import digest
from journal_bridge.core.links import ROLE_ORDER, LinkedPerson, LinkSession
from journal_bridge.store.link_tables import LINK_SESSIONS, LINKS
from journal_bridge.store.tables import CLASSES, ENROLLMENTS, PEOPLE

KEEP_SECONDS = 86400.0  # how long a code that was used or has expired is told from an unknown one


@dataclass(frozen=True, slots=True)
class Standing:
    """A person of a journal's list of links. `linked_at`: seconds since the epoch, None while unlinked."""

    id: str
    ext_id: str
    role: Role
    linked_at: float | None


# -- links


async def create(connection: AsyncConnection, link: LinkedPerson) -> None:
    """Raises IntegrityError when the person has a profile, or the profile a person of this role in the journal."""
    await connection.execute(
        insert(LINKS).values(
            id=link.link,
            person_id=link.person,
            profile_id=link.profile,
            journal_id=link.journal,
            role=link.role,
            linked_at=link.linked_at,
        )
    )


async def of_person(connection: AsyncConnection, person: str) -> LinkedPerson | None:
    """The link of a person."""
    row = (await connection.execute(_links().where(LINKS.c.person_id == person))).one_or_none()
    return _link(row) if row else None


async def of_people(connection: AsyncConnection, people: Collection[str]) -> list[LinkedPerson]:
    """The links of these people (at most a few hundred)."""
    return [_link(row) for row in await connection.execute(_links().where(LINKS.c.person_id.in_(people)))]


async def of_profile(connection: AsyncConnection, profile: str) -> list[LinkedPerson]:
    """Whom a profile is linked with, teachers first."""
    order = case({role: number for number, role in enumerate(ROLE_ORDER)}, value=PEOPLE.c.role)
    query = _links().where(LINKS.c.profile_id == profile, PEOPLE.c.left_at.is_(None)).order_by(order, LINKS.c.linked_at)
    return [_link(row) for row in await connection.execute(query)]


async def taken(connection: AsyncConnection, profile: str, journal: str, role: Role) -> bool:
    """Has the profile a person of this role in the journal?"""
    query = exists().where(LINKS.c.profile_id == profile, LINKS.c.journal_id == journal, LINKS.c.role == role)
    return bool(await connection.scalar(select(query)))


async def remove(connection: AsyncConnection, people: Collection[str]) -> list[LinkedPerson]:
    """Ends the links of these people and the codes that would make new ones; the links that were."""
    # The codes first: whoever is using one at this moment is waited for, and the link they make ends with the others.
    await connection.execute(delete(LINK_SESSIONS).where(LINK_SESSIONS.c.person_id.in_(people)))
    found = await of_people(connection, people)
    await connection.execute(delete(LINKS).where(LINKS.c.person_id.in_(people)))
    return found


async def forget_profile(connection: AsyncConnection, profile: str) -> None:
    """The codes that the profile's owner made are gone."""
    await connection.execute(delete(LINK_SESSIONS).where(LINK_SESSIONS.c.profile_id == profile))


async def move(connection: AsyncConnection, link: LinkedPerson, profile: str, now: float) -> None:
    """The person is another profile's from now on. Raises IntegrityError as `create` does."""
    await connection.execute(update(LINKS).where(LINKS.c.id == link.link).values(profile_id=profile, linked_at=now))


async def standings(
    connection: AsyncConnection,
    journal: str,
    *,
    linked: bool | None,
    class_id: str | None,
    after: str | None,
    limit: int,
) -> list[Standing]:
    """People of a journal by ext_id: all, or those with (without) a link; of a class: its pupils and teachers."""
    query = (
        select(PEOPLE.c.id, PEOPLE.c.ext_id, PEOPLE.c.role, LINKS.c.linked_at)
        .select_from(PEOPLE)
        .outerjoin(LINKS, LINKS.c.person_id == PEOPLE.c.id)
        .where(PEOPLE.c.journal_id == journal, PEOPLE.c.left_at.is_(None))
    )
    if linked is not None:
        query = query.where(LINKS.c.id.is_not(None) if linked else LINKS.c.id.is_(None))
    if class_id is not None:
        enrolled = exists().where(ENROLLMENTS.c.class_id == class_id, ENROLLMENTS.c.person_id == PEOPLE.c.id)
        heads = exists().where(CLASSES.c.id == class_id, CLASSES.c.head_teacher_id == PEOPLE.c.id)
        query = query.where(or_(enrolled, heads))
    if after is not None:
        query = query.where(PEOPLE.c.ext_id > after)
    rows = await connection.execute(query.order_by(PEOPLE.c.ext_id).limit(limit))
    return [Standing(row.id, row.ext_id, row.role, row.linked_at) for row in rows]


# -- codes


async def keep(connection: AsyncConnection, code: str, session: LinkSession, now: float) -> None:
    """Keeps what a code stands for, an invitation's with the code itself. Forgets codes of long ago."""
    await connection.execute(delete(LINK_SESSIONS).where(LINK_SESSIONS.c.expires_at < now - KEEP_SECONDS))
    await connection.execute(
        insert(LINK_SESSIONS).values(
            hash=digest(code),
            code=code if session.kind == "invitation" else None,
            kind=session.kind,
            journal_id=session.journal,
            person_id=session.person,
            profile_id=session.profile,
            return_url=session.return_url,
            proof=session.proof,
            expires_at=session.expires_at,
            used_at=session.used_at,
        )
    )


async def find(connection: AsyncConnection, code: str) -> LinkSession | None:
    """What a code stands for, used and expired ones included."""
    row = (await connection.execute(select(LINK_SESSIONS).where(LINK_SESSIONS.c.hash == digest(code)))).one_or_none()
    if row is None:
        return None
    return LinkSession(
        row.kind, row.journal_id, row.person_id, row.profile_id, row.return_url, row.proof, row.expires_at, row.used_at
    )


async def use(connection: AsyncConnection, code: str, now: float) -> bool:
    """The code is used up by this transaction; False: somebody was faster, or its time is over."""
    usable = and_(
        LINK_SESSIONS.c.hash == digest(code), LINK_SESSIONS.c.used_at.is_(None), LINK_SESSIONS.c.expires_at > now
    )
    return (await connection.execute(update(LINK_SESSIONS).where(usable).values(used_at=now))).rowcount == 1


async def confirm(
    connection: AsyncConnection, code: str, person: str, proof: str, now: float, *, expires_at: float
) -> bool:
    """A journal says whose code it is. False: it was used, is too old, or was confirmed for somebody else."""
    usable = and_(
        LINK_SESSIONS.c.hash == digest(code),
        LINK_SESSIONS.c.used_at.is_(None),
        LINK_SESSIONS.c.expires_at > now,
        or_(LINK_SESSIONS.c.person_id.is_(None), LINK_SESSIONS.c.person_id == person),
    )
    values = {"person_id": person, "proof": digest(proof), "expires_at": expires_at}
    return (await connection.execute(update(LINK_SESSIONS).where(usable).values(**values))).rowcount == 1


async def invitations(connection: AsyncConnection, people: Collection[str], now: float) -> dict[str, tuple[str, float]]:
    """The living invitations of these people: person to code and end."""
    query = (
        select(LINK_SESSIONS.c.person_id, LINK_SESSIONS.c.code, LINK_SESSIONS.c.expires_at)
        .where(
            LINK_SESSIONS.c.kind == "invitation",
            LINK_SESSIONS.c.person_id.in_(people),
            LINK_SESSIONS.c.used_at.is_(None),
            LINK_SESSIONS.c.expires_at > now,
        )
        .order_by(LINK_SESSIONS.c.expires_at)
    )
    return {row.person_id: (row.code, row.expires_at) for row in await connection.execute(query)}


def _links() -> Select[Any]:
    return select(LINKS, PEOPLE.c.role.label("role_now")).join_from(LINKS, PEOPLE, PEOPLE.c.id == LINKS.c.person_id)


def _link(row: Row[Any]) -> LinkedPerson:
    return LinkedPerson(row.id, row.person_id, row.journal_id, row.role_now, row.profile_id, row.linked_at)
