"""Keep roster imports and calendar addresses; remember who left the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LEAVING = ("people", "classes")


def upgrade() -> None:
    """Create the tables, widen the roster's."""
    for table in LEAVING:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    _imports()
    _calendars()


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in ("calendars", "import_chunks", "imports"):
        op.drop_table(table)
    for table in LEAVING:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("left_at")


def _imports() -> None:
    """Jobs, and the files they read."""
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("allow_removals", sa.Boolean(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Float(precision=53), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("started_at", sa.Float(precision=53), nullable=True),
        sa.Column("finished_at", sa.Float(precision=53), nullable=True),
        sa.Column("difference", sa.Text(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="ck_imports_state"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_imports_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_journal_created", "imports", ["journal_id", "created_at", "id"])
    unfinished = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "uq_imports_running",
        "imports",
        ["journal_id"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_chunks_import_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_chunks"),
    )


def _calendars() -> None:
    """Addresses of calendars, as hashes."""
    op.create_table(
        "calendars",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("class_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (class_id IS NULL)", name="ck_calendars_whose"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_calendars_journal_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_calendars_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name="fk_calendars_class_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_calendars"),
        sa.UniqueConstraint("hash", name="uq_calendars_hash"),
    )
    op.create_index("ix_calendars_journal_id", "calendars", ["journal_id"])
    op.create_index("ix_calendars_person_id", "calendars", ["person_id"])
    op.create_index("ix_calendars_class_id", "calendars", ["class_id"])
