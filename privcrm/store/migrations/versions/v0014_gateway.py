"""The gateway: permanent links, visitors on their way, whom a visitor met, and how many came through."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the tables."""
    table(
        "code_link",
        key("company"),
        key("slug"),
        integer("code"),
        real("made_at"),
        primary=("company", "slug"),
    )
    table(
        "code_reservation",
        key("company"),
        integer("code"),
        key("id"),
        key("target"),
        key("visitor"),
        text("state"),
        real("made_at"),
        real("expires_at"),
        primary=("company", "code", "id"),
    )
    partial_index(
        "code_reservation_open", "code_reservation", ["company", "code", "target", "made_at"], "state = 'open'"
    )
    op.create_index("privcrm_code_reservation_visitor", "privcrm_code_reservation", ["company", "code", "visitor"])
    table(
        "code_visitor",
        key("company"),
        integer("code"),
        key("visitor"),
        text("target"),
        real("until"),
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
