"""Seats behind staff live codes: what each was given, by day and by person."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, real, table, text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    table(
        "code_seat",
        key("company"),
        integer("code"),
        integer("staff"),
        integer("place"),
        text("spec"),
        integer("served"),
        real("credit"),
        real("joined_at"),
        real("last_served_at"),
        real("barred_until"),
        text("barred_why"),
        primary=("company", "code", "staff"),
    )
    table(
        "code_day",
        key("company"),
        integer("code"),
        integer("staff"),
        key("day"),
        integer("adds"),
        primary=("company", "code", "staff", "day"),
    )
    table(
        "code_add",
        key("company"),
        integer("code"),
        integer("member"),
        integer("staff"),
        integer("at"),
        primary=("company", "code", "member", "staff", "at"),
    )
    op.create_index("privcrm_code_add_member", "privcrm_code_add", ["company", "member"])
    table(
        "code_pace",
        key("company"),
        integer("code"),
        real("rate"),
        real("lag"),
        real("as_of"),
        real("pushed_at"),
        integer("pushes"),
        key("pushes_on"),
        primary=("company", "code"),
    )
