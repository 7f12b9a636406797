"""Identity's tables. Secrets of browsers are kept as hashes only; moments are seconds since the epoch."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)
HASH = String(64)
MOMENT = Float(53)
PHONE = String(16)  # E.164 has 15 digits at most, and a plus
WORLD = String(4)
NAME = String(100)
TITLE = String(80)
ADDRESS = String(45)  # an IPv6 address as text


def _of_profile() -> Column[str]:
    """The profile a row belongs to; with the profile the row goes."""
    return Column("profile", ID, ForeignKey("profiles.id", ondelete="CASCADE"), nullable=False, index=True)


PROFILES = Table(
    "profiles",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("world", WORLD, nullable=False),
    Column("phone", PHONE),
    Column("family_name", NAME, nullable=False),
    Column("given_name", NAME, nullable=False),
    Column("patronymic", NAME),
    Column("birth_date", Date, nullable=False),
    Column("gender", String(6), nullable=False),
    Column("password", Text),  # as argon2 writes it, with its parameters
    Column("check_form", Boolean, nullable=False, server_default=false()),
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("world", "phone"),  # one phone, one profile
)

PROFILE_SESSIONS = Table(
    "profile_sessions",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("hash", HASH, nullable=False, unique=True),
    _of_profile(),
    Column("title", TITLE, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("seen_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)

DEVICES = Table(
    "devices",  # browsers that have proved themselves once: they may be asked for a password instead of a code
    METADATA,
    Column("hash", HASH, primary_key=True),
    Column("profile", ID, ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("expires_at", MOMENT, nullable=False, index=True),
)

CONSENTS = Table(
    "consents",
    METADATA,
    Column("id", ID, primary_key=True),
    _of_profile(),
    Column("by_profile", ID, nullable=False, index=True),
    Column("version", String(16), nullable=False),
    Column("text_hash", HASH, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("withdrawn_at", MOMENT),
    Column("withdrawn_by", ID),
)

ATTEMPTS = Table(
    "sign_in_attempts",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("hash", HASH, nullable=False, unique=True),
    Column("world", WORLD, nullable=False),
    Column("next", String(500), nullable=False),
    Column("link", String(40)),
    Column("completes", ID),  # a profile without a phone that this attempt gives one to
    Column("intent", String(8), nullable=False),
    Column("phone", PHONE),
    Column("proved", Boolean, nullable=False),
    Column("ask_password", Boolean, nullable=False),
    Column("code_hash", HASH),
    Column("code_expires_at", MOMENT),
    Column("code_tries", Integer, nullable=False),
    Column("sends", Integer, nullable=False),
    Column("resend_at", MOMENT),
    Column("form", Text),  # JSON
    Column("outside", Text),  # JSON: what an outside provider said, for the form and for recognising it again
    Column("expires_at", MOMENT, nullable=False, index=True),
)

MESSAGES = Table(
    "sms_messages",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("attempt", ID, nullable=False, index=True),
    Column("phone", PHONE, nullable=False),
    Column("text", String(300), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", MOMENT, nullable=False, index=True),
    Column("expires_at", MOMENT, nullable=False),
)

LIMITS = Table(
    "limits",
    METADATA,
    Column("key", HASH, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", MOMENT, nullable=False, index=True),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("at", MOMENT, nullable=False, index=True),
    Column("actor", String(64), nullable=False, index=True),
    Column("action", String(40), nullable=False),
    Column("subject", String(64), nullable=False, index=True),
    Column("school", ID),
    Column("details", Text, nullable=False),  # JSON
    Column("address", ADDRESS, nullable=False),
    Index("ix_audit_school_position", "school", "position"),
)
