"""What is known of follows and groups, so that a sweep can tell what callbacks did not."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, real, table, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; rows about a person are found by the member's id."""
    table(
        "known_follow",
        key("company"),
        key("staff_id"),
        key("member_id"),
        integer("since"),
        integer("lives"),
        real("noted_at"),
        primary=("company", "staff_id", "member_id"),
    )
    op.create_index("privcrm_known_follow_member", "privcrm_known_follow", ["company", "member_id"])
    table("known_staff", key("company"), key("staff_id"), integer("follows"), primary=("company", "staff_id"))
    _groups()
    table("known_mark", key("company"), key("name"), real("at"), primary=("company", "name"))


def _groups() -> None:
    table(
        "known_group",
        key("company"),
        key("group_id"),
        text("owner_id"),
        text("name"),
        text("versions"),
        integer("current_to"),
        integer("lives"),
        real("noted_at"),
        primary=("company", "group_id"),
    )
    table(
        "known_group_member",
        key("company"),
        key("group_id"),
        key("user_id"),
        integer("is_staff"),
        primary=("company", "group_id", "user_id"),
    )
    op.create_index("privcrm_known_group_member_user", "privcrm_known_group_member", ["company", "user_id"])
