"""What the columns of all tables have in common."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

__all__ = ["integer", "key", "partial_index", "real", "table", "text"]


def table(name: str, *columns: "sa.Column[object]", primary: tuple[str, ...]) -> None:
    """Make ``privcrm_<name>`` without rowid: rows lie in the order of the key by which they are always read."""
    op.create_table(f"privcrm_{name}", *columns, sa.PrimaryKeyConstraint(*primary), sqlite_with_rowid=False)


def partial_index(name: str, on: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """Make an index over the rows of ``privcrm_<on>`` that ``where`` holds for."""
    rows = sa.text(where)
    op.create_index(
        f"privcrm_{name}", f"privcrm_{on}", columns, unique=unique, sqlite_where=rows, postgresql_where=rows
    )


def key(name: str) -> "sa.Column[object]":
    """Return a text that is compared: in byte order on both databases, whatever the locale."""
    kind = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def text(name: str) -> "sa.Column[object]":
    """Return a text, "" if not given."""
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def integer(name: str) -> "sa.Column[object]":
    """Return a whole number, 0 if not given."""
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def real(name: str) -> "sa.Column[object]":
    """Return a number, 0 if not given."""
    return sa.Column(name, sa.Float(precision=53), nullable=False, server_default="0")
