"""A send remembers that it was looked for in vain, and what it may have left behind."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add ``looked_at`` (unix seconds, 0 for not yet) and ``orphan`` ("" for nothing) to the journal."""
    looked_at = sa.Column("looked_at", sa.Float(precision=53), nullable=False, server_default="0")
    orphan = sa.Column("orphan", sa.Text(), nullable=False, server_default="")
    for column in (looked_at, orphan):
        op.add_column("privcrm_send", column)
    some = sa.text("orphan <> ''")
    columns = ["company", "job_id", "number"]
    op.create_index("privcrm_send_orphan", "privcrm_send", columns, sqlite_where=some, postgresql_where=some)
