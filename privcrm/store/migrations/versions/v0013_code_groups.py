"""Groups behind group live codes: every one there ever was, the numbers of their names, and who opens the next."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the tables."""
    table(
        "code_group",
        key("company"),
        integer("code"),
        key("group_id"),
        integer("place"),
        integer("part"),
        text("source"),
        text("state"),
        integer("number"),
        integer("scan_cap"),
        integer("hard_cap"),
        integer("staff_seats"),
        text("cap_source"),
        text("cap_as_of"),
        integer("own_cap"),
        integer("seats"),
        text("version"),
        integer("joined"),
        real("added_at"),
        real("opened_at"),
        real("full_at"),
        real("retired_at"),
        real("as_of"),
        text("task_id"),
        primary=("company", "code", "group_id"),
    )
    partial_index("code_group_once", "code_group", ["company", "group_id"], "state <> 'retired'", unique=True)
    partial_index("code_group_live", "code_group", ["company", "code", "place"], "state <> 'retired'")
    op.create_index("privcrm_code_group_place", "privcrm_code_group", ["company", "code", "place", "group_id"])
    op.create_index("privcrm_code_group_any", "privcrm_code_group", ["company", "group_id"])
    table(
        "code_prefix",
        key("company"),
        key("prefix"),
        integer("code"),
        primary=("company", "prefix", "code"),
    )
    table(
        "code_group_name",
        key("company"),
        key("prefix"),
        integer("number"),
        integer("code"),
        text("group_id"),
        primary=("company", "prefix", "number"),
    )
    op.create_index("privcrm_code_group_name_of", "privcrm_code_group_name", ["company", "code", "group_id"])
    table(
        "code_generation",
        key("company"),
        integer("code"),
        integer("generation"),
        text("state"),
        text("strategy"),
        text("holder"),
        integer("fence"),
        real("lease_until"),
        text("target"),
        real("asked_at"),
        real("looked_at"),
        real("alarm_at"),
        real("ready_at"),
        primary=("company", "code", "generation"),
    )
    table(
        "code_join",
        key("company"),
        integer("code"),
        integer("member"),
        key("group_id"),
        text("how"),
        integer("at"),
        primary=("company", "code", "member", "group_id"),
    )
    op.create_index("privcrm_code_join_member", "privcrm_code_join", ["company", "member"])
    op.create_index("privcrm_code_join_group", "privcrm_code_join", ["company", "code", "group_id", "member"])
    op.create_index("privcrm_code_join_at", "privcrm_code_join", ["company", "code", "at", "how"])
    table(
        "code_hour",
        key("company"),
        integer("code"),
        integer("hour"),
        integer("joins"),
        primary=("company", "code", "hour"),
    )
    table(
        "code_group_image",
        key("company"),
        integer("code"),
        key("group_id"),
        text("media_type"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        text("says"),
        real("uploaded_at"),
        real("expires_at"),
        primary=("company", "code", "group_id"),
    )
    table(
        "task_point",
        key("company"),
        key("task"),
        key("point"),
        integer("place"),
        text("told"),
        text("evidence"),
        real("ticked_at"),
        primary=("company", "task", "point"),
    )
