"""The bridge's tables. Everything belongs to a journal, and every query says which."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)
EXT_ID = String(132)
TITLE = String(200)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so ours is always UTC on the way in and out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        # SQLite's texts in one step: a diary's week reads hundreds of moments.
        return _from_sqlite if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_sqlite(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _owned(*columns: SchemaItem, name: str) -> Table:
    """A table of records the journal names by its own ids."""
    return Table(
        name,
        METADATA,
        Column("id", ID, primary_key=True),
        Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
        Column("ext_id", EXT_ID, nullable=False),
        *columns,
        UniqueConstraint("journal_id", "ext_id"),
    )


JOURNALS = Table(
    "journals",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("name", TITLE, nullable=False),
    Column("mode", String(4), nullable=False),
    UniqueConstraint("name", "mode"),
)

KEYS = Table(
    "api_keys",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False, index=True),
    Column("name", TITLE, nullable=False),
    Column("scopes", Text, nullable=False),  # separated by spaces, sorted
    Column("last_used_at", Float(53)),
    Column("networks", Text, nullable=False, server_default=""),  # separated by spaces; empty: any
    Column("rate", Integer),  # requests per second
    Column("created_at", Float(53)),
    Column("expires_at", Float(53)),
)

SCHOOLS = _owned(
    Column("name", TITLE, nullable=False),
    Column("region", TITLE),
    Column("tz", String(64), nullable=False),
    name="schools",
)

PEOPLE = _owned(
    Column("role", String(8), nullable=False),
    Column("family_name", TITLE, nullable=False),
    Column("given_name", TITLE, nullable=False),
    Column("patronymic", TITLE),
    Column("birth_date", Date),
    Column("left_at", Moment),  # since when the journal names them no more; what they did stays
    CheckConstraint("role IN ('teacher', 'student', 'parent')", name="role"),
    name="people",
)

CHILDREN = Table(
    "children",
    METADATA,
    Column("parent_id", ID, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("child_id", ID, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
)

CLASSES = _owned(
    Column("school_id", ID, ForeignKey("schools.id"), nullable=False, index=True),
    Column("title", TITLE, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("year", Integer),
    Column("head_teacher_id", ID, ForeignKey("people.id"), index=True),
    Column("left_at", Moment),
    name="classes",
)

SUBJECTS = _owned(Column("title", TITLE, nullable=False), name="subjects")

ENROLLMENTS = Table(
    "enrollments",
    METADATA,
    Column("class_id", ID, ForeignKey("classes.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_id", ID, ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("role", String(8), nullable=False),
    CheckConstraint("role IN ('teacher', 'student')", name="role"),
)

CALLS = Table(
    "calls",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
    Column("ext_id", EXT_ID),
    Column("class_id", ID, ForeignKey("classes.id"), nullable=False),
    Column("subject_id", ID, ForeignKey("subjects.id"), nullable=False, index=True),
    Column("teacher_id", ID, ForeignKey("people.id"), nullable=False),
    Column("lesson_no", Integer, nullable=False),
    Column("own_title", TITLE),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("status", String(8), nullable=False),
    Column("slot", String(90)),  # what the call occupies while it runs, see core/calls.py
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("deleted_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    CheckConstraint("status IN ('planned', 'running', 'ended')", name="status"),
    CheckConstraint("status <> 'running' OR slot IS NOT NULL", name="slot"),
    Index("ix_calls_journal_starts", "journal_id", "starts_at", "id"),
    # The diary: what one class learns, or one teacher holds, in a week.
    Index("ix_calls_class_subject_starts", "class_id", "subject_id", "starts_at"),
    Index("ix_calls_teacher_starts", "teacher_id", "starts_at"),
    # D10: of two servers that start a call of the same class and subject at once, the database lets one win.
    Index(
        "uq_calls_running_slot",
        "slot",
        unique=True,
        sqlite_where=text("status = 'running'"),
        postgresql_where=text("status = 'running'"),
    ),
    # A removed call gives its ext_id back.
    Index(
        "uq_calls_ext_id",
        "journal_id",
        "ext_id",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

ANSWERS = Table(
    "idempotent_answers",
    METADATA,
    Column("journal_id", ID, ForeignKey("journals.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("created_at", Float(53), nullable=False, index=True),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", Text),
)
