"""The events of journals, in the order in which they were committed."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from journal_bridge.store.tables import ID, METADATA

EVENTS = Table(
    "events",
    METADATA,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False, unique=True),
    Column("journal_id", ID, ForeignKey("journals.id"), nullable=False),
    Column("type", String(40), nullable=False),
    Column("call", ID),
    Column("sequence", Integer),  # of the events of one call
    Column("at", Float(53), nullable=False, index=True),  # seconds since the epoch
    Column("data", Text, nullable=False),
    Index("ix_events_journal_position", "journal_id", "position"),
    Index("uq_events_call_sequence", "call", "sequence", unique=True),
)
