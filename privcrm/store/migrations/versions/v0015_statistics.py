"""How many rows a value finds, for SQLite."""

from alembic import op

from privcrm.store.statistics import assume

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Write them."""
    assume(op.get_bind())
