"""The version of the tables: compared by plain SQL on every opening, migrated by alembic only where it differs."""

import threading
from pathlib import Path

from privcrm.errors import StoreError
from privcrm.store.database import Connection, Database

__all__ = ["HEAD", "VERSION_TABLE", "bring_up_to_date"]

HEAD = "0016"
VERSION_TABLE = "privcrm_version"

# alembic keeps the migration at work in module globals, so two threads of a process must not migrate at once;
# other processes are held off by the database.
_one_at_a_time = threading.Lock()
_ADVISORY_LOCK = 7_072_697_673  # any number of ours: PostgreSQL's locks have numbers for names


def bring_up_to_date(database: Database, *, forced: bool) -> None:
    """Migrate the tables to ``HEAD`` where allowed.

    SQLite is always migrated; PostgreSQL when it is empty or ``forced``. Raises ``StoreError``.
    """
    with database.connect() as connection:
        if database.is_sqlite:
            connection.run("PRAGMA journal_mode=WAL")
        version = _version(connection)
    if version == HEAD:
        return
    if version > HEAD:
        raise StoreError(
            f"the store {database.place} was made by a newer privcrm (version {version}, this one knows {HEAD}):"
            " upgrade privcrm"
        )
    if version and not forced and not database.is_sqlite:
        raise StoreError(
            f"the store {database.place} is at version {version} and {HEAD} is needed:"
            " stop the other processes and run `privcrm store upgrade`"
        )
    with _one_at_a_time:
        while _migrate_once(database):
            pass


def _version(connection: Connection) -> str:
    is_there = (
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
        if connection.is_sqlite
        else "SELECT 1 WHERE to_regclass(?) IS NOT NULL"
    )
    if connection.one(is_there, VERSION_TABLE) is None:
        return ""
    row = connection.one(f"SELECT version_num FROM {VERSION_TABLE}")
    return "" if row is None else str(row[0])


def _migrate_once(database: Database) -> bool:
    """Run the next migration in its own transaction; return whether one was due."""
    from alembic import command  # noqa: PLC0415 - only when a store is opened
    from alembic.config import Config  # noqa: PLC0415 - only when a store is opened

    with database.transaction(durable=True) as connection:
        if not database.is_sqlite:
            connection.run("SELECT pg_advisory_xact_lock(?)", _ADVISORY_LOCK)
        if _version(connection) >= HEAD:  # somebody else was quicker
            return False
        connection.sqlalchemy.begin()  # so that alembic begins and commits nothing of its own
        config = Config(attributes={"connection": connection.sqlalchemy})
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, "+1")
        return True
