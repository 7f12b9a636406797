"""Tables of linking: journals' cards, links, codes, administrators of schools, invite links to calls."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from journal_bridge.store.tables import ID, METADATA, TITLE, Moment

HASH = String(64)

CARDS = Table(
    "journal_cards",
    METADATA,
    Column("journal_id", ID, ForeignKey("journals.id"), primary_key=True),
    Column("title", TITLE, nullable=False),
    Column("login_url", Text, nullable=False),
    Column("logo", Text),  # data: URL
    Column("return_origins", Text, nullable=False),  # separated by blanks; without that of login_url
)

REGIONS = Table(
    "journal_regions",
    METADATA,
    Column("journal_id", ID, ForeignKey("journals.id"), primary_key=True),
    Column("region", TITLE, primary_key=True, index=True),
)

LINKS = Table(
    "links",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("person_id", ID, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("profile_id", ID, nullable=False),  # of identity's tables, which know nothing of ours
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False, index=True),
    Column("role", String(8), nullable=False),  # the person's, when they were linked
    Column("linked_at", Float(53), nullable=False),
    # B1: of two requests that link the same person or profile at once, on any servers, the database lets one win.
    UniqueConstraint("person_id"),
    UniqueConstraint("profile_id", "journal_id", "role"),
)

LINK_SESSIONS = Table(
    "link_sessions",
    METADATA,
    Column("hash", HASH, primary_key=True),
    Column("code", String(11)),  # invitations only: a class's sheet is printed again with the same codes
    Column("kind", String(10), nullable=False),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
    Column("person_id", ID, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("profile_id", ID, index=True),
    Column("return_url", Text),
    Column("proof", HASH),
    Column("expires_at", Float(53), nullable=False, index=True),
    Column("used_at", Float(53)),
    CheckConstraint("kind IN ('journal', 'profile', 'invitation')", name="kind"),
    CheckConstraint("kind = 'profile' OR person_id IS NOT NULL", name="person"),
    CheckConstraint("kind <> 'profile' OR profile_id IS NOT NULL", name="profile"),
)

CODE_GUESSES = Table(
    "code_guesses",
    METADATA,
    Column("source", String(80), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("until", Float(53), nullable=False, index=True),  # seconds since the epoch: the count is forgotten
)

ADMINISTRATORS = Table(
    "school_administrators",
    METADATA,
    Column("school_id", ID, ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", ID, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
)

INVITE_LINKS = Table(
    "invite_links",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("hash", HASH, nullable=False, unique=True),
    Column("call_id", ID, ForeignKey("calls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("guests", Boolean, nullable=False),
    Column("max_uses", Integer),
    Column("uses", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
