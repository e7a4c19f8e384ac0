"""Marks for bitmaps lie on one page in SQLite, not on two: a change of one tag writes little else."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key
from privcrm.store.statistics import assume

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table without an index beside it.

    A process that was started before goes on with it: it leaves marks that are there already, and drops them by a
    number that no two may share. PostgreSQL keeps a row for each mark: there somebody may leave one while the same one
    is folded and dropped.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("privcrm_bitmap_mark_of")
    op.rename_table("privcrm_bitmap_mark", "privcrm_bitmap_mark_before")
    op.create_table(
        "privcrm_bitmap_mark",
        key("company"),
        integer("kind"),
        key("key"),
        integer("member"),
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default=sa.text("(random())")),
        sa.PrimaryKeyConstraint("company", "kind", "key", "member", sqlite_on_conflict="IGNORE"),
        sqlite_with_rowid=False,
    )
    # In the order of the key: at random places it takes twice as long, while everybody waits.
    op.execute(
        "INSERT INTO privcrm_bitmap_mark (company, kind, key, member)"
        " SELECT company, kind, key, member FROM privcrm_bitmap_mark_before ORDER BY company, kind, key, member"
    )
    op.drop_table("privcrm_bitmap_mark_before")
    assume(op.get_bind())
