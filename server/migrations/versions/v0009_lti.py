"""Keep learning platforms and their launches."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("lti_keys", "lti_platforms", "lti_deployments", "lti_logins", "lti_placements", "lti_picks")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lti_keys",
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_lti_keys"),
    )
    op.create_table(
        "lti_platforms",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("authorization", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("learns", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lti_platforms"),
        sa.UniqueConstraint("issuer", "client", name="uq_lti_platforms_issuer_client"),
    )
    op.create_table(
        "lti_deployments",
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform"], ["lti_platforms.id"], name="fk_lti_deployments_platform", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform", "deployment", name="pk_lti_deployments"),
    )
    op.create_table(
        "lti_logins",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("login_hint", sa.Text(), nullable=False),
        sa.Column("message_hint", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["platform"], ["lti_platforms.id"], name="fk_lti_logins_platform", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_lti_logins"),
    )
    op.create_index("ix_lti_logins_expires_at", "lti_logins", ["expires_at"], unique=False)
    op.create_index("ix_lti_logins_platform", "lti_logins", ["platform"], unique=False)
    op.create_table(
        "lti_placements",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.Column("context", sa.String(length=255), nullable=False),
        sa.Column("resource", sa.String(length=255), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("members_at", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform"], ["lti_platforms.id"], name="fk_lti_placements_platform", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lti_placements"),
        sa.UniqueConstraint(
            "platform",
            "deployment",
            "context",
            "resource",
            name="uq_lti_placements_platform_deployment_context_resource",
        ),
    )
    op.create_table(
        "lti_picks",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.Column("context", sa.String(length=255), nullable=False),
        sa.Column("return_url", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["platform"], ["lti_platforms.id"], name="fk_lti_picks_platform", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="pk_lti_picks"),
    )
    op.create_index("ix_lti_picks_expires_at", "lti_picks", ["expires_at"], unique=False)
    op.create_index("ix_lti_picks_platform", "lti_picks", ["platform"], unique=False)


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in reversed(TABLES):
        op.drop_table(table)
