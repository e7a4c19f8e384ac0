"""The mirror: staff, members, relations, tags; what a synchronisation that is under way has seen.

Members, staff and tags have small numbers, dense from 0 in each company: relations and bitmaps are kept by number, and
a new name for an employee is written once.
"""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, partial_index, real, table, text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of people, and give groups what was not kept of them so far."""
    table("counter", key("company"), key("name"), integer("value"), primary=("company", "name"))
    _staff()
    _members()
    _tags()
    _groups()
    _sync()


def _staff() -> None:
    table(
        "staff",
        key("company"),
        integer("number"),
        key("staff_id"),
        text("shown_id"),
        text("name"),
        text("state"),
        real("missing_since"),
        text("departments"),
        text("position"),
        integer("activated"),
        integer("serves"),
        real("listed_at"),
        real("as_of"),
        text("digest"),
        primary=("company", "number"),
    )
    op.create_index("privcrm_staff_id", "privcrm_staff", ["company", "staff_id"], unique=True)
    table(
        "staff_change",
        key("company"),
        integer("staff"),
        integer("seq"),
        real("at"),
        text("what"),
        text("before"),
        text("after"),
        primary=("company", "staff", "seq"),
    )
    table(
        "staff_rename",
        key("company"),
        integer("old"),
        integer("new"),
        integer("shared"),
        integer("held"),
        real("at"),
        text("state"),
        text("decided_by"),
        primary=("company", "old", "new"),
    )


def _members() -> None:
    table(
        "member",
        key("company"),
        integer("number"),
        key("member_id"),
        text("kind"),
        integer("gender"),
        integer("is_customer"),
        real("first_seen"),
        real("as_of"),
        text("details"),
        primary=("company", "number"),
    )
    op.create_index("privcrm_member_id", "privcrm_member", ["company", "member_id"], unique=True)
    table(
        "follow",
        key("company"),
        integer("member"),
        integer("staff"),
        integer("created_at"),
        integer("day"),
        integer("add_way"),
        key("state"),
        text("operator_id"),
        integer("live"),
        integer("begun_at"),
        integer("ended_at"),
        text("ended_how"),
        real("gone_at"),
        real("as_of"),
        text("digest"),
        text("last_tags"),
        text("details"),
        primary=("company", "member", "staff"),
    )
    op.create_index("privcrm_follow_staff", "privcrm_follow", ["company", "staff", "member"])
    table(
        "follow_tag",
        key("company"),
        integer("member"),
        integer("staff"),
        integer("tag"),
        primary=("company", "member", "staff", "tag"),
    )


def _tags() -> None:
    table(
        "tag",
        key("company"),
        integer("number"),
        key("tag_id"),
        text("name"),
        key("group_id"),
        integer("sort"),
        integer("created_at"),
        real("deleted_at"),
        real("as_of"),
        primary=("company", "number"),
    )
    op.create_index("privcrm_tag_id", "privcrm_tag", ["company", "tag_id"], unique=True)
    table(
        "tag_group",
        key("company"),
        key("group_id"),
        text("name"),
        integer("sort"),
        integer("created_at"),
        real("deleted_at"),
        real("as_of"),
        primary=("company", "group_id"),
    )


def _groups() -> None:
    for column in (integer("created_at"), text("owner_state")):
        op.add_column("privcrm_known_group", column)
    for column in (integer("joined_at"), text("scene"), text("invited_by"), text("state")):
        op.add_column("privcrm_known_group_member", column)
    # With all that is asked for in it: SQLite would otherwise rather read all groups of the company.
    op.drop_index("privcrm_known_group_member_user", "privcrm_known_group_member")
    op.create_index("privcrm_known_group_member_user", "privcrm_known_group_member", ["company", "user_id", "is_staff"])


def _sync() -> None:
    table(
        "sync_run",
        key("company"),
        key("id"),
        text("kind"),
        text("state"),
        text("stage"),
        real("started_at"),
        real("finished_at"),
        text("counts"),
        text("holder"),
        real("beat"),
        primary=("company", "id"),
    )
    table(
        "sync_part",
        key("company"),
        key("run"),
        integer("part"),
        text("kind"),
        text("staff"),
        text("cursor"),
        text("state"),
        integer("pages"),
        integer("restarts"),
        real("started_at"),
        primary=("company", "run", "part"),
    )
    partial_index("sync_part_open", "sync_part", ["company", "run", "part"], "state <> 'done'")
    op.create_table(
        "privcrm_sync_seen",
        key("company"),
        key("run"),
        integer("part"),
        integer("page"),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("company", "run", "part", "page"),
    )
