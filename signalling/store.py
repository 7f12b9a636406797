"""Calls in SQL: one row for each call's state, templates and groups by class. In: bytes of the core. Out: the same."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Column, Float, LargeBinary, MetaData, String, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from identity.ports import Database
from signalling.ports import Kept, NotKeptError

METADATA = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"})

STATES = Table(
    "call_states",
    METADATA,
    Column("call", String(256), primary_key=True),
    Column("state", LargeBinary, nullable=False),
    Column("saved_at", Float(53), nullable=False, index=True),  # seconds since the epoch
)
TEMPLATES = Table(
    "class_templates",
    METADATA,
    Column("class", String(256), primary_key=True),
    Column("template", LargeBinary, nullable=False),
)
GROUPS = Table(
    "class_groups",
    METADATA,
    Column("class", String(256), primary_key=True),
    Column("name", String(256), primary_key=True),
    Column("groups", LargeBinary, nullable=False),
)


class SqlCallStore:
    """Implements `ports.CallStore`."""

    def __init__(self, database: Database, wall: Callable[[], float]) -> None:
        """`wall`: seconds since the epoch."""
        self._database = database
        self._wall = wall

    async def load(self, call: str, group: str) -> Kept:
        async with _kept(), self._database.read() as connection:
            state = await connection.scalar(select(STATES.c.state).where(STATES.c.call == call))
            if not group:
                return Kept(state)
            template = await connection.scalar(select(TEMPLATES.c.template).where(TEMPLATES.c["class"] == group))
            groups = await connection.execute(
                select(GROUPS.c.name, GROUPS.c.groups).where(GROUPS.c["class"] == group).order_by(GROUPS.c.name)
            )
            return Kept(state, template, {row.name: row.groups for row in groups})

    async def save(self, call: str, state: bytes) -> None:
        async with _kept(), self._database.write() as connection:
            await _put(connection, STATES, {"call": call}, {"state": state, "saved_at": self._wall()})

    async def save_template(self, group: str, template: bytes) -> None:
        async with _kept(), self._database.write() as connection:
            await _put(connection, TEMPLATES, {"class": group}, {"template": template})

    async def save_groups(self, group: str, name: str, groups: bytes | None) -> None:
        async with _kept(), self._database.write() as connection:
            if groups is None:
                await connection.execute(delete(GROUPS).where(GROUPS.c["class"] == group, GROUPS.c.name == name))
            else:
                await _put(connection, GROUPS, {"class": group, "name": name}, {"groups": groups})

    async def forget(self, before: float) -> None:
        async with _kept(), self._database.write() as connection:
            await connection.execute(delete(STATES).where(STATES.c.saved_at < before))


@asynccontextmanager
async def _kept() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise NotKeptError("the database does not answer") from error


async def _put(
    connection: AsyncConnection, table: Table, key: dict[str, str], values: dict[str, bytes | float]
) -> None:
    """The row with this key has these values, whether it was there or not."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**key, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
