"""Live codes as the company wants them, what vendors keep of them, and to which code a state belongs."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    table(
        "live_code",
        key("company"),
        integer("number"),
        key("key"),
        text("kind"),
        text("name"),
        text("spec"),
        text("life"),
        real("created_at"),
        text("created_by"),
        real("changed_at"),
        real("opened_at"),
        real("next_due"),
        primary=("company", "number"),
    )
    op.create_index("privcrm_live_code_key", "privcrm_live_code", ["company", "key"], unique=True)
    table(
        "vendor_code",
        key("company"),
        integer("code"),
        integer("part"),
        text("kind"),
        key("vendor_id"),
        text("state"),
        text("qr_url"),
        text("acked"),
        real("acked_at"),
        integer("unsure"),
        text("life"),
        primary=("company", "code", "part"),
    )
    op.create_index("privcrm_vendor_code_id", "privcrm_vendor_code", ["company", "vendor_id"])
    table(
        "code_state",
        key("company"),
        key("state"),
        integer("code"),
        integer("part"),
        primary=("company", "state"),
    )
    table(
        "code_picture",
        key("company"),
        integer("code"),
        integer("part"),
        text("digest"),
        text("media_type"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        text("says"),
        real("fetched_at"),
        primary=("company", "code", "part"),
    )
    table(
        "code_making",
        key("company"),
        integer("code"),
        integer("part"),
        key("order_key"),
        text("kind"),
        text("spec"),
        text("bad"),
        integer("attempt"),
        text("state"),
        text("told"),
        primary=("company", "code", "part"),
    )
    partial_index("code_making_order", "code_making", ["company", "order_key"], "state = 'ordered'")
    table(
        "code_alarm",
        key("company"),
        integer("code"),
        key("kind"),
        text("told"),
        real("since"),
        primary=("company", "code", "kind"),
    )
    table(
        "code_decision",
        key("company"),
        integer("code"),
        integer("seq"),
        real("at"),
        text("what"),
        text("why"),
        primary=("company", "code", "seq"),
    )
