"""The inbox: what vendors told, kept before they are answered."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; a number is given in the order of arrival and never twice."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "privcrm_inbox",
        sa.Column("number", number, primary_key=True, autoincrement=True),
        key("company"),
        key("storage_key"),
        key("business_key"),
        integer("is_first"),
        text("app"),
        text("source"),
        text("kind"),
        key("subject"),
        key("concerns"),
        integer("at"),
        real("received_at"),
        integer("stale"),
        integer("urgent"),
        text("payload"),
        text("state"),
        text("finished"),
        text("error"),
        integer("attempts"),
        real("due_at"),
        text("holder"),
        real("lease_until"),
        integer("fence"),
        sqlite_autoincrement=True,
    )
    op.create_index("privcrm_inbox_key", "privcrm_inbox", ["company", "storage_key"], unique=True)
    op.create_index("privcrm_inbox_event", "privcrm_inbox", ["company", "business_key"])
    partial_index("inbox_first", "inbox", ["company", "business_key"], "is_first = 1", unique=True)
    partial_index("inbox_pending", "inbox", ["company", "urgent", "number"], "state = 'new'")
    partial_index("inbox_order", "inbox", ["company", "concerns", "at", "number"], "state = 'new'")
    partial_index("inbox_waiting", "inbox", ["company", "received_at"], "state = 'new'")
    partial_index("inbox_dead", "inbox", ["company", "number"], "state = 'dead'")
    partial_index("inbox_subject", "inbox", ["company", "subject"], "subject <> ''")
    op.create_index("privcrm_inbox_age", "privcrm_inbox", ["company", "received_at"])
