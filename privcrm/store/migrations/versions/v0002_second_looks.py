"""A send remembers that it was looked for in vain, and what it may have left behind."""

from alembic import op

from privcrm.store.migrations.columns import partial_index, real, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add ``looked_at`` (unix seconds, 0 for not yet) and ``orphan`` ("" for nothing) to the journal."""
    for column in (real("looked_at"), text("orphan")):
        op.add_column("privcrm_send", column)
    partial_index("send_orphan", "send", ["company", "job_id", "number"], "orphan <> ''")
