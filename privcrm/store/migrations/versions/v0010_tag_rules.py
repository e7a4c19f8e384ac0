"""Rules that tag by themselves, and what each of them put."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    table(
        "tag_rule",
        key("company"),
        key("id"),
        text("spec"),
        text("state"),
        text("frozen"),
        real("created_at"),
        text("created_by"),
        primary=("company", "id"),
    )
    table(
        "tag_rule_hit",
        key("company"),
        key("rule"),
        integer("member"),
        integer("staff"),
        key("tag_id"),
        text("state"),
        text("why"),
        text("job_id"),
        real("at"),
        real("removed_at"),
        primary=("company", "rule", "member", "staff", "tag_id"),
    )
    op.create_index("privcrm_tag_rule_hit_member", "privcrm_tag_rule_hit", ["company", "member"])
    partial_index("tag_rule_hit_open", "tag_rule_hit", ["company", "rule"], "state = 'planned'")
