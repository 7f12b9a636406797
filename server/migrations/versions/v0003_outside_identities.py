"""Keep who signs in through an outside provider."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outside_departures",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=64), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name="pk_outside_departures"),
    )
    op.create_index("ix_outside_departures_expires_at", "outside_departures", ["expires_at"])
    op.create_table(
        "outside_identities",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name="fk_outside_identities_profile", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("provider", "subject_hash", name="pk_outside_identities"),
    )
    op.create_index("ix_outside_identities_profile", "outside_identities", ["profile"])


def downgrade() -> None:
    """Drop them, the referring ones first."""
    op.drop_table("outside_identities")
    op.drop_table("outside_departures")
