"""Keep meetings and visitors from outside the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "meetings",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("ext_id", sa.String(length=256), nullable=False),
        sa.Column("title", sa.String(length=256), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('planned', 'running', 'ended')", name="ck_meetings_status"),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_status", "meetings", ["status"])
    op.create_index(
        "uq_meetings_living",
        "meetings",
        ["client", "ext_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'ended'"),
        postgresql_where=sa.text("status <> 'ended'"),
    )
    op.create_table(
        "visitors",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=256), nullable=True),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("leave_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('teacher', 'student', 'parent')", name="ck_visitors_role"),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
        sa.UniqueConstraint("call", "ext_id", name="uq_visitors_call_ext_id"),
    )
    _callbacks()


def _callbacks() -> None:
    """What BigBlueButton's clients want to hear, and what waits to be told."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "bbb_hooks",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("ext_id", sa.String(length=256), nullable=True),
        sa.Column("events", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_bbb_hooks"),
        sa.UniqueConstraint("client", "url", name="uq_bbb_hooks_client_url"),
    )
    op.create_table(
        "bbb_callbacks",
        sa.Column("number", number, nullable=False, autoincrement=True),
        sa.Column("meeting_id", sa.String(length=40), nullable=False),
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("made_at", sa.Float(precision=53), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name="fk_bbb_callbacks_meeting_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_bbb_callbacks"),
    )
    op.create_index("ix_bbb_callbacks_meeting_id", "bbb_callbacks", ["meeting_id"])


def downgrade() -> None:
    """Drop them, the referring ones first."""
    op.drop_table("bbb_callbacks")
    op.drop_table("bbb_hooks")
    op.drop_table("visitors")
    op.drop_table("meetings")
