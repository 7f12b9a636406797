"""Keep profiles, codes, consents, devices, the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "profiles",
    "profile_sessions",
    "devices",
    "consents",
    "sign_in_attempts",
    "sms_messages",
    "limits",
    "audit",
)


def upgrade() -> None:
    """Create the tables."""
    _profiles()
    _of_profiles()
    _attempts()
    _audit()


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _profiles() -> None:
    op.create_table(
        "profiles",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("world", sa.String(length=4), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("patronymic", sa.String(length=100), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("gender", sa.String(length=6), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("check_form", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
        sa.UniqueConstraint("world", "phone", name="uq_profiles_world_phone"),
    )


def _of_profiles() -> None:
    """What goes with its profile: sessions, known browsers, consents."""
    op.create_table(
        "profile_sessions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("seen_at", sa.Float(precision=53), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name="fk_profile_sessions_profile", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_profile_sessions"),
        sa.UniqueConstraint("hash", name="uq_profile_sessions_hash"),
    )
    op.create_index("ix_profile_sessions_profile", "profile_sessions", ["profile"])
    op.create_index("ix_profile_sessions_expires_at", "profile_sessions", ["expires_at"])
    op.create_table(
        "devices",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name="fk_devices_profile", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", "profile", name="pk_devices"),
    )
    op.create_index("ix_devices_profile", "devices", ["profile"])
    op.create_index("ix_devices_expires_at", "devices", ["expires_at"])
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("profile", sa.String(length=40), nullable=False),
        sa.Column("by_profile", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("withdrawn_at", sa.Float(precision=53), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["profile"], ["profiles.id"], name="fk_consents_profile", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_profile", "consents", ["profile"])
    op.create_index("ix_consents_by_profile", "consents", ["by_profile"])


def _attempts() -> None:
    """Attempts to sign in, messages that wait to be sent, and how often something was done."""
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("world", sa.String(length=4), nullable=False),
        sa.Column("next", sa.String(length=500), nullable=False),
        sa.Column("link", sa.String(length=40), nullable=True),
        sa.Column("completes", sa.String(length=40), nullable=True),
        sa.Column("intent", sa.String(length=8), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("ask_password", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", sa.Float(precision=53), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("resend_at", sa.Float(precision=53), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("outside", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempts"),
        sa.UniqueConstraint("hash", name="uq_sign_in_attempts_hash"),
    )
    op.create_index("ix_sign_in_attempts_expires_at", "sign_in_attempts", ["expires_at"])
    op.create_table(
        "sms_messages",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("attempt", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.Float(precision=53), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sms_messages"),
    )
    op.create_index("ix_sms_messages_attempt", "sms_messages", ["attempt"])
    op.create_index("ix_sms_messages_due_at", "sms_messages", ["due_at"])
    op.create_table(
        "limits",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_limits"),
    )
    op.create_index("ix_limits_expires_at", "limits", ["expires_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("at", sa.Float(precision=53), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("school", sa.String(length=40), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit"),
    )
    for columns in (["at"], ["actor"], ["subject"], ["school", "position"]):
        op.create_index(f"ix_audit_{'_'.join(columns)}", "audit", columns)
