"""Learning platforms, what they show of ours, and browsers between them and us."""

from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from journal_bridge.core.lti import MAX_ID, MAX_TITLE
from journal_bridge.store.tables import ID, METADATA

HASH = String(64)
MOMENT = Float(53)  # seconds since the epoch

KEYS = Table(
    "lti_keys",
    METADATA,
    Column("kid", String(43), primary_key=True),
    Column("private", Text, nullable=False),  # PEM, in plain: it signs
    Column("created_at", MOMENT, nullable=False),
)

PLATFORMS = Table(
    "lti_platforms",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("issuer", String(MAX_ID), nullable=False),
    Column("client", String(MAX_ID), nullable=False),
    Column("name", String(MAX_TITLE), nullable=False),
    Column("authorization", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("keys", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("learns", Boolean, nullable=False),  # deployments are remembered when they are first used
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("issuer", "client"),
)

DEPLOYMENTS = Table(
    "lti_deployments",
    METADATA,
    Column("platform", ID, ForeignKey("lti_platforms.id", ondelete="CASCADE"), primary_key=True),
    Column("deployment", String(MAX_ID), primary_key=True),
)

LOGINS = Table(
    "lti_logins",
    METADATA,
    Column("state_hash", HASH, primary_key=True),
    Column("browser_hash", HASH, nullable=False),
    Column("platform", ID, ForeignKey("lti_platforms.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("nonce", String(43), nullable=False),
    Column("target", Text, nullable=False),
    Column("login_hint", Text, nullable=False),
    Column("message_hint", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
"""Browsers that are on their way to a platform and back."""

PLACEMENTS = Table(
    "lti_placements",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("platform", ID, ForeignKey("lti_platforms.id", ondelete="CASCADE"), nullable=False),
    Column("deployment", String(MAX_ID), nullable=False),
    Column("context", String(MAX_ID), nullable=False),
    Column("resource", String(MAX_ID)),  # None: made by deep linking, found by its id
    Column("title", String(MAX_TITLE), nullable=False),
    Column("members_at", MOMENT, nullable=False),  # when the course's people were last asked for
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("platform", "deployment", "context", "resource"),
)
"""Where platforms show a call: a link in a course, with one call after the other."""

PICKS = Table(
    "lti_picks",
    METADATA,
    Column("hash", HASH, primary_key=True),
    Column("platform", ID, ForeignKey("lti_platforms.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("deployment", String(MAX_ID), nullable=False),
    Column("context", String(MAX_ID), nullable=False),
    Column("return_url", Text, nullable=False),
    Column("data", Text),
    Column("expires_at", MOMENT, nullable=False, index=True),
)
"""Teachers who are picking a call for their course."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A learning platform that knows us as `client`."""

    id: str
    issuer: str
    client: str
    name: str
    authorization: str
    token: str
    keys: str
    audience: str
    learns: bool


@dataclass(frozen=True, slots=True)
class Login:
    """What must fit together when a browser comes back; the hints are for a second try."""

    platform: str
    nonce: str
    target: str
    login_hint: str
    message_hint: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Placement:
    """A place in a course that leads to a call."""

    id: str
    platform: str
    deployment: str
    context: str
    resource: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Pick:
    """What a teacher's pick is an answer to."""

    platform: str
    deployment: str
    context: str
    return_url: str
    data: str | None
    expires_at: float


async def add_key(connection: AsyncConnection, kid: str, private: str, now: float) -> None:
    """One more key; the newest signs."""
    await connection.execute(insert(KEYS).values(kid=kid, private=private, created_at=now))


async def keys(connection: AsyncConnection) -> list[str]:
    """All private keys as PEM, the newest first."""
    query = select(KEYS.c.private).order_by(KEYS.c.created_at.desc(), KEYS.c.kid)
    return list((await connection.execute(query)).scalars())


async def add_platform(connection: AsyncConnection, platform: Platform, deployment: str | None, now: float) -> None:
    """Raises IntegrityError when the issuer has this client already."""
    values = {name: getattr(platform, name) for name in Platform.__slots__}
    await connection.execute(insert(PLATFORMS).values(**values, created_at=now))
    if deployment is not None:
        await add_deployment(connection, platform.id, deployment)


async def platforms(connection: AsyncConnection, issuer: str, client: str | None) -> list[Platform]:
    """The platforms of an issuer that know us by this client id, or by any."""
    query = select(PLATFORMS).where(PLATFORMS.c.issuer == issuer).order_by(PLATFORMS.c.id).limit(2)
    if client is not None:
        query = query.where(PLATFORMS.c.client == client)
    rows = await connection.execute(query)
    return [Platform(**{name: row._mapping[name] for name in Platform.__slots__}) for row in rows]


async def platform(connection: AsyncConnection, platform_id: str) -> Platform:
    """A platform we have seen."""
    row = (await connection.execute(select(PLATFORMS).where(PLATFORMS.c.id == platform_id))).one()
    return Platform(**{name: row._mapping[name] for name in Platform.__slots__})


async def has_deployment(connection: AsyncConnection, platform_id: str, deployment: str) -> bool:
    """Is it one of the platform's?"""
    known = select(DEPLOYMENTS.c.deployment).where(
        DEPLOYMENTS.c.platform == platform_id, DEPLOYMENTS.c.deployment == deployment
    )
    return (await connection.execute(known)).one_or_none() is not None


async def add_deployment(connection: AsyncConnection, platform_id: str, deployment: str) -> None:
    """Raises IntegrityError when it is there already."""
    await connection.execute(insert(DEPLOYMENTS).values(platform=platform_id, deployment=deployment))


async def log_in(connection: AsyncConnection, login: Login, *, state: str, browser: str, now: float) -> None:
    """Remember a browser (by the hashes of its secrets), forget those that never came back."""
    await connection.execute(delete(LOGINS).where(LOGINS.c.expires_at < now))
    values = {name: getattr(login, name) for name in Login.__slots__}
    await connection.execute(insert(LOGINS).values(state_hash=state, browser_hash=browser, **values))


async def logged_in(connection: AsyncConnection, *, state: str) -> tuple[Login, str] | None:
    """What a state stands for and the hash of its browser; the state stays usable."""
    row = (await connection.execute(select(LOGINS).where(LOGINS.c.state_hash == state))).one_or_none()
    return (Login(**{name: row._mapping[name] for name in Login.__slots__}), row.browser_hash) if row else None


async def use_up(connection: AsyncConnection, *, state: str) -> bool:
    """Of any number of uses of a state one gets True."""
    return (await connection.execute(delete(LOGINS).where(LOGINS.c.state_hash == state))).rowcount == 1


async def add_placement(connection: AsyncConnection, placement: Placement, now: float) -> None:
    """Raises IntegrityError when the course's link has one."""
    values = {name: getattr(placement, name) for name in Placement.__slots__}
    await connection.execute(insert(PLACEMENTS).values(**values, members_at=0.0, created_at=now))


async def placement(
    connection: AsyncConnection, platform_id: str, deployment: str, context: str, *, id: str = "", resource: str = ""
) -> Placement | None:
    """A placement in this very course, by our id or by the platform's."""
    by = PLACEMENTS.c.id == id if id else PLACEMENTS.c.resource == resource
    query = select(PLACEMENTS).where(_in_course(platform_id, deployment, context), by)
    row = (await connection.execute(query)).one_or_none()
    return Placement(**{name: row._mapping[name] for name in Placement.__slots__}) if row else None


async def placements(
    connection: AsyncConnection, platform_id: str, deployment: str, context: str, limit: int
) -> list[Placement]:
    """The course's placements, the newest first."""
    query = select(PLACEMENTS).where(_in_course(platform_id, deployment, context))
    rows = await connection.execute(query.order_by(PLACEMENTS.c.created_at.desc(), PLACEMENTS.c.id).limit(limit))
    return [Placement(**{name: row._mapping[name] for name in Placement.__slots__}) for row in rows]


async def rename(connection: AsyncConnection, placement_id: str, title: str) -> None:
    """The course calls it something else now."""
    await connection.execute(update(PLACEMENTS).where(PLACEMENTS.c.id == placement_id).values(title=title))


async def claim_members(connection: AsyncConnection, placement_id: str, now: float, older: float) -> bool:
    """May the caller ask for the course's people, since nobody has after `older`? Of many at once one may."""
    due = (PLACEMENTS.c.id == placement_id) & (PLACEMENTS.c.members_at <= older)
    return (await connection.execute(update(PLACEMENTS).where(due).values(members_at=now))).rowcount == 1


async def add_pick(connection: AsyncConnection, pick: Pick, *, secret: str, now: float) -> None:
    """Remember what a teacher picks for (by the hash of the form's secret), forget what nobody picked."""
    await connection.execute(delete(PICKS).where(PICKS.c.expires_at < now))
    await connection.execute(
        insert(PICKS).values(hash=secret, **{name: getattr(pick, name) for name in Pick.__slots__})
    )


async def take_pick(connection: AsyncConnection, *, secret: str) -> Pick | None:
    """What a form's secret stands for, once."""
    row = (await connection.execute(select(PICKS).where(PICKS.c.hash == secret))).one_or_none()
    if row is None or (await connection.execute(delete(PICKS).where(PICKS.c.hash == secret))).rowcount != 1:
        return None
    return Pick(**{name: row._mapping[name] for name in Pick.__slots__})


def _in_course(platform_id: str, deployment: str, context: str) -> ColumnElement[bool]:
    return (
        (PLACEMENTS.c.platform == platform_id)
        & (PLACEMENTS.c.deployment == deployment)
        & (PLACEMENTS.c.context == context)
    )
