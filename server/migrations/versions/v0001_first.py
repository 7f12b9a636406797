"""Keep tickets, sessions, the roster and calls."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "tickets",
    "sessions",
    "journals",
    "api_keys",
    "idempotent_answers",
    "schools",
    "people",
    "children",
    "classes",
    "subjects",
    "enrollments",
    "calls",
)


def upgrade() -> None:
    """Create every table of the first version."""
    _identity()
    _journals()
    _roster()
    _calls()


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _identity() -> None:
    """Tickets and sessions, as hashes."""
    op.create_table(
        "tickets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.Column("used_at", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint("hash", name="pk_tickets"),
    )
    op.create_index("ix_tickets_expires_at", "tickets", ["expires_at"])
    op.create_table(
        "sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_person", "sessions", ["person"])


def _journals() -> None:
    """Who may ask, and answers to repeat."""
    op.create_table(
        "journals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=4), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journals"),
        sa.UniqueConstraint("name", "mode", name="uq_journals_name_mode"),
    )
    op.create_table(
        "api_keys",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("last_used_at", sa.Float(precision=53), nullable=True),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_api_keys_journal_id"),
        sa.PrimaryKeyConstraint("hash", name="pk_api_keys"),
    )
    op.create_index("ix_api_keys_journal_id", "api_keys", ["journal_id"])
    op.create_table(
        "idempotent_answers",
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Float(precision=53), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_idempotent_answers_journal_id"),
        sa.PrimaryKeyConstraint("journal_id", "key", name="pk_idempotent_answers"),
    )
    op.create_index("ix_idempotent_answers_created_at", "idempotent_answers", ["created_at"])


def _roster() -> None:
    """Schools, people, classes, subjects, enrolments."""
    op.create_table(
        "schools",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=132), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=True),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_schools_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schools"),
        sa.UniqueConstraint("journal_id", "ext_id", name="uq_schools_journal_id_ext_id"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=132), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("patronymic", sa.String(length=200), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.CheckConstraint("role IN ('teacher', 'student', 'parent')", name="ck_people_role"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_people_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("journal_id", "ext_id", name="uq_people_journal_id_ext_id"),
    )
    op.create_table(
        "children",
        sa.Column("parent_id", sa.String(length=40), nullable=False),
        sa.Column("child_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["people.id"], name="fk_children_child_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["people.id"], name="fk_children_parent_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("parent_id", "child_id", name="pk_children"),
    )
    op.create_index("ix_children_child_id", "children", ["child_id"])
    op.create_table(
        "classes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=132), nullable=False),
        sa.Column("school_id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("head_teacher_id", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["head_teacher_id"], ["people.id"], name="fk_classes_head_teacher_id"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_classes_journal_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_classes_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_classes"),
        sa.UniqueConstraint("journal_id", "ext_id", name="uq_classes_journal_id_ext_id"),
    )
    op.create_index("ix_classes_head_teacher_id", "classes", ["head_teacher_id"])
    op.create_index("ix_classes_school_id", "classes", ["school_id"])
    op.create_table(
        "subjects",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=132), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_subjects_journal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.UniqueConstraint("journal_id", "ext_id", name="uq_subjects_journal_id_ext_id"),
    )
    op.create_table(
        "enrollments",
        sa.Column("class_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.CheckConstraint("role IN ('teacher', 'student')", name="ck_enrollments_role"),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name="fk_enrollments_class_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_enrollments_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_enrollments_subject_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("class_id", "subject_id", "person_id", name="pk_enrollments"),
    )
    op.create_index("ix_enrollments_person_id", "enrollments", ["person_id"])


def _calls() -> None:
    """Lesson calls."""
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("journal_id", sa.String(length=40), nullable=False),
        sa.Column("ext_id", sa.String(length=132), nullable=True),
        sa.Column("class_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("teacher_id", sa.String(length=40), nullable=False),
        sa.Column("lesson_no", sa.Integer(), nullable=False),
        sa.Column("own_title", sa.String(length=200), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("slot", sa.String(length=90), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status <> 'running' OR slot IS NOT NULL", name="ck_calls_slot"),
        sa.CheckConstraint("status IN ('planned', 'running', 'ended')", name="ck_calls_status"),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name="fk_calls_class_id"),
        sa.ForeignKeyConstraint(["journal_id"], ["journals.id"], name="fk_calls_journal_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_calls_subject_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["people.id"], name="fk_calls_teacher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
    )
    op.create_index("ix_calls_class_id", "calls", ["class_id"])
    op.create_index("ix_calls_journal_starts", "calls", ["journal_id", "starts_at", "id"])
    op.create_index("ix_calls_subject_id", "calls", ["subject_id"])
    op.create_index("ix_calls_teacher_id", "calls", ["teacher_id"])
    op.create_index(
        "uq_calls_ext_id",
        "calls",
        ["journal_id", "ext_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_calls_running_slot",
        "calls",
        ["slot"],
        unique=True,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
