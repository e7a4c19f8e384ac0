"""Marks for bitmaps lie on one page in SQLite, not on two: a change of one tag writes little else."""

from alembic import op

from privcrm.store.migrations.columns import integer, key, table
from privcrm.store.statistics import assume

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table without an index beside it.

    PostgreSQL keeps a row for each mark: there somebody may leave one while the same one is folded and dropped.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index("privcrm_bitmap_mark_of")
    op.rename_table("privcrm_bitmap_mark", "privcrm_bitmap_mark_before")
    table(
        "bitmap_mark",
        key("company"),
        integer("kind"),
        key("key"),
        integer("member"),
        integer("seq"),
        primary=("company", "kind", "key", "member"),
    )
    op.execute(
        "INSERT INTO privcrm_bitmap_mark (company, kind, key, member)"
        " SELECT DISTINCT company, kind, key, member FROM privcrm_bitmap_mark_before"
    )
    op.drop_table("privcrm_bitmap_mark_before")
    assume(op.get_bind())
