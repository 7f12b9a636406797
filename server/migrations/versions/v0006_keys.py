"""Let keys expire, rotate and be bound to addresses; find a week's calls by who learns and who teaches."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD_INDEXES = {"ix_calls_class_id": ["class_id"], "ix_calls_teacher_id": ["teacher_id"]}
NEW_INDEXES = {
    "ix_calls_class_subject_starts": ["class_id", "subject_id", "starts_at"],
    "ix_calls_teacher_starts": ["teacher_id", "starts_at"],
}
COLUMNS = ("networks", "rate", "created_at", "expires_at")


def upgrade() -> None:
    """Keys of before are open to all networks and never expire."""
    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("networks", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("rate", sa.Integer(), nullable=True))
        table.add_column(sa.Column("created_at", sa.Float(precision=53), nullable=True))
        table.add_column(sa.Column("expires_at", sa.Float(precision=53), nullable=True))
    _replace(OLD_INDEXES, NEW_INDEXES)


def downgrade() -> None:
    """Every key opens everything it opened before, wherever and whenever it is used."""
    _replace(NEW_INDEXES, OLD_INDEXES)
    with op.batch_alter_table("api_keys") as table:
        for column in reversed(COLUMNS):
            table.drop_column(column)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name in old:
        op.drop_index(name, "calls")
    for name, columns in new.items():
        op.create_index(name, "calls", columns)
