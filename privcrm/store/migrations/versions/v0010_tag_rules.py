"""Rules that tag by themselves, what each of them put, and who wore a tag that was deleted."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, real, table, text

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
        key("state"),
        text("why"),
        key("job_id"),
        real("at"),
        real("removed_at"),
        primary=("company", "rule", "member", "staff", "tag_id"),
    )
    op.create_index("privcrm_tag_rule_hit_member", "privcrm_tag_rule_hit", ["company", "member"])
    op.create_index("privcrm_tag_rule_hit_open", "privcrm_tag_rule_hit", ["company", "state", "rule"])
    op.create_index("privcrm_tag_rule_hit_job", "privcrm_tag_rule_hit", ["company", "job_id"])
    table(
        "tag_rule_event",
        key("company"),
        key("rule"),
        integer("member"),
        key("event"),
        integer("at"),
        primary=("company", "rule", "member", "event"),
    )
    table(
        "deleted_tag_holder",
        key("company"),
        integer("tag"),
        integer("member"),
        integer("staff"),
        primary=("company", "tag", "member", "staff"),
    )
