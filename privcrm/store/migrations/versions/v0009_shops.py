"""Shops, the departments they are mapped to, and the tags that the company keeps of its groups."""

from alembic import op

from privcrm.store.migrations.columns import key, real, table, text

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    table(
        "shop",
        key("company"),
        key("code"),
        text("name"),
        key("region"),
        text("manager_id"),
        text("attributes"),
        real("as_of"),
        primary=("company", "code"),
    )
    op.create_index("privcrm_shop_region", "privcrm_shop", ["company", "region", "code"])
    for name, column in (("shop_department", "department_id"), ("shop_staff", "staff_id")):
        table(name, key("company"), key("code"), key(column), text("shown_id"), primary=("company", "code", column))
        op.create_index(f"privcrm_{name}_of", f"privcrm_{name}", ["company", column])
    table(
        "department",
        key("company"),
        key("department_id"),
        text("name"),
        key("parent_id"),
        real("as_of"),
        primary=("company", "department_id"),
    )
    op.create_index("privcrm_department_below", "privcrm_department", ["company", "parent_id"])
    table(
        "group_tag",
        key("company"),
        key("group_id"),
        key("name"),
        text("who"),
        real("at"),
        primary=("company", "group_id", "name"),
    )
    op.create_index("privcrm_group_tag_name", "privcrm_group_tag", ["company", "name", "group_id"])
