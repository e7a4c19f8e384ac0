"""Segments by name, their snapshots, and the bitmaps from which they are counted."""

import sqlalchemy as sa
from alembic import op

from privcrm.store.migrations.columns import integer, key, real, table, text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables. Bitmaps are large: a table by rowid keeps them out of the way of the index."""
    table(
        "segment",
        key("company"),
        key("name"),
        text("expression"),
        text("frozen"),
        real("created_at"),
        text("created_by"),
        primary=("company", "name"),
    )
    table(
        "snapshot",
        key("company"),
        key("id"),
        text("name"),
        text("expression"),
        integer("members"),
        real("at"),
        real("as_of"),
        primary=("company", "id"),
    )
    _bits("snapshot_bits", key("id"))
    _bits("bitmap", integer("kind"), key("key"))
    table(
        "bitmap_build",
        key("company"),
        integer("token"),
        text("state"),
        text("holder"),
        real("beat"),
        primary=("company",),
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "privcrm_bitmap_mark",
        sa.Column("seq", number, primary_key=True, autoincrement=True),
        key("company"),
        integer("kind"),
        key("key"),
        integer("member"),
    )
    op.create_index("privcrm_bitmap_mark_of", "privcrm_bitmap_mark", ["company", "kind", "key"])


def _bits(name: str, *of: "sa.Column[object]") -> None:
    columns = ("company", *(column.name for column in of), "chunk")
    op.create_table(
        f"privcrm_{name}",
        key("company"),
        *of,
        integer("chunk"),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
    )
    op.create_index(f"privcrm_{name}_of", f"privcrm_{name}", list(columns), unique=True)
