"""What became of welcomes, and the uploads that they show."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make a table of welcomes, one row for each add, and one of uploads, one for each file."""
    table(
        "welcome",
        key("company"),
        key("key"),
        integer("at"),
        text("kind"),
        text("app"),
        key("staff"),
        key("subject"),
        text("state"),
        text("rule"),
        text("outcome"),
        text("code"),
        integer("left_out"),
        real("seconds"),
        real("decided_at"),
        primary=("company", "key"),
    )
    op.create_index("privcrm_welcome_at", "privcrm_welcome", ["company", "at", "key"])
    partial_index("welcome_subject", "welcome", ["company", "subject", "staff"], "subject <> ''")
    table(
        "upload",
        key("company"),
        key("digest"),
        key("kind"),
        text("media_id"),
        real("expires_at"),
        primary=("company", "digest", "kind"),
    )
