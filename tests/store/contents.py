"""All that a database holds of ours, as it tells itself: to compare two that were made in different ways."""

from typing import Any

from privcrm.store.database import Database, Row

SQLITE = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1",
    "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1",
)
POSTGRESQL = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
    (
        "SELECT table_name, column_name, data_type, collation_name, column_default, is_nullable"
        " FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    ),
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
    (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2"
    ),
    (
        "SELECT tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal ORDER BY 1, 2"
    ),
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1",
    (
        "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        " AND relkind <> 't' ORDER BY 1"
    ),
)
"""The first names the tables."""


def contents(database: Database) -> list[Any]:
    """Return tables, indexes, triggers and functions, and the rows of every table."""
    with database.connect() as connection:
        tables, *rest = [connection.all(question) for question in (SQLITE if connection.is_sqlite else POSTGRESQL)]
        rows = {name: sorted(map(repr, connection.all(f"SELECT * FROM {name}"))) for (name,) in tables}
        schema = None if connection.is_sqlite else connection.one("SELECT current_schema()")
    return [rows, *([_plain(row, schema) for row in each] for each in rest)]


def _plain(row: Row, schema: Row | None) -> list[str]:
    """Leave out white space, and the name of the schema, which is another one each time."""
    texts = [" ".join(str(each).split()) for each in row]
    return texts if schema is None else [text.replace(f"{schema[0]}.", "") for text in texts]
