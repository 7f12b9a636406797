"""Keep events, webhook endpoints, deliveries and attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


TABLES = ("events", "webhook_endpoints", "deliveries", "presences", "keepers")


def upgrade() -> None:
    """Create the tables."""
    _events()
    _webhooks()
    _attendance()


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _events() -> None:
    """What journals are told of."""
    op.create_table(
        "events",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=40), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_events_journal_id"),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_journal_position", "events", ["journal_id", "position"])
    op.create_index("uq_events_call_sequence", "events", ["call", "sequence"], unique=True)


def _webhooks() -> None:
    """Where events go, and what went there."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("off_reason", sa.String(length=200), nullable=True),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("old_secret", sa.String(length=100), nullable=True),
        sa.Column("old_secret_until", sa.Float(precision=53), nullable=True),
        sa.Column("failing_since", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_webhook_endpoints_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoints"),
    )
    op.create_index("ix_webhook_endpoints_journal_id", "webhook_endpoints", ["journal_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("endpoint_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.Float(precision=53), nullable=False),
        sa.Column("leased_until", sa.Float(precision=53), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try_at", sa.Float(precision=53), nullable=True),
        sa.Column("answer_status", sa.Integer(), nullable=True),
        sa.Column("answer_ms", sa.Integer(), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.CheckConstraint("status IN ('waiting', 'delivered', 'failed')", name="ck_deliveries_status"),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["webhook_endpoints.id"], name="fk_deliveries_endpoint_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_deliveries_event_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_event_id", "deliveries", ["event_id"])
    op.create_index("ix_deliveries_endpoint_position", "deliveries", ["endpoint_id", "position", "id"])
    waiting = sa.text("status = 'waiting'")
    op.create_index("ix_deliveries_due", "deliveries", ["next_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["endpoint_id", "call", "position"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _attendance() -> None:
    """Who was in calls."""
    op.create_table(
        "presences",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("call", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=256), nullable=False),
        sa.Column("participant", sa.String(length=40), nullable=False),
        sa.Column("room", sa.String(length=256), nullable=False),
        sa.Column("joined_at", sa.Float(precision=53), nullable=False),
        sa.Column("left_at", sa.Float(precision=53), nullable=True),
        sa.Column("hands", sa.Integer(), nullable=False),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_presences"),
        sa.UniqueConstraint("participant", name="uq_presences_participant"),
    )
    op.create_index("ix_presences_person", "presences", ["person"])
    op.create_index("ix_presences_joined_at", "presences", ["joined_at"])
    op.create_index("ix_presences_call_person", "presences", ["call", "person"])
    there = sa.text("left_at IS NULL")
    op.create_index("ix_presences_keeper", "presences", ["keeper"], sqlite_where=there, postgresql_where=there)
    op.create_table(
        "keepers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_keepers"),
    )
