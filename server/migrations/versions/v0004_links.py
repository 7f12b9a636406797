"""Link profiles with people of the roster; name a school's administrators; invite to calls by links."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(length=40)
TITLE = sa.String(length=200)
HASH = sa.String(length=64)
SECONDS = sa.Float(precision=53)


def upgrade() -> None:
    """Create the tables."""
    _journals()
    _links()
    op.create_table(
        "school_administrators",
        sa.Column("school_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["schools.id"], name="fk_school_administrators_school_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_school_administrators_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("school_id", "person_id", name="pk_school_administrators"),
    )
    op.create_index("ix_school_administrators_person_id", "school_administrators", ["person_id"])
    op.create_table(
        "invite_links",
        sa.Column("id", ID, nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("guests", sa.Boolean(), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_invite_links_call_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_invite_links"),
        sa.UniqueConstraint("hash", name="uq_invite_links_hash"),
    )
    op.create_index("ix_invite_links_call_id", "invite_links", ["call_id"])


def _journals() -> None:
    op.create_table(
        "journal_cards",
        sa.Column("journal_id", ID, nullable=False),
        sa.Column("title", TITLE, nullable=False),
        sa.Column("login_url", sa.Text(), nullable=False),
        sa.Column("logo", sa.Text(), nullable=True),
        sa.Column("return_origins", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_journal_cards_journal_id"),
        sa.PrimaryKeyConstraint("journal_id", name="pk_journal_cards"),
    )
    op.create_table(
        "journal_regions",
        sa.Column("journal_id", ID, nullable=False),
        sa.Column("region", TITLE, nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_journal_regions_journal_id"),
        sa.PrimaryKeyConstraint("journal_id", "region", name="pk_journal_regions"),
    )
    op.create_index("ix_journal_regions_region", "journal_regions", ["region"])


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("profile_id", ID, nullable=False),
        sa.Column("journal_id", ID, nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("linked_at", SECONDS, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_links_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_links_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("person_id", name="uq_links_person_id"),
        sa.UniqueConstraint("profile_id", "journal_id", "role", name="uq_links_profile_id_journal_id_role"),
    )
    op.create_index("ix_links_journal_id", "links", ["journal_id"])
    op.create_table(
        "link_sessions",
        sa.Column("hash", HASH, nullable=False),
        sa.Column("code", sa.String(length=11), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("journal_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("profile_id", ID, nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("proof", HASH, nullable=True),
        sa.Column("expires_at", SECONDS, nullable=False),
        sa.Column("used_at", SECONDS, nullable=True),
        sa.CheckConstraint("kind IN ('journal', 'profile', 'invitation')", name="ck_link_sessions_kind"),
        sa.CheckConstraint("kind = 'profile' OR person_id IS NOT NULL", name="ck_link_sessions_person"),
        sa.CheckConstraint("kind <> 'profile' OR profile_id IS NOT NULL", name="ck_link_sessions_profile"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_link_sessions_journal_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_link_sessions_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name="pk_link_sessions"),
    )
    op.create_index("ix_link_sessions_expires_at", "link_sessions", ["expires_at"])
    op.create_index("ix_link_sessions_person_id", "link_sessions", ["person_id"])
    op.create_index("ix_link_sessions_profile_id", "link_sessions", ["profile_id"])
    op.create_table(
        "code_guesses",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("until", SECONDS, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_code_guesses"),
    )
    op.create_index("ix_code_guesses_until", "code_guesses", ["until"])


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in (
        "invite_links",
        "school_administrators",
        "code_guesses",
        "link_sessions",
        "links",
        "journal_regions",
        "journal_cards",
    ):
        op.drop_table(table)
