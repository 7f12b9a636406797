"""Let keys expire, rotate and be bound to addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COLUMNS = ("networks", "rate", "created_at", "expires_at")


def upgrade() -> None:
    """Keys of before are open to all networks and never expire."""
    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("networks", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("rate", sa.Integer(), nullable=True))
        table.add_column(sa.Column("created_at", sa.Float(precision=53), nullable=True))
        table.add_column(sa.Column("expires_at", sa.Float(precision=53), nullable=True))


def downgrade() -> None:
    """Every key opens everything it opened before, wherever and whenever it is used."""
    with op.batch_alter_table("api_keys") as table:
        for column in reversed(COLUMNS):
            table.drop_column(column)
