"""The gateway: permanent links, visitors on their way, whom a visitor met, and how many came through."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables."""
    partial_index("code_group_room", "code_group", ["company", "code", "place"], "state IN ('open', 'soft_full')")
    table(
        "code_link",
        key("company"),
        key("slug"),
        integer("code"),
        real("made_at"),
        primary=("company", "slug"),
    )
    op.create_index("privcrm_code_link_code", "privcrm_code_link", ["company", "code"])
    table(
        "code_reservation",
        key("company"),
        integer("code"),
        key("visitor"),
        key("target"),
        real("made_at"),
        real("expires_at"),
        primary=("company", "code", "visitor"),
    )
    op.create_index(
        "privcrm_code_reservation_age", "privcrm_code_reservation", ["company", "code", "target", "made_at"]
    )
    op.create_index("privcrm_code_reservation_end", "privcrm_code_reservation", ["company", "code", "expires_at"])
    table(
        "code_target",
        key("company"),
        integer("code"),
        key("target"),
        integer("reserved"),
        integer("handed_out"),
        integer("joined"),
        integer("expired"),
        text("recent"),
        primary=("company", "code", "target"),
    )
    table(
        "code_door",
        key("company"),
        integer("code"),
        integer("turns"),
        real("joined"),
        real("expired"),
        primary=("company", "code"),
    )
    table(
        "code_visitor",
        key("company"),
        integer("code"),
        key("visitor"),
        key("target"),
        real("until"),
        primary=("company", "code", "visitor"),
    )
    table(
        "code_commitment",
        key("company"),
        integer("code"),
        key("visitor"),
        real("at"),
        primary=("company", "code", "visitor"),
    )
    table(
        "code_funnel",
        key("company"),
        integer("code"),
        key("day"),
        key("what"),
        integer("count"),
        primary=("company", "code", "day", "what"),
    )
