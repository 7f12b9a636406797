"""Keep the state of calls, and templates and groups of classes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("call_states", "class_templates", "class_groups")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "call_states",
        sa.Column("call", sa.String(length=256), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("call", name="pk_call_states"),
    )
    op.create_index("ix_call_states_saved_at", "call_states", ["saved_at"])
    op.create_table(
        "class_templates",
        sa.Column("class", sa.String(length=256), nullable=False),
        sa.Column("template", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("class", name="pk_class_templates"),
    )
    op.create_table(
        "class_groups",
        sa.Column("class", sa.String(length=256), nullable=False),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("groups", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("class", "name", name="pk_class_groups"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.drop_table(table)
