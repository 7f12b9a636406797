"""What alembic runs: the migrations on the connection it is given."""

from alembic import context
from sqlalchemy import MetaData

from identity.store import METADATA as IDENTITY
from journal_bridge.store import METADATA as JOURNAL_BRIDGE
from signalling.store import METADATA as SIGNALLING

METADATA: tuple[MetaData, ...] = (IDENTITY, JOURNAL_BRIDGE, SIGNALLING)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
