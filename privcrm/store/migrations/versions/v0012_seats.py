"""Seats behind staff live codes: what each was given, by day and by person, and who is on the way to one."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

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
        integer("free"),
        real("joined_at"),
        real("last_served_at"),
        real("barred_until"),
        text("barred_why"),
        primary=("company", "code", "staff"),
    )
    op.create_index("privcrm_code_seat_staff", "privcrm_code_seat", ["company", "staff"])
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
        text("remark"),
        integer("tries"),
        primary=("company", "code", "member", "staff", "at"),
    )
    op.create_index("privcrm_code_add_member", "privcrm_code_add", ["company", "member"])
    partial_index("code_add_remark", "code_add", ["company", "at"], "remark = 'planned'")
    table(
        "code_pace",
        key("company"),
        integer("code"),
        real("rate"),
        real("burst"),
        real("lag"),
        real("as_of"),
        real("pushed_at"),
        integer("pushes"),
        integer("pushes_on"),
        integer("fence"),
        text("floors"),
        primary=("company", "code"),
    )
    table(
        "code_hold",
        key("company"),
        integer("code"),
        key("visitor"),
        integer("staff"),
        real("made_at"),
        real("held_until"),
        primary=("company", "code", "visitor"),
    )
    op.create_index("privcrm_code_hold_staff", "privcrm_code_hold", ["company", "code", "staff", "held_until"])
